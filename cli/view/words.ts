/** `75.2 s`, `2 min 5 s`. @param milliseconds at least 0 */
export function duration(milliseconds: number): string {
  // What would be rounded to a full minute is one: never `60.0 s`, never `1 min 60 s`.
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** One line of a text that may hold many, and no control characters: outside data reaches the terminal here. */
export function oneLine(text: string, width = 200): string {
  // Control characters of outside data could repaint the terminal; \p{Cc} is all of them.
  const line = text
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim();
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

/** How far a tag goes, where that is not all the way. */
export const endsInWords = ({ endsBefore }: { readonly endsBefore: string | null }) =>
  endsBefore ? `; ${endsBefore} takes no tag like it` : '';
