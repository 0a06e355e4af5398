/**
 * Exports what later steps read of a tag: a template of each stage's service, the contract that its code has with the secret, and what a smoke
 * test must expect of it; for people, the OpenAPI document of its HTTP surface and the bill of materials of its image. All from the tag's own
 * code: what is checked is never main's. The service must be bundled before.
 * Usage: RELEASE_TAG=v1.4.0 RELEASE_ATTEMPT=1 node --import tsx build/export-artefacts.ts DIRECTORY
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApi } from '../container/src/api.ts';
import { secretContract, smokeExpectations } from '../container/src/config/index.ts';
import { config } from '../pipeline/configured.ts';
import { billOfMaterials } from './bill-of-materials.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = resolve(process.argv[2] ?? 'artefacts');
if (!process.env['RELEASE_TAG'] || !process.env['RELEASE_ATTEMPT'])
  throw new Error('RELEASE_TAG and RELEASE_ATTEMPT must say what is built');
const version = process.env['RELEASE_TAG'].replace(/^v/, '');

const assembly = mkdtempSync(join(tmpdir(), 'assembly-'));
try {
  // With RELEASE_TAG set, the app makes Service templates and leaves the pipeline out; findings of the checks fail it. In this process, which has
  // loaded much of what the app needs.
  process.env['CDK_OUTDIR'] = assembly;
  await import('../pipeline/app.ts');
  if (process.exitCode) throw new Error('the Service templates could not be synthesized');
  mkdirSync(target, { recursive: true });
  for (const stage of config.stages)
    copyFileSync(join(assembly, `${stage.serviceStack}.template.json`), join(target, `${stage.name}.template.json`));
  write('secret-contract.json', secretContract());
  write('smoke-expectations.json', smokeExpectations());
  write('openapi.json', openApi(version));
  write(
    'sbom.cdx.json',
    billOfMaterials(read('container/dist/metafile.json'), read('package-lock.json'), version, process.env['BASE_IMAGE']),
  );
} finally {
  rmSync(assembly, { recursive: true, force: true });
}

function write(name: string, value: unknown): void {
  writeFileSync(join(target, name), `${JSON.stringify(value, null, 2)}\n`);
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(root, name), 'utf8')) as T;
}
