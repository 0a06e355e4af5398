/** Sends a batch. @returns for each item, in order, nothing or why it was not taken; rejects when that goes for all of them */
export type SendBatch<T> = (items: readonly T[]) => Promise<readonly (Error | undefined)[]>;

/** SendMessageBatch takes so many. */
const most = 10;
/** Batches on their way at once: while one travels the next gathers, so that a busy service sends full ones and an idle one waits for nobody. */
const atOnce = 4;

/** Gathers single items into batches. Nobody's answer comes before its own item was taken. */
export class Batches<T> {
  readonly #send: SendBatch<T>;
  #waiting: { item: T; settle: (error?: unknown) => void }[] = [];
  #travelling = 0;

  constructor(send: SendBatch<T>) {
    this.#send = send;
  }

  /** Resolves once the item was taken; rejects when it was not. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, settle: (error) => (error === undefined ? resolve() : reject(error)) });
      // After everything that arrived in the same turn of the loop.
      if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#travelling < atOnce) void this.#dispatch(this.#waiting.splice(0, most));
  }

  async #dispatch(batch: { item: T; settle: (error?: unknown) => void }[]): Promise<void> {
    this.#travelling += 1;
    try {
      const errors = await this.#send(batch.map(({ item }) => item));
      for (const [index, { settle }] of batch.entries()) settle(errors[index]);
    } catch (error) {
      for (const { settle } of batch) settle(error);
    } finally {
      this.#travelling -= 1;
      this.#flush();
    }
  }
}
