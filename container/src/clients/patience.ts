import type { Clock } from '../clock.ts';
import type { Http, HttpAnswer } from './http.ts';

export interface PatienceOptions {
  clock: Clock;
  /** From 0 up to, without, 1. @default Math.random */
  random?: () => number;
  /** Tries of one call. @default 8 */
  attempts?: number;
  /** From the first try to the last, milliseconds: shorter than what a queue's message is kept for. @default 5 minutes */
  withinMs?: number;
  /** One try, milliseconds. @default 30 s */
  timeoutMs?: number;
  /** Calls a second that go out at most; after some quiet a burst of twice as many. @default 10, a sixth of what Benchling allows an app */
  perSecond?: number;
  /** Told before each wait, and with `waitMs` undefined when it is given up. No URL: the log is not theirs. */
  onRetry?: (retry: { host: string; status: number | undefined; attempt: number; waitMs: number | undefined }) => void;
}

const again = new Set([429, 502, 503, 504]);
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/**
 * Calls as often as it takes: 429, 502, 503, 504 and broken connections are tried again, after a wait that doubles and is drawn by lot, never
 * before Retry-After. When that is over, the last answer or error is passed on. Only for calls that may be made twice.
 */
export function withPatience(http: Http, options: PatienceOptions): Http {
  const { clock, random = Math.random, attempts = 8, withinMs = 5 * 60_000, timeoutMs = 30_000, perSecond = 10, onRetry } = options;
  const gate = new Gate(clock, perSecond);
  return async (url, asked = {}) => {
    const deadline = clock.now() + withinMs;
    for (let attempt = 1; ; attempt++) {
      await gate.pass(asked.signal);
      const outcome = await attemptOnce(() => http(url, { timeoutMs, ...asked }), asked.signal);
      const status = 'answer' in outcome ? outcome.answer.status : undefined;
      if ('answer' in outcome && !again.has(outcome.answer.status)) return outcome.answer;
      const told = 'answer' in outcome ? retryAfterMs(outcome.answer.retryAfter) : 0;
      const waitMs = Math.max(told, random() * Math.min(longestWaitMs, firstWaitMs * 2 ** attempt));
      const over = attempt >= attempts || clock.now() + waitMs > deadline;
      onRetry?.({ host: new URL(url).host, status, attempt, waitMs: over ? undefined : waitMs });
      if (over && 'answer' in outcome) return outcome.answer;
      if (over && 'error' in outcome) throw outcome.error;
      // Being asked to slow down concerns every call, not only this one.
      if (status === 429) gate.closeFor(waitMs);
      await clock.sleep(waitMs, asked.signal);
    }
  };
}

async function attemptOnce(call: () => Promise<HttpAnswer>, signal?: AbortSignal): Promise<{ answer: HttpAnswer } | { error: unknown }> {
  try {
    return { answer: await call() };
  } catch (error) {
    signal?.throwIfAborted();
    return { error };
  }
}

/** Seconds or a date, as milliseconds from now; 0 for what is neither. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}

/** Lets so many pass a second, in the order they came. */
class Gate {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #burst: number;
  /** When the next call would pass if it came late enough not to be part of a burst. */
  #next = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#intervalMs = 1000 / perSecond;
    this.#burst = 2 * perSecond;
  }

  async pass(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const earliest = now - (this.#burst - 1) * this.#intervalMs;
    const mine = Math.max(this.#next, earliest);
    this.#next = mine + this.#intervalMs;
    if (mine > now) await this.#clock.sleep(mine - now, signal);
  }

  closeFor(milliseconds: number): void {
    this.#next = Math.max(this.#next, this.#clock.now() + milliseconds);
  }
}
