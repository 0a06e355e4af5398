import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rehearsed } from './run-release.ts';

const begin = (text: string) =>
  Buffer.from(text)
    .toString('base64')
    .slice(0, Math.floor((text.length * 8) / 6));

/**
 * The shapes of everything secret that a rehearsal plants or hands out. Values differ from run to run, so that one that leaked can only be
 * this run's; their shapes do not. Searching for shapes needs no door in the product through which a test could be told the values, and finds
 * a value of whatever age: replaced ones and tokens too. planted-secrets.test.ts holds the shapes against the values as they are made.
 */
export const secretShapes: readonly RegExp[] = [
  /example-(staging|prod)-client(-secret)?-[0-9a-f]{8}/,
  /appdef_example(staging|prod)app[0-9a-f]{8}/,
  // A token of Benchling's.
  /example-[0-9a-f]{32}/,
  // The pair as it travels in an Authorization header.
  new RegExp(begin('example-staging-client')),
  new RegExp(begin('example-prod-client')),
];

/** What of a text is secret, without the value: where it stands. */
export function leaks(source: string, text: string): string[] {
  return secretShapes.flatMap((shape) => {
    const at = text.search(shape);
    return at < 0 ? [] : [`${source} at ${at}: ${shape.source}`];
  });
}

/** Leaks in everything that a rehearsal left: terminal, JSON, report, bundle, log of calls. */
export function leaksOf({ stdout, stderr, json }: Rehearsed): string[] {
  const folder = join(json.calls, '..');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  // A search that reads nothing finds nothing.
  if (!files.includes(json.calls)) throw new Error(`${json.calls} is not among what was left`);
  return [
    ...leaks('stdout', stdout),
    ...leaks('stderr', stderr),
    ...leaks('--json', JSON.stringify(json)),
    ...files.flatMap((file) => leaks(file.slice(folder.length + 1), readFileSync(file, 'utf8'))),
  ];
}
