import { request } from 'node:http';

/** Milliseconds between two requests of the client. */
const interval = 100;

/** A caller that never stops calling: shows whether the stage answered throughout. */
export class AvailabilityProbe {
  requests = 0;
  failed = 0;
  /** When and how the first failure showed, and the last one, for the report of a rehearsal. */
  firstFailure: string | null = null;
  lastFailure: string | null = null;
  private readonly url: string;
  private readonly timer: NodeJS.Timeout;
  private readonly open = new Set<Promise<void>>();

  /** @param url of a stage's listener, without a trailing slash */
  constructor(url: string) {
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
    const answer: Promise<void> = get(this.url)
      .then((status) => (status === 200 ? undefined : this.fail(`answered ${status}`)))
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

function get(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    // A connection each: what a load balancer does to new connections is what callers meet.
    const call = request(url, { agent: false, timeout: 10_000 }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    call.once('timeout', () => call.destroy(new Error('no answer within 10 s')));
    call.once('error', reject).end();
  });
}
