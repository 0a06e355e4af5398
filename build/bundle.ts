/**
 * The one place that bundles: for synth, for the tag's build, for the rehearsal and for tests alike.
 * Usage: node --import tsx build/bundle.ts steps [directory] | container [file]
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { leanSchemas } from './lean-schemas.ts';
import { runbookPages } from './runbook-pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Entries that esbuild links at the same time. */
const atATime = 6;
const entrySuffix = '.lambda.ts';

// Some packages of the AWS SDK still call require(); an ES module has none of its own.
const requireBanner = "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/** What every bundle has in common, that of a benchmark too. */
export const options: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  // A rehearsal runs the same bundles as Lambda and the image do, on whatever Node the person has.
  target: 'node20',
  mainFields: ['module', 'main'],
  banner: { js: requireBanner },
  outExtension: { '.js': '.mjs' },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [leanSchemas, runbookPages],
};

/**
 * Bundles every step into a directory of its own, `<outDir>/<step>/index.mjs`: one directory is one Lambda asset.
 * @param outDir @default build/out/steps
 * @returns step's file name → its directory, absolute
 */
export async function bundleSteps(outDir = join(root, 'build', 'out', 'steps')): Promise<Map<string, string>> {
  const names = readdirSync(join(root, 'steps'))
    .filter((file) => file.endsWith(entrySuffix))
    .map((file) => file.slice(0, -entrySuffix.length))
    .sort();
  const entryPoints = names.map((name) => ({ in: `steps/${name}${entrySuffix}`, out: `${name}/index` }));
  // Some at a time: all at once take most of a gigabyte, each with its own copy of the SDK clients.
  for (let first = 0; first < entryPoints.length; first += atATime)
    await build({ ...options, entryPoints: entryPoints.slice(first, first + atATime), outdir: resolve(outDir) });
  return new Map(names.map((name) => [name, resolve(outDir, name)]));
}

/** What Fastify would compile schemas of routes with; the service has none and gives it two compilers that say so (container/src/app.ts). */
const neverLoaded = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'];

/**
 * Bundles the service: `server.mjs` is what every start reads, `chunks/` what packaging, samples and rarer credentials load when they are
 * first needed. Beside them `metafile.json`, esbuild's own account of what went in, which the bill of materials is made of.
 * @param outFile @default container/dist/server.mjs, where the Dockerfile takes it from
 */
export async function bundleContainer(outFile = join(root, 'container', 'dist', 'server.mjs')): Promise<string> {
  const entryPoints = [{ in: 'container/src/server.ts', out: 'server' }];
  const target = resolve(outFile);
  if (!target.endsWith('/server.mjs')) throw new Error(`${outFile}: expected a path that ends in /server.mjs`);
  const outdir = dirname(target);
  // Chunks have their content in their names: those of an earlier bundle would stay, and go into the image.
  rmSync(join(outdir, 'chunks'), { recursive: true, force: true });
  const { metafile } = await build({
    ...options,
    entryPoints,
    outdir,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    external: neverLoaded,
    metafile: true,
  });
  writeFileSync(join(outdir, 'metafile.json'), JSON.stringify(metafile));
  return target;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what, where] = process.argv.slice(2);
  if (what === 'steps') console.log([...(await bundleSteps(where)).values()].join('\n'));
  else if (what === 'container') console.log(await bundleContainer(where));
  else {
    console.error(`${what ?? 'nothing'}: expected steps [directory] or container [file]`);
    process.exitCode = 2;
  }
}
