import { readFileSync } from 'node:fs';

const pageBytes = 4096;

/** How much memory a process holds, in MiB; undefined when it is gone or this system does not tell (only Linux does). */
export function residentMebibytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return (Number(pages) * pageBytes) / 2 ** 20;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
