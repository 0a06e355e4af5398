import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detectDocker, reapContainers } from './aws/ecs/executors/docker-executor.ts';
import { reapProcesses } from './aws/ecs/executors/pids.ts';

/** Which process a rehearsal's home belongs to. */
const ownerFile = 'owner.json';

/** Makes the home of a rehearsal below `.local/rehearsals`, marked with this process, so that a later one can tell that it is alive. */
export async function openHome(root: string, id: string): Promise<string> {
  const home = join(root, '.local', 'rehearsals', id);
  await mkdir(home, { recursive: true });
  await writeFile(join(home, ownerFile), JSON.stringify({ pid: process.pid, started: await startOf(process.pid) }));
  return home;
}

/**
 * Removes what killed rehearsals left behind: their processes, containers and folders. Rehearsals that still run are left alone.
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
    dead.push(id);
  }
  if (dead.length > 0 && (await detectDocker())) for (const id of dead) await reapContainers(id);
  await Promise.all(dead.map((id) => rm(join(rehearsals, id), { recursive: true, force: true })));
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
