import type { Clock } from '../../container/src/clock.ts';

/** A clock that jumps: whoever sleeps on it wakes at once, later. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(milliseconds);
    this.#now += milliseconds;
  }
}
