import { createHash } from 'node:crypto';
import * as z from 'zod';
import { id } from '../ids.ts';

/**
 * What waits in the stage's work queue: what to do, by ids. Never the webhook's body: whatever a customer wrote stays with Benchling, and an
 * entry is fetched as it is when its turn comes.
 */
export const QueuedEvent = z.object({
  /** Format of this document. A task of the version before may receive what one of the next version sent: an unknown one is parked. */
  format: z.literal(1),
  /** The header webhook-id: the same for every delivery of one event. */
  webhookId: z.string().min(1).max(256),
  /** message.type, as in ../messages.ts. */
  type: z.string().min(1).max(128),
  task: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('package-entry'), entryId: id }),
    z.object({ kind: z.literal('show-canvas'), canvasId: id }),
    z.object({ kind: z.literal('press-button'), canvasId: id, buttonId: id }),
  ]),
  /** When the service took it, ISO 8601. */
  acceptedAt: z.iso.datetime(),
});

export type QueuedEvent = z.output<typeof QueuedEvent>;
export type QueuedTask = QueuedEvent['task'];

/** MessageGroupId: one entry, one canvas, is worked on by one worker at a time and in the order of its events. */
export function groupOf(task: QueuedTask): string {
  return task.kind === 'package-entry' ? task.entryId : task.canvasId;
}

/** MessageDeduplicationId. SQS takes 128 printable characters, Benchling promises no form: what does not fit is hashed. */
export function deduplicationId(webhookId: string): string {
  return /^[!-~]{1,128}$/.test(webhookId) ? webhookId : createHash('sha256').update(webhookId).digest('hex');
}
