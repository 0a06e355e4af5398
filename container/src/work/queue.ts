import type { QueuedEvent } from './queued-event.ts';

/** One hand-out of one message. Its receipt is good until its visibility ends. */
export interface Received {
  readonly body: string;
  readonly receipt: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  /** From 1. */
  readonly attempt: number;
  /** Milliseconds since it was sent. */
  readonly ageMs: number;
}

/** The stage's work queue, as the service uses it. Everything rejects with AWS's own error. */
export interface Queue {
  /** Resolves once SQS keeps the event. */
  send(event: QueuedEvent): Promise<void>;
  /** Waits some seconds for a message. */
  receive(): Promise<Received | undefined>;
  /** Changes when others may have the message: 0 gives it back now. */
  hide(message: Received, seconds: number): Promise<void>;
  remove(message: Received): Promise<void>;
  /** Puts a copy into the dead-letter queue, with the reason as an attribute. */
  park(message: Received, reason: string): Promise<void>;
  /** Proves that the queue is there and may be asked. */
  reach(): Promise<void>;
}
