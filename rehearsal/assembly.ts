import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** What the synthesized pipeline depends on, below the project's root. */
const inputs = ['pipeline', 'app-stack', 'steps', 'build', 'container/src/config', 'package-lock.json'];
/** Assemblies of older states of the sources that are kept: switching back and forth costs nothing then. */
const kept = 4;
/** Hours since an assembly was last asked for in which a rehearsal may still run functions from it. */
const usedFor = 4;

/**
 * The cloud assembly of the pipeline as its sources stand, synthesized in a child process (CDK needs half a gigabyte, for a few seconds) and
 * kept under `.local/assemblies` by the hash of the sources. Rejects with the synth's own output when it fails.
 */
export async function assemble(root: string): Promise<{ directory: string; reused: boolean }> {
  const home = join(root, '.local', 'assemblies');
  const target = join(home, (await hashOf(root)).slice(0, 16));
  if (existsSync(target)) {
    await utimes(target, new Date(), new Date());
    return { directory: join(target, 'cdk.out'), reused: true };
  }
  // Made aside and renamed: two rehearsals that start at once must not see half of one.
  const draft = join(home, `draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await run(root, ['build/bundle.ts', 'steps', join(draft, 'bundles')], {});
    await run(root, ['pipeline/app.ts'], { CDK_OUTDIR: join(draft, 'cdk.out'), RELEASE_BUNDLES: join(draft, 'bundles') });
    await rename(draft, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await forgetOld(home);
  return { directory: join(target, 'cdk.out'), reused: false };
}

async function hashOf(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of await filesBelow(join(root, input)))
      hash
        .update(file.slice(root.length))
        .update('\0')
        .update(await readFile(file))
        .update('\0');
  }
  return hash.digest('hex');
}

async function filesBelow(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(join(path, 'out')))
    .sort();
}

function run(root: string, args: readonly string[], variables: Record<string, string>): Promise<void> {
  const { RELEASE_TAG: _tag, RELEASE_ATTEMPT: _attempt, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--single-threaded-gc', '--import', 'tsx/esm', ...args], {
    cwd: root,
    env: { ...inherited, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${code}:\n${output}`))));
  });
}

/** Removes what nobody asked for in a while, but for the newest, and drafts whose synth was killed. */
export async function forgetOld(home: string): Promise<void> {
  const names = await readdir(home);
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(home, name))).mtimeMs })));
  const isDraft = ({ name }: { name: string }) => name.startsWith('draft-');
  const beyond = dated
    .filter((each) => !isDraft(each))
    .sort((a, b) => b.at - a.at)
    .slice(kept);
  const old = [...beyond, ...dated.filter(isDraft)].filter(({ at }) => at < Date.now() - usedFor * 3_600_000);
  await Promise.all(old.map(({ name }) => rm(join(home, name), { recursive: true, force: true })));
}
