import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Leaves out of a bundle what it does not use of an SDK client's schemas. They name members by constants in computed keys (`{ [_hT]: … }`);
 * evaluating one might have an effect, for all that esbuild knows, so that it keeps the schemas of every operation of a service. With the
 * names written in, EC2 is 53 kB of a bundle and not 1 MB: Lambda reads all of it at each cold start.
 */
export const leanSchemas: Plugin = {
  name: 'lean-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].+[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: withNames(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/** `const _hT = "httpTrait"; … { [_hT]: 1 }` → `… { "httpTrait": 1 }` */
export function withNames(source: string): string {
  const names = new Map([...source.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name = '', text = '']) => [name, text]));
  return source.replace(/\[(_\w+)\]:/g, (whole, name: string) => (names.has(name) ? `${names.get(name)}:` : whole));
}
