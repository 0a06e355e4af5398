// setTimeout overflows beyond this and would fire at once: a task's default timeout is three years.
const longestTimer = 2 ** 31 - 1;

/** A deadline in AWS time. */
export interface Timer {
  /** Begins anew, as a heartbeat does. */
  restart(): void;
  clear(): void;
}

/**
 * The one clock of a rehearsal: every wait and deadline of the stand-in goes through it, so that all scale together. The scale may change
 * while something waits: what is left of the wait takes the new one.
 */
export class Clock {
  #scale: number;
  readonly #waiting = new Set<ScaledTimer>();

  /** @param scale factor for every wait, above 0. 1 waits as AWS does; @default 0.05 */
  constructor(scale = 0.05) {
    this.#scale = checked(scale);
  }

  get scale(): number {
    return this.#scale;
  }

  set scale(scale: number) {
    this.#scale = checked(scale);
    for (const timer of this.#waiting) timer.rescale();
  }

  now(): Date {
    return new Date();
  }

  /** Real milliseconds that `seconds` of AWS time take here, as the scale is now. */
  milliseconds(seconds: number): number {
    return seconds * 1000 * this.#scale;
  }

  /** Lets seconds of AWS time pass for what waits for longer than that, and for nothing else: polls and health checks go on as they were. */
  skip(seconds: number): void {
    for (const timer of this.#waiting) timer.skip(seconds);
  }

  /** Calls `passed` once, when `seconds` of AWS time are over. */
  timer(seconds: number, passed: () => void): Timer {
    return new ScaledTimer(this, this.#waiting, seconds, passed);
  }

  /** Waits `seconds` of AWS time. Rejects with the signal's reason when it is aborted. */
  async wait(seconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    let abort = () => {};
    await new Promise<void>((resolve, reject) => {
      const timer = this.timer(seconds, resolve);
      abort = () => {
        timer.clear();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    }).finally(() => signal?.removeEventListener('abort', abort));
  }
}

class ScaledTimer implements Timer {
  readonly #clock: Clock;
  readonly #waiting: Set<ScaledTimer>;
  readonly #seconds: number;
  readonly #passed: () => void;
  #left = 0;
  #since = 0;
  #scale = 1;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, waiting: Set<ScaledTimer>, seconds: number, passed: () => void) {
    this.#clock = clock;
    this.#waiting = waiting;
    this.#seconds = seconds;
    this.#passed = passed;
    this.restart();
  }

  restart(): void {
    this.#left = this.#seconds;
    this.#run();
  }

  rescale(): void {
    this.#left = this.#remaining();
    this.#run();
  }

  skip(seconds: number): void {
    const left = this.#remaining();
    if (left <= seconds) return;
    this.#left = left - seconds;
    this.#run();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#waiting.delete(this);
  }

  #remaining(): number {
    return Math.max(0, this.#left - (performance.now() - this.#since) / 1000 / this.#scale);
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#waiting.add(this);
    this.#since = performance.now();
    this.#scale = this.#clock.scale;
    const milliseconds = this.#clock.milliseconds(this.#left);
    if (milliseconds > longestTimer) return; // Asked again when the scale changes.
    this.#timer = setTimeout(() => {
      this.#waiting.delete(this);
      this.#passed();
    }, milliseconds);
  }
}

function checked(scale: number): number {
  if (!(scale > 0)) throw new RangeError(`time scale ${scale}: expected a number above 0`);
  return scale;
}
