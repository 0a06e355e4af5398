import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withNames } from '../../build/lean-schemas.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'bundle-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const bundle = (...words: string[]) => spawnSync(process.execPath, ['--import', 'tsx', 'build/bundle.ts', ...words], { encoding: 'utf8' });

describe('the bundles of the steps', () => {
  it('are one directory for each entry, with one file that exports a handler and imports nothing but Node', () => {
    expect(bundle('steps', out)).toMatchObject({ status: 0 });
    const entries = readdirSync('steps').filter((file) => file.endsWith('.lambda.ts'));
    expect(readdirSync(out)).toEqual(entries.map((file) => file.replace('.lambda.ts', '')).sort());
    for (const name of readdirSync(out)) {
      expect(readdirSync(join(out, name))).toEqual(['index.mjs']);
      const text = readFileSync(join(out, name, 'index.mjs'), 'utf8');
      expect(text).toMatch(/^export \{[^}]*\bhandler\b[^}]*\};$/m);
      const imported = [...text.matchAll(/^import .* from ["']([^"']+)["'];/gm)].map(([, module = '']) => module.replace(/^node:/, ''));
      expect(imported.filter((module) => !builtinModules.includes(module))).toEqual([]);
    }
  }, 60_000);
});

describe('the runbooks', () => {
  it('are in the bundle of the step that quotes them, and in no other', () => {
    const withPages = readdirSync(out).filter((name) =>
      readFileSync(join(out, name, 'index.mjs'), 'utf8').includes('cause: SecretKeyMissing\\n'),
    );
    expect(withPages).toEqual(['report']);
  });
});

describe('the size of a bundle', () => {
  it('is less than 2 MB for every step: Lambda reads it whole at each cold start', () => {
    const sizes = Object.fromEntries(readdirSync(out).map((name) => [name, statSync(join(out, name, 'index.mjs')).size]));
    expect(Object.entries(sizes).filter(([, size]) => size > 2_000_000)).toEqual([]);
    expect(sizes['collect-diagnostics']).toBeGreaterThan(0);
  });

  it('does not depend on schemas that nobody uses: their computed keys are written out', () => {
    const schemas = 'const _hT = "httpTrait";\nexport var A = [3, { [_hT]: 1, [_other]: 2, x: [_hT] }];';
    expect(withNames(schemas)).toBe('const _hT = "httpTrait";\nexport var A = [3, { "httpTrait": 1, [_other]: 2, x: [_hT] }];');
  });
});

describe('the bundle of the container', () => {
  it('starts from a directory without packages, and says what its environment lacks', () => {
    const file = join(out, 'container', 'server.mjs');
    expect(bundle('container', file)).toMatchObject({ status: 0, stdout: `${file}\n` });
    const start = spawnSync(process.execPath, [file], { cwd: out, env: { PATH: process.env.PATH }, encoding: 'utf8' });
    expect(start).toMatchObject({ status: 78, stdout: expect.stringContaining('QuiltStackARN') });
  }, 60_000);

  it('is refused under another name, which the image would not find', () => {
    const refused = bundle('container', join(out, 'other.mjs'));
    expect(refused.status).not.toBe(0);
    expect(refused.stderr).toContain('expected a path that ends in /server.mjs');
  }, 60_000);
});

it('says what can be bundled when asked for anything else', () => {
  expect(bundle('everything')).toMatchObject({ status: 2, stderr: 'everything: expected steps [directory] or container [file]\n' });
}, 60_000);
