import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../assembly.ts';
import { releaseProblem } from './release-commands.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };

/** What is wrong with an `npm …` command, by package.json and, of `npm start`, by our own command line; empty when nothing is. */
export async function npmProblems([verb = '', ...rest]: readonly string[]): Promise<string[]> {
  if (verb === 'ci') return [];
  if (verb === 'start')
    return [await releaseProblem(['rehearse', ...rest.filter((word) => word !== '--')])].flatMap((problem) => problem ?? []);
  const script = verb === 'run' ? rest[0] : verb;
  if (script !== undefined && script in scripts) return [];
  return [`package.json has no script ${script ?? ''}`];
}
