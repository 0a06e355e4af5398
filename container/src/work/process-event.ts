import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { QueuedEvent } from './queued-event.ts';

/** What the worker hands to whoever does an event's work. */
export interface WorkContext {
  /** Aborted when the task stops or the event is no longer ours: end soon and throw. The event comes again, to another task. */
  readonly signal: AbortSignal;
  /** Carries the event's ids already. */
  readonly log: Log;
  readonly metrics: Metrics;
  /** How often the event was handed out, this time included. From 1. */
  readonly attempt: number;
}

/**
 * Does the work of one event. Returns when all of it is done: the event is then deleted. Throws PackagingRefused for what no retry cures: it
 * is parked with that sentence at once. Throws anything else for what may pass: it comes again, later each time, and is parked in the end.
 * The same event may come twice, even days later, and must leave the same effects.
 */
export type ProcessEvent = (event: QueuedEvent, context: WorkContext) => Promise<void>;
