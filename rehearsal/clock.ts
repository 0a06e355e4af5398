import { setTimeout as sleep } from 'node:timers/promises';

/** The one clock of a rehearsal: every wait and deadline of the stand-in goes through it, so that all scale together. */
export class Clock {
  readonly scale: number;

  /** @param scale factor for every wait, above 0. 1 waits as AWS does; @default 0.05 */
  constructor(scale = 0.05) {
    if (!(scale > 0)) throw new RangeError(`time scale ${scale}: expected a number above 0`);
    this.scale = scale;
  }

  now(): Date {
    return new Date();
  }

  /** Real milliseconds that `seconds` of AWS time take here. */
  milliseconds(seconds: number): number {
    return seconds * 1000 * this.scale;
  }

  /** Waits `seconds` of AWS time. Rejects with the signal's reason when it is aborted. */
  async wait(seconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await sleep(this.milliseconds(seconds), undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}
