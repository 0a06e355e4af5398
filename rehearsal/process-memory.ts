import { readdir, readFile } from 'node:fs/promises';

/** Milliseconds between two looks: each walks the memory maps of every process of the tree. */
const interval = 1000;

/**
 * Samples the proportional set size of this process and all its descendants, where the kernel tells it (Linux). Proportional: pages that
 * several processes share, such as Node's own code, count once.
 */
export class MemoryWatch {
  private peak = 0;
  private readonly timer: NodeJS.Timeout;
  private looking = false;

  constructor() {
    this.timer = setInterval(() => void this.look(), interval).unref();
  }

  /** Highest sum so far in MiB; null where the kernel does not tell. */
  get peakMebibytes(): number | null {
    return this.peak > 0 ? Math.round(this.peak / 1024) : null;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const sizes = await Promise.all((await descendants(process.pid)).map(kibibytes));
      this.peak = Math.max(
        this.peak,
        sizes.reduce((sum, size) => sum + size, 0),
      );
    } finally {
      this.looking = false;
    }
  }
}

/** The process and everything below it; empty where there is no /proc. */
async function descendants(root: number): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Boolean);
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)));
  const below = (pid: number): number[] => [pid, ...pids.filter((other) => parents.get(other) === pid).flatMap(below)];
  return pids.length > 0 ? below(root) : [];
}

async function parentOf(pid: number): Promise<number> {
  // `pid (name) state ppid …`: the name may hold anything, so read from its closing parenthesis.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

async function kibibytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0);
}
