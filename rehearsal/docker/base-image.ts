import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * The image that a tag's image is built on when Docker runs it here: this machine's own Node and the libraries that it links to, because a
 * rehearsal reaches no registry. Made once for each version of Node.
 * @returns its name, for the build argument BASE_IMAGE. Rejects where this machine's Node does not run in a Linux container.
 */
export async function assembleBaseImage(): Promise<string> {
  const name = `release-rehearsal/node:${process.versions.node}`;
  if (await exists(name)) return name;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`Docker runs linux/amd64 here and this Node is ${process.platform}/${process.arch}. Next: --containers process`);
  }
  const root = await mkdtemp(join(tmpdir(), 'base-image-'));
  try {
    await copyInto(root, process.execPath, '/usr/local/bin/node');
    for (const library of await linkedLibraries(process.execPath)) await copyInto(root, library, library);
    await mkdir(join(root, 'etc'), { recursive: true });
    await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0::/root:/\nnode:x:1000:1000::/home/node:/\n');
    await mkdir(join(root, 'tmp'), { mode: 0o1777 });
    const archive = `${root}.tar`;
    await run('tar', ['--directory', root, '--owner=0', '--group=0', '--create', '--file', archive, '.']);
    await run('docker', ['import', '--change', 'ENV PATH=/usr/local/bin', archive, name]);
    await rm(archive);
    return name;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

const exists = (name: string) =>
  run('docker', ['image', 'inspect', name]).then(
    () => true,
    () => false,
  );

/** Every file that the dynamic loader would map, the loader itself included. */
async function linkedLibraries(binary: string): Promise<string[]> {
  const { stdout } = await run('ldd', [binary]);
  return [...stdout.matchAll(/(\/[^\s]+)/g)].map(([, path]) => path!);
}

async function copyInto(root: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await cp(await realpath(from), join(root, to));
}
