/**
 * Text of logs, tags and AWS's errors, made safe to look at: nothing in it moves a cursor, colours a line or turns the reading direction, and
 * what was there to deceive is shown by its number. Escaping for a format is the renderer's own.
 */
export function visible(text: string): string {
  return text
    .replace(terminal, '')
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(deceptive, (character) => `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

/** Sequences that a terminal obeys: colours, cursor moves, titles, links. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
const terminal = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]*[0-~])/g;
/** Reading direction, letters without a width, separators that only some programs break a line at. */
const deceptive = /[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** Every text of a value, at any depth. Keys are ours. */
export function eachText<T>(value: T, change: (text: string) => string): T {
  if (typeof value === 'string') return change(value) as T;
  if (Array.isArray(value)) return value.map((item) => eachText(item, change)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, eachText(item, change)])) as T;
}

/** `850 ms`, `75.2 s`, `2 min 5 s`, `1 h 4 min`. @param milliseconds at least 0 */
export function span(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  // What would be rounded to a full minute is one: never `60.0 s`, never `1 min 60 s`.
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
