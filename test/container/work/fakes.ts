import pino from 'pino';
import type { Metric, Metrics } from '../../../container/src/metrics.ts';
import type { Queue, Received } from '../../../container/src/work/queue.ts';
import type { QueuedEvent } from '../../../container/src/work/queued-event.ts';

export const silent = pino({ level: 'silent' });

export const exampleEvent = (entryId = 'etr_example', webhookId = 'msg_example'): QueuedEvent => ({
  format: 1,
  webhookId,
  type: 'v2.entry.created',
  task: { kind: 'package-entry', entryId },
  acceptedAt: '2026-01-01T12:00:00Z',
});

export const received = (changes: Partial<Received> = {}): Received => ({
  body: JSON.stringify(exampleEvent()),
  receipt: 'example-receipt',
  groupId: 'etr_example',
  deduplicationId: 'msg_example',
  attempt: 1,
  ageMs: 5,
  ...changes,
});

/** A queue that hands out what it was given, once, and writes down what it is told. */
export class ScriptedQueue implements Queue {
  readonly told: string[] = [];
  /** Errors by operation. */
  readonly failures: Partial<Record<'receive' | 'hide' | 'remove' | 'park', Error>> = {};
  readonly #messages: Received[];
  #wake = () => {};

  constructor(...messages: Received[]) {
    this.#messages = messages;
  }

  add(message: Received): void {
    this.#messages.push(message);
    this.#wake();
  }

  send = () => Promise.resolve();
  reach = () => Promise.resolve();

  async receive(): Promise<Received | undefined> {
    if (this.failures.receive) throw this.failures.receive;
    if (this.#messages.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 20);
      });
    }
    return this.#messages.shift();
  }

  hide = ({ receipt }: Received, seconds: number) => this.#tell('hide', `hide ${receipt} ${seconds}`);
  remove = ({ receipt }: Received) => this.#tell('remove', `remove ${receipt}`);
  park = ({ receipt }: Received, reason: string) => this.#tell('park', `park ${receipt} ${reason}`);

  async #tell(operation: 'hide' | 'remove' | 'park', line: string): Promise<void> {
    const failure = this.failures[operation];
    if (failure) throw failure;
    this.told.push(line);
  }
}

/** Counts what is added, by metric and reason. */
export class CountedMetrics implements Metrics {
  readonly added: Record<string, number> = {};

  add(metric: Metric, value: number, by = ''): void {
    const key = by ? `${metric} ${by}` : metric;
    this.added[key] = (this.added[key] ?? 0) + value;
  }
}
