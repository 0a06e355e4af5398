import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cause, causes } from '../../steps/contract/causes.ts';
import { pageName, type SectionName } from '../../steps/contract/runbook.ts';
import { root } from '../assembly.ts';

export const runbooks = join(root, 'runbooks');
export const index = 'README.md';
/** The pages of alarms lie in a folder of their own. */
export const files = readdirSync(runbooks).filter((name) => name.endsWith('.md') && name !== index);
export const textOf = (name: string) => readFileSync(join(runbooks, name), 'utf8');

/** Causes whose page is there, with its text: one that lacks fails a test of its own, and not every other. */
export const pages: [Cause, string][] = (Object.keys(causes) as Cause[])
  .filter((cause) => files.includes(pageName(cause)))
  .map((cause) => [cause, textOf(pageName(cause))]);

/** The fenced scripts of a text, also those that a numbered step indents. */
export function scriptsOf(text: string): string[] {
  return [...text.matchAll(/^( *)```sh\n(.*?)^ *```$/gms)].map(([, indent = '', script = '']) =>
    script.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Commands that a sentence names. */
export const inlineCommandsOf = (text: string): string[] =>
  [...text.replace(/^ *```.*?^ *```$/gms, '').matchAll(/`((?:aws|npx|git|curl) [^`]+)`/g)].map(([, command]) => command!);

/** Text of a section as it stands, by its heading. */
export function sectionOf(text: string, name: SectionName): string {
  return text.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
}
