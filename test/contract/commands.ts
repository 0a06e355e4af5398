import { awsProblems } from './aws-commands.ts';
import { cdkProblems } from './cdk-commands.ts';
import { ghProblems } from './gh-commands.ts';
import { npmProblems } from './npm-commands.ts';
import { releaseProblem } from './release-commands.ts';
import type { ShellCommand } from './shell-commands.ts';

/** Programs of the shell's own world that a page may call; what they do is not judged here. */
const others = ['mktemp', 'rm', 'trap', 'umask', '${EDITOR:-vi}', 'until', 'sleep', 'node', 'cd', 'export', 'diff', 'printf'];
export const gitReads = ['log', 'show', 'diff', 'ls-remote', 'status', 'cat-file'];
const gitActs = ['tag', 'push', 'fetch', 'revert', 'clone', 'remote', 'config', 'pull', 'add', 'commit', 'switch'];

/** Inputs as their sample values: the command line judges a tag's shape. */
const sampled = (words: readonly string[]) => words.map((word) => word.replace(/\$(?:TAG|NEXT)\b/g, 'v1.4.0'));

/** What is wrong with a command of a page, by the program that runs it, in words; empty when nothing is. Runs nothing. */
export async function problemsOf([program = '', first = '', ...rest]: ShellCommand): Promise<string[]> {
  if (program === 'aws') return awsProblems([program, first, ...rest]);
  if (program === 'git') return [...gitReads, ...gitActs].includes(first) ? [] : [`git ${first} is not for a page`];
  if (program === 'npx' && first === 'release') return [await releaseProblem(sampled(rest))].flatMap((problem) => problem ?? []);
  if (program === 'npx' && first === 'cdk') return cdkProblems(rest);
  if (program === 'npm') return npmProblems([first, ...rest]);
  if (program === 'gh') return ghProblems([first, ...rest]);
  if (program === 'curl') return /^-/.test(first) && !/^-[sSfi]+$/.test(first) ? [`curl ${first}`] : [];
  return others.includes(program) || /^(?:for|do|done)$/.test(program) ? [] : [`${program} is not for a page`];
}
