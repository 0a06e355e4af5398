/** One thing that the table of stages holds and that a person knows. */
export interface Question {
  /** Where the answer stands; a dot leads into an object: `alarms.errorsPerMinute`. */
  readonly path: string;
  /** `data-bucket` is asked for by `--data-bucket`; of a stage, as `--data-bucket STAGE=VALUE`. */
  readonly flag: string;
  /** The word for a value in --help: `name`, `arn`. */
  readonly value: string;
  /** What is asked at a terminal, and what --help says. */
  readonly asks: string;
  /** `people`: `NAME=ARN,ARN` for each, with semicolons between them. */
  readonly kind: 'text' | 'number' | 'yes-no' | 'list' | 'people';
  /**
   * What stands there when nobody answers; null: nothing does, the field is left out.
   * @default - none: it must be answered
   */
  readonly usually?: Answer | null | ((stage: Position) => Answer | null);
  /** Whether the answers so far call for it. @default - always */
  readonly when?: (answers: Answers) => boolean;
}

export type People = Readonly<Record<string, readonly string[]>>;
export type Answer = string | number | boolean | readonly string[] | People;
/** By path. What is left out has no entry. */
export type Answers = ReadonlyMap<string, Answer>;
/** Where a stage stands in the order of a release. */
export interface Position {
  readonly name: string;
  readonly isLast: boolean;
}

/** @returns undefined when it must be answered */
export const usualOf = ({ usually }: Question, position: Position) => (typeof usually === 'function' ? usually(position) : usually);

/** A text that was typed or given by a flag. Throws with what was expected, and never guesses. */
export function answerOf({ kind }: Question, text: string): Answer {
  const given = text.trim();
  switch (kind) {
    case 'text':
      if (given === '') throw new Error('expected a value');
      return given;
    case 'number': {
      const number = Number(given);
      if (given === '' || !Number.isFinite(number)) throw new Error(`${given || 'nothing'}: expected a number`);
      return number;
    }
    case 'yes-no':
      if (!/^(?:y|yes|n|no)$/i.test(given)) throw new Error(`${given || 'nothing'}: expected yes or no`);
      return /^y/i.test(given);
    case 'list': {
      const each = given
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '');
      if (each.length === 0) throw new Error('expected values, with commas between them');
      return each;
    }
    case 'people':
      return peopleOf(given);
  }
}

/** Names of users hold `=` and commas, too: an ARN is known by its beginning. */
function peopleOf(text: string): People {
  const each = text.split(';').map((one) => /^\s*(.+?)=(arn:.+?)\s*$/.exec(one));
  if (each.includes(null)) throw new Error('expected NAME=ARN,ARN, with semicolons between people');
  return Object.fromEntries(each.flatMap((found) => (found ? [[found[1], found[2]!.split(/,\s*(?=arn:)/)]] : [])));
}

/** As a person would type it. */
export function typed(answer: Answer): string {
  if (typeof answer === 'boolean') return answer ? 'yes' : 'no';
  if (typeof answer !== 'object') return String(answer);
  if (Array.isArray(answer)) return answer.join(',');
  return Object.entries(answer)
    .map(([name, arns]) => `${name}=${arns.join(',')}`)
    .join(';');
}
