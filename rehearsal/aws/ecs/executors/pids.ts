/**
 * Which processes belong to a rehearsal, on disk: when a rehearsal is killed outright, the next one ends what it left behind.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function recordPid(home: string, pid: number, command: readonly string[]): void {
  mkdirSync(join(home, 'pids'), { recursive: true });
  writeFileSync(join(home, 'pids', String(pid)), JSON.stringify({ command: command.join(' ') }));
}

export function forgetPid(home: string, pid: number): void {
  rmSync(join(home, 'pids', String(pid)), { force: true });
}

/**
 * Ends the processes that a dead rehearsal recorded under its home.
 * @returns the process ids that were ended
 */
export async function reapProcesses(home: string): Promise<number[]> {
  const folder = join(home, 'pids');
  if (!existsSync(folder)) return [];
  const ended: number[] = [];
  for (const file of readdirSync(folder)) {
    const pid = Number(file);
    const { command } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { command: string };
    // A process id is reused: only a process that still runs the recorded command is ours.
    if ((await commandOf(pid)) === command) {
      process.kill(pid, 'SIGKILL');
      ended.push(pid);
    }
    rmSync(join(folder, file), { force: true });
  }
  return ended;
}

/** @returns undefined when there is no such process */
async function commandOf(pid: number): Promise<string | undefined> {
  const found = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch((error: Error & { code?: unknown }) => {
    // ps ends with 1 when there is no such process; anything else is a fault of this machine.
    if (error.code === 1) return undefined;
    throw error;
  });
  return found?.stdout.trim();
}
