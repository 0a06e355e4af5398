import { createHash, randomUUID } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';

/** What a sender says. */
export interface Outgoing {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>;
  /** AWS seconds. */
  readonly delaySeconds?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
}

export interface Message extends Outgoing {
  readonly id: string;
  readonly sent: number;
  /** FIFO: the order of acceptance. */
  readonly sequence?: string;
  /** Milliseconds since 1970; before it nobody receives the message. */
  visibleAt: number;
  receiveCount: number;
  firstReceived?: number;
  /** Of the newest receive; only it deletes. */
  receipt?: string;
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

export const newMessage = (outgoing: Outgoing, now: number, delayMs: number, sequence?: number): Message => ({
  ...outgoing,
  id: randomUUID(),
  sent: now,
  visibleAt: now + delayMs,
  receiveCount: 0,
  sequence: sequence === undefined ? undefined : String(sequence).padStart(20, '0'),
});
