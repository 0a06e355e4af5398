import { createHash, randomUUID } from 'node:crypto';

export interface FakeMessage {
  body: string;
  groupId: string;
  deduplicationId: string;
  attributes?: Record<string, { StringValue?: string }>;
  sentAt: number;
  receives: number;
  hiddenUntil: number;
  receipt: string;
}

interface Entry {
  Id?: string;
  MessageBody: string;
  MessageGroupId: string;
  MessageDeduplicationId: string;
  MessageAttributes?: Record<string, { StringValue?: string }>;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** SQS FIFO at the wire, as far as the service uses it: groups, deduplication, visibility, receipts; an empty receive waits a tenth of a second. */
export class FakeQueue {
  waiting: FakeMessage[] = [];
  /** Everything that was ever taken, in order. */
  readonly all: FakeMessage[] = [];
  readonly parked: FakeMessage[] = [];
  /** Bodies whose message was deleted, in order. */
  readonly removed: string[] = [];
  readonly #taken = new Set<string>();

  /** @returns the answer of one of the queue's operations, or nothing */
  // biome-ignore lint/suspicious/noExplicitAny: inputs are whatever came over the wire
  async answer(operation: string, input: any): Promise<object | undefined> {
    const byReceipt = () => this.waiting.find(({ receipt }) => receipt === input.ReceiptHandle);
    switch (operation) {
      case 'SendMessageBatch':
        return { Successful: input.Entries.map((entry: Entry) => ({ Id: entry.Id, ...this.#send(this.waiting, entry) })), Failed: [] };
      case 'SendMessage':
        return this.#send(input.QueueUrl.endsWith('-parked.fifo') ? this.parked : this.waiting, input);
      case 'ReceiveMessage':
        return this.#receive();
      case 'ChangeMessageVisibility': {
        const message = byReceipt();
        if (message) message.hiddenUntil = Date.now() + input.VisibilityTimeout * 1000;
        return {};
      }
      case 'DeleteMessage': {
        const message = byReceipt();
        if (message) this.removed.push(message.body);
        this.waiting = this.waiting.filter((other) => other !== message);
        return {};
      }
    }
    return undefined;
  }

  #send(to: FakeMessage[], entry: Entry): object {
    const { MessageBody: body, MessageGroupId: groupId, MessageDeduplicationId: deduplicationId, MessageAttributes: attributes } = entry;
    const key = `${groupId} ${deduplicationId} ${to === this.parked}`;
    if (!this.#taken.has(key)) {
      const message = { body, groupId, deduplicationId, attributes, sentAt: Date.now(), receives: 0, hiddenUntil: 0, receipt: '' };
      to.push(message);
      if (to === this.waiting) this.all.push(message);
    }
    this.#taken.add(key);
    return { MessageId: randomUUID(), MD5OfMessageBody: md5(body) };
  }

  async #receive(): Promise<object> {
    const message = this.#next();
    if (!message) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return {};
    }
    Object.assign(message, { receives: message.receives + 1, hiddenUntil: Date.now() + 60_000, receipt: randomUUID() });
    const { body, groupId, deduplicationId, sentAt, receives, receipt } = message;
    const Attributes = {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      MessageGroupId: groupId,
      MessageDeduplicationId: deduplicationId,
    };
    return { Messages: [{ MessageId: randomUUID(), ReceiptHandle: receipt, Body: body, MD5OfBody: md5(body), Attributes }] };
  }

  #next(): FakeMessage | undefined {
    const closed = new Set<string>();
    for (const message of this.waiting) {
      if (!closed.has(message.groupId) && message.hiddenUntil <= Date.now()) return message;
      closed.add(message.groupId);
    }
    return undefined;
  }
}
