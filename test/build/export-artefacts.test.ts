import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../pipeline/configured.ts';

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'artefacts-'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const run = (...words: string[]) => {
  const env = { ...process.env, RELEASE_TAG: 'v1.4.0', RELEASE_ATTEMPT: '1', BASE_IMAGE: 'example/node:24-slim' };
  expect(spawnSync(process.execPath, ['--import', 'tsx', ...words], { env, encoding: 'utf8' })).toMatchObject({ status: 0 });
};
const exported = (name: string) => JSON.parse(readFileSync(join(out, name), 'utf8'));

it('a build exports what later steps read of its tag, and what people do, in the order of the buildspec', () => {
  const buildspec = readFileSync('build/buildspec.yml', 'utf8');
  const commands = ['build/bundle.ts container', 'build/export-artefacts.ts artefacts', 'build/publish-image.ts'];
  const places = commands.map((command) => buildspec.indexOf(command));
  expect(Math.min(...places)).toBeGreaterThan(0);
  expect(places).toEqual(places.toSorted((one, other) => one - other));

  run('build/bundle.ts', 'container');
  run('build/export-artefacts.ts', out);
  const files = ['openapi.json', 'sbom.cdx.json', 'secret-contract.json', 'smoke-expectations.json'];
  expect(readdirSync(out).sort()).toEqual([...files, ...config.stages.map(({ name }) => `${name}.template.json`)].sort());
  expect(exported('openapi.json').info.version).toBe('1.4.0');
  const bill = exported('sbom.cdx.json');
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'benchling-webhook', version: '1.4.0' } } });
  const names = bill.components.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['fastify', '@aws-sdk/client-sqs', 'example/node:24-slim']));
}, 300_000);
