// setTimeout overflows beyond this and would fire at once: a task's default timeout is three years.
const LONGEST_TIMER = 2 ** 31 - 1;

/** A deadline in real time: of work that takes real time in a rehearsal, too. */
export class Deadline {
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, passed: () => void) {
    if (milliseconds <= LONGEST_TIMER) this.#timer = setTimeout(passed, milliseconds);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** Does work that the signal can interrupt: rejects with the signal's reason as soon as it is aborted, whether or not the work minds. */
export async function interruptible<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  // The work may lose the race and reject later; that is nobody's error any more.
  const working = work();
  working.catch(() => {});
  try {
    return await Promise.race([working, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort!);
  }
}
