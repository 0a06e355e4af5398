import type { Log } from './log.ts';

/** `ok`, or the kind of failure: these answers are public, and AWS's sentences name accounts and roles. */
export type CheckResult = string;

/** Runs every check to its end, side by side. A failure is logged in full and answered in short. */
export async function runChecks<Name extends string>(
  checks: Record<Name, () => Promise<unknown>>,
  log: Log,
): Promise<Record<Name, CheckResult>> {
  const entries = Object.entries<() => Promise<unknown>>(checks).map(async ([name, check]) => {
    try {
      await check();
      return [name, 'ok'];
    } catch (error) {
      log.warn({ event: 'check.failed', check: name }, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      return [name, error instanceof Error ? error.name : 'Error'];
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** How long a result is shown before it is found out again: long enough for any number of probes, short enough for a smoke test. */
const okForMs = 15_000;
const failedForMs = 3_000;

/** One result for all who ask within its time, so that a public route cannot be turned into a flood of calls. */
export class Cached<T> {
  private readonly run: () => Promise<T>;
  private readonly isOk: (result: T) => boolean;
  private latest: { result: T; until: number } | undefined;
  private running: Promise<T> | undefined;

  constructor(run: () => Promise<T>, isOk: (result: T) => boolean) {
    this.run = run;
    this.isOk = isOk;
  }

  get(): Promise<T> {
    if (this.latest && performance.now() < this.latest.until) return Promise.resolve(this.latest.result);
    this.running ??= this.run()
      .then((result) => {
        this.latest = { result, until: performance.now() + (this.isOk(result) ? okForMs : failedForMs) };
        return result;
      })
      .finally(() => {
        this.running = undefined;
      });
    return this.running;
  }
}
