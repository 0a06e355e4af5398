/** Changes of one letter that make one word the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const before = row;
    row = [i + 1];
    for (const [j, other] of [...b].entries())
      row.push(Math.min((before[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1, (before[j] ?? 0) + (letter === other ? 0 : 1)));
  }
  return row.at(-1) ?? 0;
}

/** The words most like the one that was typed, nearest first: at most `most`, and none that is altogether different. Case and hyphens do not count. */
export function nearest(typed: string, words: readonly string[], most = 3): string[] {
  const plain = (word: string) => word.toLowerCase().replaceAll('-', '');
  return words
    .map((word) => {
      const [a, b] = [plain(typed), plain(word)];
      return { word, apart: a !== '' && b.includes(a) ? 0 : distance(a, b) / Math.max(a.length, b.length) };
    })
    .filter(({ apart }) => apart <= 0.6)
    .sort((a, b) => a.apart - b.apart)
    .slice(0, most)
    .map(({ word }) => word);
}
