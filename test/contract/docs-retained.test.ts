import { readFileSync } from 'node:fs';
import { configFile, readConfig } from '../../pipeline/config.ts';
import { type Template, templates } from '../assembly.ts';
import { pageNamed } from './docs-pages.ts';

const rows = [...pageNamed('docs/remove.md').matchAll(/^\| (\w+) \| (AWS::[\w:]+) \| (.+) \|$/gm)].map(([, stack, type, why]) => ({
  what: `${stack} ${type}`,
  why: why!,
}));

describe('what docs/remove.md says that stays', () => {
  let retained: string[];

  beforeAll(async () => {
    const template = await templates();
    const { stages } = readConfig(readFileSync(configFile, 'utf8'));
    const kept = (name: string, of: Template) =>
      Object.values(of.Resources)
        .filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith('Retain'))
        .map(({ Type }) => `${name} ${Type}`);
    retained = [
      ...kept('ReleaseStores', template('ReleaseStores')),
      ...kept('ReleaseMachine', template('ReleaseMachine')),
      ...stages.flatMap(({ foundationStack }) => kept('foundation', template(foundationStack))),
      ...stages.flatMap(({ serviceStack }) => kept('service', template(serviceStack))),
    ];
  }, 120_000);

  it('is what the templates retain, and all of it', () => {
    expect(rows.map(({ what }) => what).sort()).toEqual([...new Set(retained)].sort());
  });

  it('is said once each, with a reason', () => {
    expect(new Set(rows.map(({ what }) => what)).size).toBe(rows.length);
    for (const { why } of rows) expect(why.split(' ').length).toBeGreaterThan(2);
  });
});
