import { nodeError } from './node-error.ts';

/** The error that a program died of, or first wrote about. */
export interface FoundError {
  /** `TypeError: cannot read port`; what it led to is part of it. */
  error: string;
  /** Where in the program's own code; null when the trace does not say. */
  at: string | null;
  /** Ended the program, as far as the log shows: nothing caught it. */
  uncaught: boolean;
  /** Indices of its lines that are worth showing. */
  lines: readonly number[];
}

/** Reads an error that begins at this line. null: none begins here. */
export type ErrorReader = (lines: readonly string[], from: number) => FoundError | null;

const found = (error: string, at: string | null, lines: readonly number[], uncaught = true): FoundError => ({ error, at, lines, uncaught });

const traceback = /^\s*Traceback \(most recent call last\):$/;
const pythonFrame = /^\s+File "(?<file>.+)", line (?<line>\d+)(?:, in (?<name>.+))?$/;
const notOurs = /\/(?:site|dist)-packages\/|\/lib\/python\d|^<frozen /;

/** `Traceback …`, frames, the error; a SyntaxError of the main file comes without the first line. Of a chain, the error that began it. */
const pythonError: ErrorReader = (lines, from) => {
  const first = lines[from] ?? '';
  if (!traceback.test(first) && !(pythonFrame.test(first) && !/^\s/.test(lines[from - 1] ?? '') && !traceback.test(lines[from - 1] ?? '')))
    return null;
  let end = traceback.test(first) ? from + 1 : from;
  while (end < lines.length && /^\s/.test(lines[end] ?? '')) end += 1;
  const error = lines[end];
  // Cut off by the end of what was kept.
  if (!error) return null;
  const frames = lines.slice(from, end).flatMap((text, index) => {
    const { file, line, name } = pythonFrame.exec(text)?.groups ?? {};
    return file ? [{ at: `${file}:${line}${name ? ` in ${name}` : ''}`, own: !notOurs.test(file), index: from + index }] : [];
  });
  const frame = frames.findLast(({ own }) => own) ?? frames.at(-1);
  const led = /^(?:During handling of the above|The above exception was)/.test(lines[end + 2] ?? '') ? pythonError(lines, end + 4) : null;
  const whole = led ? `${error}, which led to ${led.error}` : error;
  return found(whole, frame?.at ?? null, [from, ...(frame ? [frame.index] : []), end, ...(led?.lines.slice(-1) ?? [])]);
};

/** What a shell says before a program runs at all: dash, bash, BusyBox, env, and the kernel through `exec`. */
const shellError: ErrorReader = (lines, from) => {
  const text = lines[from] ?? '';
  const said =
    /^(?:[\w./-]*(?:sh|entrypoint[\w.-]*|env)(?:: (?:line )?\d+)?: )(?:.+: )?(?:not found|command not found|permission denied|unbound variable|parameter not set|no such file or directory|syntax error.*|can't open .+|cannot .+)$/i;
  const executed = /^(?:standard_init_linux\.go:\d+: )?exec .+: (?:exec format error|no such file or directory|permission denied)$/i;
  return said.test(text) || executed.test(text) ? found(text, null, [from]) : null;
};

/** A logger's line: the stack stands inside it. */
const jsonError: ErrorReader = (lines, from) => {
  const text = lines[from] ?? '';
  if (!text.startsWith('{')) return null;
  const { level, msg, message, err, error, stack, exc_info: exception } = parsed(text);
  const inner = [err, error].find((value): value is Record<string, unknown> => typeof value === 'object' && value !== null);
  const trace = [inner?.['stack'], stack, exception].find((value) => typeof value === 'string');
  const fatal = /^(?:fatal|critical|60|50|error)$/i.exec(String(level))?.[0];
  const uncaught = /^(?:fatal|critical|60)$/i.test(fatal ?? '');
  const traced = trace ? firstErrorOf(trace.split('\n')) : null;
  if (traced) return found(traced.error, traced.at, [from], uncaught);
  const said = inner?.['message'] ?? msg ?? message;
  return fatal && typeof said === 'string' ? found(said, null, [from], uncaught) : null;
};

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const longestLine = 4_000;
const readers: readonly ErrorReader[] = [jsonError, pythonError, nodeError, shellError];

/** Logs in a bundle begin each line with its time, and CloudWatch makes an event of each line of a trace. */
const withoutTime = (line: string) => {
  const text = line.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, '').trimEnd();
  // What a program writes has no bounds; what is matched has. JSON is parsed whole.
  return text.startsWith('{') ? text : text.slice(0, longestLine);
};

/**
 * The error that a log tells of: the last one that nothing caught (a process dies of its last), else the first that it wrote about.
 * @param lines of one container, in their order
 */
export function firstErrorOf(lines: readonly string[]): FoundError | null {
  const texts = lines.map(withoutTime);
  const all: FoundError[] = [];
  for (let index = 0; index < texts.length; index += 1) {
    const error = readers.map((reader) => reader(texts, index)).find((read) => read !== null);
    if (!error) continue;
    all.push(error);
    index = Math.max(index, ...error.lines);
  }
  return all.findLast(({ uncaught }) => uncaught) ?? all[0] ?? null;
}
