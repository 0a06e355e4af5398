import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { PackagingRefused } from '../packaging/errors.ts';
import { Lease } from './lease.ts';
import type { ProcessEvent } from './process-event.ts';
import type { Queue, Received } from './queue.ts';
import { QueuedEvent } from './queued-event.ts';

export interface TurnProps {
  readonly queue: Queue;
  readonly process: ProcessEvent;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The queue's own maxReceiveCount: it gives up after as many hand-outs, but without a reason. */
export const maxAttempts = 10;

/** Seconds until a failed event comes again: half a minute, four times as long each time, an hour at most. Ten attempts outlast six hours. */
export const backoffSeconds = (attempt: number): number => Math.min(30 * 4 ** (attempt - 1), 3600);

/**
 * One hand-out of one event, from its receipt to its end: removed, put back for later, parked, or handed back because the task stops.
 * Never throws. What cannot be told to SQS settles itself: the message comes again when its visibility ends.
 */
export async function takeTurn(message: Received, stop: AbortSignal, { queue, process, log, metrics }: TurnProps): Promise<void> {
  metrics.add('QueueAge', message.ageMs);
  const event = readEvent(message.body);
  const about = log.child({ webhookId: message.deduplicationId, group: message.groupId, attempt: message.attempt });
  const told = (act: Promise<unknown>) => act.catch((error) => about.error({ event: 'work.untold' }, describe(error)));
  const park = async (reason: string) => {
    about.error({ event: 'work.parked', reason });
    metrics.add('Parked', 1);
    // In this order: between the two it is in both queues, never in none.
    await queue.park(message, reason);
    await queue.remove(message);
  };
  if (!event) {
    await told(park('The message is no event of a format that this version knows.'));
    return;
  }

  const lease = new Lease(queue, message, stop);
  try {
    await process(event, { signal: lease.signal, log: about, metrics, attempt: message.attempt });
    lease.end();
    metrics.add('Processed', 1);
    await told(queue.remove(message));
  } catch (error) {
    lease.end();
    if (lease.lost) about.warn({ event: 'work.lost' }, describe(error));
    else if (stop.aborted) {
      about.info({ event: 'work.handed-back' });
      await told(queue.hide(message, 0));
    } else if (error instanceof PackagingRefused || message.attempt >= maxAttempts) await told(park(describe(error)));
    else {
      const seconds = backoffSeconds(message.attempt);
      metrics.add('Failed', 1, error instanceof Error ? error.name : 'Error');
      about.warn({ event: 'work.failed', againInSeconds: seconds }, describe(error));
      await told(queue.hide(message, seconds));
    }
  }
}

function readEvent(body: string): QueuedEvent | undefined {
  try {
    return QueuedEvent.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

const describe = (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
