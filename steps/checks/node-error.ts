import type { ErrorReader } from './first-error.ts';

/** `file:///app/server.mjs:12`, `node:internal/modules/cjs/loader:1148`: where Node stopped, before it shows the line. */
const header = /^(?<at>(?:node:|file:\/\/|\/|\[eval)[^\s:]+:\d+)$/;
const caret = /^\s*\^+\s*$/;
/** `TypeError: …`, `Error [ERR_X]: …`, `Uncaught Error`; a name that does not say so must have a stack below it. */
const named = /^(?:Uncaught )?(?<error>(?:[A-Z][\w$.]*)?(?:Error|Exception)(?: \[\w+\])?(?:: .*)?)$/;
const anyName = /^(?:Uncaught )?(?<error>[A-Z][\w$.]*(?: \[\w+\])?: .*)$/;
const frame = /^\s+at (?:(?<name>.+?) \()?(?<at>[^()\s]+:\d+:\d+)\)?(?: \{)?$/;
const cause = /^\s+\[cause\]: (?<error>.+?)(?: \{)?$/;
/** Lines of a message before its stack, and of a stack. */
const longest = 30;

/** A header with a caret, then the error and its frames; or, as a program prints one that it caught, without the header. */
export const nodeError: ErrorReader = (lines, from) => {
  const top = header.exec(lines[from] ?? '')?.groups?.['at'];
  const start = top ? afterCaret(lines, from) : from;
  if (start === null) return null;
  const text = lines[start] ?? '';
  const stacked = frame.test(lines[start + 1] ?? '');
  const { error } = (stacked ? anyName : named).exec(text)?.groups ?? (top ? { error: text } : {});
  if (!error) return null;
  const below = rest(lines, start + 1);
  const frames = below.flatMap(({ text, index }) => {
    const { name, at } = frame.exec(text)?.groups ?? {};
    return at ? [{ at: `${at.replace('file://', '')}${name ? ` in ${name}` : ''}`, own: !/^node:|\/node_modules\//.test(at), index }] : [];
  });
  const own = frames.find((each) => each.own);
  const whereTop = top && !top.startsWith('node:') ? top.replace('file://', '') : undefined;
  const causes = below.flatMap(({ text, index }) => {
    const inner = cause.exec(text)?.groups?.['error'];
    return inner ? [{ error: inner, index }] : [];
  });
  const root = causes.at(-1);
  return {
    error: root ? `${error.replace(/ \{$/, '')}, caused by ${root.error}` : error.replace(/ \{$/, ''),
    at: own?.at ?? whereTop ?? frames[0]?.at ?? null,
    uncaught: top !== undefined || /^Uncaught /.test(text),
    lines: [...(top ? [from] : []), start, ...(own ? [own.index] : frames[0] ? [frames[0].index] : []), ...(root ? [root.index] : [])],
  };
};

/** The line of the error itself: the first with text after the caret, which stands within a few lines of the header. */
function afterCaret(lines: readonly string[], from: number): number | null {
  const at = lines.findIndex((line, index) => index > from && index <= from + 6 && caret.test(line));
  if (at < 0) return null;
  const start = lines.findIndex((line, index) => index > at && index <= at + 3 && line.trim() !== '');
  return start < 0 ? null : start;
}

/** What belongs to the error below it: its frames, its properties, its causes; a few lines of its message before them. */
function rest(lines: readonly string[], from: number): { text: string; index: number }[] {
  const window = lines.slice(from, from + longest).map((text, offset) => ({ text, index: from + offset }));
  const begins = window.findIndex(({ text }) => frame.test(text));
  if (begins < 0) return [];
  const ends = window.findIndex(({ text }, index) => index > begins && !/^[\s}]/.test(text));
  // Another error in between has a stack of its own.
  if (window.slice(0, begins).some(({ text }) => named.test(text) || header.test(text))) return [];
  return window.slice(begins, ends < 0 ? undefined : ends);
}
