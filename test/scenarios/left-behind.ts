import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Processes that have to do with a folder: it is in their command line, their variables or their working directory. */
export function processesOf(folder: string): string[] {
  if (!existsSync('/proc/self/environ')) return listed().filter((line) => line.includes(folder));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => [cwdOf(pid), read(pid, 'cmdline'), read(pid, 'environ')].some((text) => text.includes(folder)))
    .filter((pid) => !read(pid, 'stat').includes(') Z '))
    .map((pid) => `${pid} ${read(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 200)}`);
}

/** What rehearsals keep of their own in a checkout while they run: homes, and the file by which others join them. */
export function traces(folder: string): string[] {
  const local = join(folder, '.local');
  const homes = existsSync(join(local, 'rehearsals')) ? readdirSync(join(local, 'rehearsals')) : [];
  return [...homes.map((id) => `rehearsals/${id}`), ...(existsSync(join(local, 'endpoint.json')) ? ['endpoint.json'] : [])];
}

const listed = () => execFileSync('ps', ['-A', '-ww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');

/** Empty when the process ended meanwhile, or belongs to somebody else. */
function read(pid: string, name: string): string {
  try {
    return readFileSync(join('/proc', pid, name), 'utf8');
  } catch {
    return '';
  }
}

function cwdOf(pid: string): string {
  try {
    return readlinkSync(join('/proc', pid, 'cwd'));
  } catch {
    return '';
  }
}
