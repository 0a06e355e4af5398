import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { DockerClient } from './client.ts';

const run = promisify(execFile);

/**
 * The image that a tag's image is built on when Docker runs it here: this machine's own Node and the libraries that it links to, because a
 * rehearsal reaches no registry. Made once for each version of Node, and kept for the rehearsals to come.
 * @returns its name, for the build argument BASE_IMAGE
 */
export async function assembleBaseImage(docker: DockerClient): Promise<string> {
  const name = `release-rehearsal/node:${process.versions.node}`;
  if (await docker.run(['image', 'ls', '--quiet', name])) return name;
  const work = await mkdtemp(join(tmpdir(), 'base-image-'));
  const root = join(work, 'root');
  const archive = join(work, 'image.tar');
  try {
    await copyInto(root, process.execPath, '/usr/local/bin/node');
    for (const library of await linkedLibraries(process.execPath)) await copyInto(root, library, library);
    await mkdir(join(root, 'etc'), { recursive: true });
    await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0::/root:/\nnode:x:1000:1000::/home/node:/\n');
    await mkdir(join(root, 'tmp'));
    // Whatever the umask: the container's user is not the owner of these files.
    await run('chmod', ['-R', 'u=rwX,go=rX', root]);
    await chmod(join(root, 'tmp'), 0o1777);
    await run('tar', ['--directory', root, '--owner=0', '--group=0', '--create', '--file', archive, '.']);
    await docker.run(['import', '--change', 'ENV PATH=/usr/local/bin', archive, name]);
    return name;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Every file that the dynamic loader would map, the loader itself included. */
async function linkedLibraries(binary: string): Promise<string[]> {
  const { stdout } = await run('ldd', [binary]);
  return [...stdout.matchAll(/(\/[^\s]+)/g)].map(([, path]) => path!);
}

async function copyInto(root: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(root, to)), { recursive: true });
  await cp(await realpath(from), join(root, to));
}
