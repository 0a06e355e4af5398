import { UsageError } from '../exit-codes.ts';
import { type Answer, type Answers, answerOf, type Position, type Question, typed, usualOf } from './question.ts';
import { ofPipeline, stageNames } from './questions.ts';
import { ofStage } from './stage-questions.ts';

/** Texts of the flags: by flag, of a stage by `flag STAGE`. */
export type Given = ReadonlyMap<string, string>;
/** Puts one question to a person; the empty text takes what usually stands there. */
export type Ask = (question: string) => Promise<string>;

export interface Answered {
  readonly pipeline: Answers;
  /** By name, in the order in which a release walks them. */
  readonly stages: ReadonlyMap<string, Answers>;
}

/** How often a person may mistype one answer. */
const tries = 3;

/**
 * Every answer: by its flag, else by asking, else what usually stands there.
 * @param ask null where there is no terminal: then one error names every flag that lacks
 */
export async function answerAll(given: Given, ask: Ask | null): Promise<Answered> {
  const missing: string[] = [];
  const nowhere: Position = { name: '', isLast: false };
  const names = (await answer(stageNames, given, ask, nowhere, missing)) as readonly string[];
  refuseStrangers(given, names);
  const pipeline = await answerEach(ofPipeline, given, ask, nowhere, missing);
  const stages = new Map<string, Answers>();
  for (const [index, name] of names.entries()) {
    stages.set(name, await answerEach(ofStage, given, ask, { name, isLast: index === names.length - 1 }, missing));
  }
  if (missing.length > 0)
    throw new UsageError(`There is no terminal to ask at, and no answer to ${missing.join(', ')}. Next: npx release init --help`);
  return { pipeline, stages };
}

async function answerEach(questions: readonly Question[], given: Given, ask: Ask | null, position: Position, missing: string[]) {
  const answers = new Map<string, Answer>();
  for (const question of questions) {
    if (question.when && !question.when(answers)) {
      refuseGiven(question, given, position);
      continue;
    }
    const found = await answer(question, given, ask, position, missing);
    if (found !== null) answers.set(question.path, found);
  }
  return answers;
}

const givenTo = ({ flag }: Question, given: Given, { name }: Position) => given.get(name ? `${flag} ${name}` : flag);

/** An answer that would stand nowhere is a misunderstanding. */
function refuseGiven(question: Question, given: Given, position: Position): void {
  const text = givenTo(question, given, position);
  if (text === undefined) return;
  const what = `--${question.flag} ${position.name && `${position.name}=`}${text}`;
  throw new UsageError(`${what}: the other answers leave no place for it. Next: npx release init --help`);
}

async function answer(question: Question, given: Given, ask: Ask | null, position: Position, missing: string[]): Promise<Answer | null> {
  const { flag } = question;
  const text = givenTo(question, given, position);
  if (text !== undefined) return parsed(question, text, (error) => new UsageError(`--${flag}: ${error}. Next: npx release init --help`));
  const usual = usualOf(question, position);
  if (ask) return asked(question, ask, position, usual);
  if (usual === undefined) missing.push(`--${flag} ${position.name && `${position.name}=`}${question.value.toUpperCase()}`);
  return usual ?? null;
}

async function asked(question: Question, ask: Ask, { name }: Position, usual: Answer | null | undefined): Promise<Answer | null> {
  const hint = usual === undefined ? '' : usual === null ? ' [none]' : ` [${typed(usual)}]`;
  for (let left = tries; ; left--) {
    const text = await ask(`${name && `${name}: `}${question.asks}${hint}: `);
    if (text.trim() === '' && usual !== undefined) return usual;
    try {
      return answerOf(question, text);
    } catch (error) {
      if (left <= 1) throw new UsageError(`${question.asks}: ${(error as Error).message}. Next: npx release init`);
    }
  }
}

function parsed(question: Question, text: string, refuse: (error: string) => Error): Answer {
  try {
    return answerOf(question, text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

/** A flag of a stage that there is not would be answered by nobody. */
function refuseStrangers(given: Given, names: readonly string[]): void {
  const strangers = [...given.keys()].map((key) => key.split(' ')[1]).filter((name) => name !== undefined && !names.includes(name));
  if (strangers.length > 0)
    throw new UsageError(
      `There is no stage ${[...new Set(strangers)].join(', ')} among ${names.join(', ')}. Next: npx release init --help`,
    );
}
