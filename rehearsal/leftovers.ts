import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reapProcesses } from './aws/ecs/executors/pids.ts';
import { DockerClient } from './docker/client.ts';
import { findDaemon } from './docker/daemon.ts';
import { removeContainers, removeImages } from './docker/traces.ts';

/** Which process a rehearsal's home belongs to. */
const ownerFile = 'owner.json';
/** Under which registry its images are named, when Docker holds them. */
const registryFile = 'registry';

/** Makes the home of a rehearsal below `.local/rehearsals`, marked with this process, so that a later one can tell that it is alive. */
export async function openHome(root: string, id: string): Promise<string> {
  const home = join(root, '.local', 'rehearsals', id);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, ownerFile), JSON.stringify({ pid: process.pid, started: await startOf(process.pid) }));
  return home;
}

/** Marks whose images in Docker are this rehearsal's. @param registry `127.0.0.1:PORT` */
export const markRegistry = (home: string, registry: string): Promise<void> => writeFile(join(home, registryFile), registry);

/** Removes all that a rehearsal left in Docker, if it used it at all. */
export async function cleanDocker(docker: DockerClient, home: string): Promise<void> {
  const registry = await readFile(join(home, registryFile), 'utf8').catch(() => '');
  if (!registry) return;
  await removeContainers(docker, basename(home));
  await removeImages(docker, registry);
}

/**
 * Removes what killed rehearsals left behind: their processes, containers, images and folders. Rehearsals that still run are left alone.
 * @returns the ids of the removed ones
 */
export async function removeLeftovers(root: string): Promise<string[]> {
  const rehearsals = join(root, '.local', 'rehearsals');
  if (!existsSync(rehearsals)) return [];
  const dead: string[] = [];
  for (const id of await readdir(rehearsals)) {
    const home = join(rehearsals, id);
    if (await isAlive(home)) continue;
    await reapProcesses(home);
    if (existsSync(join(home, registryFile))) {
      const daemon = await findDaemon();
      // Without its folder nobody would know what it left in Docker: it stays until a daemon answers again.
      if (typeof daemon === 'string') continue;
      await cleanDocker(new DockerClient(daemon, home), home);
    }
    await rm(home, { recursive: true, force: true });
    dead.push(id);
  }
  return dead;
}

async function isAlive(home: string): Promise<boolean> {
  const owner = await readFile(join(home, ownerFile), 'utf8')
    .then((text) => JSON.parse(text) as { pid: number; started: string })
    .catch(() => null);
  if (!owner) return false;
  try {
    process.kill(owner.pid, 0);
  } catch {
    return false;
  }
  // A process id is used again: the same id with another start is somebody else.
  return owner.started === (await startOf(owner.pid));
}

/** When a process started, in the kernel's ticks; empty where there is no /proc: then the id alone must do. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
