import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../assembly.ts';

/** What pages call of GitHub's command line, which is no package of ours: these words, and files that are there. */
const known: Readonly<Record<string, readonly string[]>> = {
  'variable set': ['--repo', '--body'],
  api: ['--method', '--input'],
};

/** What is wrong with a `gh …` command, as far as can be said without the program; empty when nothing is. */
export function ghProblems(words: readonly string[]): string[] {
  const [verb, options] = Object.entries(known).find(([each]) => words.join(' ').startsWith(`${each} `)) ?? [];
  if (!verb || !options) return [`gh ${words[0]} is not for a page`];
  const unknown = words.filter((word) => word.startsWith('--') && !options.includes(word));
  const file = words[words.indexOf('--input') + 1];
  return [
    ...unknown.map((option) => `gh ${verb} knows no option ${option}`),
    ...(words.includes('--input') && !existsSync(join(root, file ?? '')) ? [`there is no file ${file}`] : []),
  ];
}
