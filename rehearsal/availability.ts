import type { Callers } from './world/callers.ts';

/** Milliseconds between two requests of the client. */
const interval = 200;

/** A caller that never stops calling: shows whether the stage answered throughout. */
export class AvailabilityProbe {
  requests = 0;
  failed = 0;
  /** When and how the first failure showed, and the last one, for the report of a rehearsal. */
  firstFailure: string | null = null;
  lastFailure: string | null = null;
  private readonly callers: Pick<Callers, 'get'>;
  private readonly url: string;
  private readonly timer: NodeJS.Timeout;
  private readonly open = new Set<Promise<void>>();

  /** @param url of a stage, without a trailing slash */
  constructor(callers: Pick<Callers, 'get'>, url: string) {
    this.callers = callers;
    this.url = `${url}/health/live`;
    this.timer = setInterval(() => this.ask(), interval);
  }

  /** Stops calling and waits for the answers under way. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.open);
  }

  private ask(): void {
    this.requests++;
    const answer: Promise<void> = this.callers
      .get(this.url)
      .then(({ status }) => (status === 200 ? undefined : this.fail(`answered ${status}`)))
      .catch((error: Error) => this.fail(error.message))
      .finally(() => this.open.delete(answer));
    this.open.add(answer);
  }

  private fail(how: string): void {
    this.failed++;
    this.lastFailure = `${new Date().toISOString()} ${how}`;
    this.firstFailure ??= this.lastFailure;
  }
}
