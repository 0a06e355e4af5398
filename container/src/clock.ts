import { setTimeout as wait } from 'node:timers/promises';

/** Time, for what waits. */
export interface Clock {
  /** Milliseconds from some start; never goes back. */
  now(): number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(milliseconds, signal) {
    signal?.throwIfAborted();
    await wait(milliseconds, undefined, { signal }).catch(() => signal?.throwIfAborted());
  },
};
