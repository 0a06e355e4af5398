import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What a step may ask of the world: shapes that clients fill at AWS and fakes fill in tests. */
const folder = new URL('../../../steps/contract/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
const imports = /^(?:import|export)\b(?! type)[^;]*? from '(?<from>[^']+)'/gm;

describe('the contract', () => {
  it.each(['ports.ts', 'evidence-ports.ts', 'operator-ports.ts'])(
    'asks for ports in %s by types alone: there is nothing to run in it',
    async (name) => {
      expect(Object.keys(await import(`../../../steps/contract/${name}`))).toEqual([]);
    },
  );

  it.each(files)('reaches no AWS from %s: whoever reads it needs no client', async (name) => {
    const loaded = [...(await readFile(new URL(name, folder), 'utf8')).matchAll(imports)].map((found) => found.groups?.['from'] ?? '');
    expect(loaded.filter((from) => /^@aws-sdk\/|\/clients\//.test(from))).toEqual([]);
    await expect(import(`../../../steps/contract/${name}`)).resolves.toBeDefined();
  });
});
