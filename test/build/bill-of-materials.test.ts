import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleAccount, billOfMaterials, bundledPackages, type Lockfile } from '../../build/bill-of-materials.ts';
import { bundleContainer } from '../../build/bundle.ts';

interface Component {
  readonly type: string;
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version?: string;
  readonly licenses?: readonly ({ readonly license: { readonly id: string } } | { readonly expression: string })[];
}

const json = <T>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as T;
const lockfile = json<Lockfile>('package-lock.json');

let folder: string;
let account: BundleAccount;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bill-'));
  await bundleContainer(join(folder, 'server.mjs'));
  account = json(join(folder, 'metafile.json'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bill = (baseImage?: string) =>
  billOfMaterials(account, lockfile, '1.4.0', baseImage) as { serialNumber: string; components: Component[]; dependencies: object[] };

/** What the bundle's own text says it holds: esbuild heads each module with its path. */
function told(): string[] {
  const files = ['server.mjs', ...readdirSync(join(folder, 'chunks')).map((name) => join('chunks', name))];
  const paths = files.flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/^\s*\/\/ (\S*node_modules\/\S+)$/gm)]);
  return [...new Set(paths.map(([, path = '']) => /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? ''))].sort();
}

describe('the bill of materials of the image', () => {
  it('lists exactly the packages that the bundle holds code of', () => {
    expect(bundledPackages(account)).toEqual(told());
    expect(bill().components).toHaveLength(told().length);
    expect(told()).toContain('node_modules/fastify');
  });

  it('gives each with its locked version and its license, which are those of the installed package', () => {
    const listed = bill().components.map(({ name, version, licenses }) => {
      const [license] = licenses ?? [];
      return { name, version, license: license && ('expression' in license ? license.expression : license.license.id) };
    });
    const installed = told().map((place) => {
      const { name, version, license } = json<{ name: string; version: string; license: string }>(join(place, 'package.json'));
      expect(lockfile.packages[place]).toMatchObject({ version, license });
      return { name, version, license };
    });
    expect(listed).toEqual(installed);
  });

  it('gives no two packages the same reference, and the service depends on all', () => {
    const { components, dependencies } = bill('example/node@sha256:0');
    const references = components.map((component) => component['bom-ref']);
    expect(new Set(references).size).toBe(references.length);
    expect(dependencies).toEqual([{ ref: 'service', dependsOn: references }]);
    expect(components.at(-1)).toMatchObject({ type: 'container', name: 'example/node@sha256:0' });
  });

  it('is the same for the same commit, and another for another base', () => {
    expect(bill()).toEqual(bill());
    expect(bill('example/node@sha256:0').serialNumber).not.toBe(bill('example/node@sha256:1').serialNumber);
  });

  it('holds nothing of what Fastify would compile schemas with, which no start loads', () => {
    expect(told().filter((place) => /ajv|fast-uri|merge-json-schemas/.test(place))).toEqual([]);
  });

  it('is refused for a package without version or license, by name', () => {
    const { packages } = lockfile;
    const changed = { packages: { ...packages, 'node_modules/fastify': {}, 'node_modules/pino': { version: '1.0.0' } } };
    expect(() => billOfMaterials(account, changed, '1.4.0')).toThrow(
      'no version or no license of: node_modules/fastify, node_modules/pino',
    );
  });

  it('tells two copies of one package apart', () => {
    const outputs = { 'server.mjs': { inputs: {} as Record<string, { bytesInOutput: number }> } };
    for (const file of ['node_modules/a/index.js', '../x/node_modules/@b/c/node_modules/a/index.js', 'container/src/app.ts'])
      outputs['server.mjs'].inputs[file] = { bytesInOutput: 1 };
    outputs['server.mjs'].inputs['node_modules/shaken-off/index.js'] = { bytesInOutput: 0 };
    const a = { version: '1.0.0', license: '(MIT OR ISC)', integrity: 'sha512-AAEC' };
    const { components } = billOfMaterials(
      { outputs },
      { packages: { 'node_modules/a': a, 'node_modules/@b/c/node_modules/a': a } },
      '1.4.0',
    ) as {
      components: object[];
    };
    expect(components).toEqual([
      expect.objectContaining({ 'bom-ref': 'pkg:npm/a@1.0.0#node_modules/@b/c/node_modules/a', purl: 'pkg:npm/a@1.0.0' }),
      expect.objectContaining({
        'bom-ref': 'pkg:npm/a@1.0.0',
        licenses: [{ expression: '(MIT OR ISC)' }],
        hashes: [{ alg: 'SHA-512', content: '000102' }],
      }),
    ]);
  });
});
