/** `75.2 s`, `2 min 5 s`. @param milliseconds at least 0 */
export function duration(milliseconds: number): string {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  return `${minutes} min ${Math.round((milliseconds - minutes * 60_000) / 1000)} s`;
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
