import type { Queue, Received } from './queue.ts';

/** How long a message stays hidden from others, seconds, and how often that is renewed: two renewals may fail before it is lost. */
const hiddenSeconds = 60;
const renewMs = 20_000;

/** Keeps a message ours for as long as its work takes (SQS: 12 hours at most). */
export class Lease {
  /** Somebody else may be at the same work already. */
  lost = false;
  readonly #abort = new AbortController();
  readonly #stop: AbortSignal;
  readonly #onStop = () => this.#abort.abort(this.#stop.reason);
  readonly #timer: NodeJS.Timeout;
  #renewedAt = performance.now();

  constructor(queue: Pick<Queue, 'hide'>, message: Received, stop: AbortSignal) {
    this.#stop = stop;
    if (stop.aborted) this.#onStop();
    stop.addEventListener('abort', this.#onStop);
    this.#timer = setInterval(() => {
      const askedAt = performance.now();
      queue.hide(message, hiddenSeconds).then(
        () => {
          this.#renewedAt = askedAt;
        },
        (error: Error) => this.#failed(error),
      );
    }, renewMs);
  }

  /** Aborted when the work must end: the task stops, or the message is lost. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The work is over; what becomes of the message is no longer the lease's affair. */
  end(): void {
    clearInterval(this.#timer);
    this.#stop.removeEventListener('abort', this.#onStop);
  }

  #failed(error: Error): void {
    // SQS's words for a receipt that was overtaken; anything else may pass until the time is up.
    const overtaken = /^(InvalidParameterValue|ReceiptHandleIsInvalid|MessageNotInflight)/.test(error.name);
    if (!overtaken && performance.now() - this.#renewedAt < hiddenSeconds * 1000) return;
    this.lost = true;
    this.end();
    this.#abort.abort(error);
  }
}
