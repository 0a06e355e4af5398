import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../assembly.ts';

/** Pages for people who install and run the pipeline, with their texts: docs/*.md and the README. */
export const docsPages: [string, string][] = [
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  'README.md',
].map((name) => [name, readFileSync(join(root, name), 'utf8')]);

export const pageNamed = (name: string): string => docsPages.find(([each]) => each === name)?.[1] ?? '';
