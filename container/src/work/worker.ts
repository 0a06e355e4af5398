import { systemClock } from '../clock.ts';
import type { Received } from './queue.ts';
import { type TurnProps, takeTurn } from './turn.ts';

export interface WorkerProps extends TurnProps {
  /** Events worked on at once. @default 4: each streams an archive through a few megabytes and half a processor */
  readonly atOnce?: number;
  /** What a stop allows to work that is nearly done, and then to work that was told to end. @default 10 s and 5 s, within ECS's 30 s */
  readonly graceMs?: { readonly finish: number; readonly end: number };
}

/** Waits after failed receives: a queue that is not there yet must not be asked a thousand times a second. */
const pausesMs = [1000, 2000, 5000, 15_000];

/** Takes events from the queue and works on a few at once. SQS keeps a group to one worker, in this process and among all. */
export class Worker {
  readonly #props: WorkerProps;
  readonly #stopping = new AbortController();
  readonly #handBack = new AbortController();
  readonly #turns = new Map<Promise<void>, Received>();
  #polling: Promise<void> = Promise.resolve();

  constructor(props: WorkerProps) {
    this.#props = props;
  }

  start(): void {
    this.#polling = this.#poll();
  }

  /** Takes no more, lets work end for a while, then hands back what is left. Never throws. */
  async stop(): Promise<void> {
    const { finish, end } = this.#props.graceMs ?? { finish: 10_000, end: 5_000 };
    this.#stopping.abort();
    const all = () => Promise.all([this.#polling, ...this.#turns.keys()]);
    await within(all(), finish);
    this.#handBack.abort(new Error('the task stops'));
    await within(all(), end);
    // Work that does not listen: its event is free all the same, and the process ends before it can do more.
    await within(Promise.allSettled([...this.#turns.values()].map((message) => this.#props.queue.hide(message, 0))), 1000);
  }

  async #poll(): Promise<void> {
    const { queue, log, atOnce = 4 } = this.#props;
    const stopping = this.#stopping.signal;
    const stopped = new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve(), { once: true }));
    for (let failures = 0; !stopping.aborted; ) {
      if (this.#turns.size >= atOnce) {
        await Promise.race([...this.#turns.keys(), stopped]);
        continue;
      }
      try {
        const message = await queue.receive();
        failures = 0;
        if (message && stopping.aborted) await queue.hide(message, 0);
        else if (message) this.#begin(message);
      } catch (error) {
        log.warn({ event: 'work.unreceived' }, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        const pause = pausesMs[Math.min(failures++, pausesMs.length - 1)]!;
        await systemClock.sleep(pause, stopping).catch(() => undefined);
      }
    }
  }

  #begin(message: Received): void {
    const turn = takeTurn(message, this.#handBack.signal, this.#props).finally(() => this.#turns.delete(turn));
    this.#turns.set(turn, message);
  }
}

async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, systemClock.sleep(milliseconds, over.signal).catch(() => undefined)]);
  over.abort();
}
