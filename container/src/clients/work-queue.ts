import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Batches } from '../work/batches.ts';
import type { Queue, Received } from '../work/queue.ts';
import { deduplicationId, groupOf, type QueuedEvent } from '../work/queued-event.ts';

/** How long a receive waits for a message, seconds. A stop waits for it too: what arrives in a torn connection would be hidden for a minute. */
const waitSeconds = 10;
/** Of a reason, in the attribute of a parked message. */
const reasonLength = 1000;

/** The stage's work queue in SQS. The endpoint is the region's and not the URL's host, so that endpoint overrides are honoured. */
export class WorkQueue implements Queue {
  readonly #urls: () => { work: string; parked: string };
  readonly #sending: SQSClient;
  readonly #working: SQSClient;
  readonly #batches: Batches<QueuedEvent>;

  /** @param urls asked at each call: they follow from the configuration */
  constructor(region: string, urls: () => { work: string; parked: string }) {
    this.#urls = urls;
    const client = (maxAttempts: number, requestTimeout: number) =>
      new SQSClient({ region, useQueueUrlAsEndpoint: false, maxAttempts, requestHandler: { connectionTimeout: 1000, requestTimeout } });
    // A sender of webhooks waits 3 s for all of it.
    this.#sending = client(2, 1000);
    this.#working = client(4, (waitSeconds + 5) * 1000);
    this.#batches = new Batches((events) => this.#sendBatch(events));
  }

  send(event: QueuedEvent): Promise<void> {
    return this.#batches.add(event);
  }

  async receive(): Promise<Received | undefined> {
    // One at a time: SQS would hand out several of one group together, and they must not be worked on side by side.
    const { Messages = [] } = await this.#working.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#urls().work,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp', 'MessageGroupId', 'MessageDeduplicationId'],
      }),
    );
    return Messages[0] && received(Messages[0]);
  }

  async hide({ receipt }: Received, seconds: number): Promise<void> {
    const input = { QueueUrl: this.#urls().work, ReceiptHandle: receipt, VisibilityTimeout: seconds };
    await this.#working.send(new ChangeMessageVisibilityCommand(input));
  }

  async remove({ receipt }: Received): Promise<void> {
    await this.#working.send(new DeleteMessageCommand({ QueueUrl: this.#urls().work, ReceiptHandle: receipt }));
  }

  async park(message: Received, reason: string): Promise<void> {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    await this.#working.send(
      new SendMessageCommand({
        QueueUrl: this.#urls().parked,
        MessageBody: message.body,
        MessageGroupId: message.groupId,
        MessageDeduplicationId: message.deduplicationId,
        MessageAttributes: { reason: text(reason.slice(0, reasonLength)), attempts: text(String(message.attempt)) },
      }),
    );
  }

  async reach(): Promise<void> {
    await this.#sending.send(new GetQueueAttributesCommand({ QueueUrl: this.#urls().work, AttributeNames: ['QueueArn'] }));
  }

  async #sendBatch(events: readonly QueuedEvent[]): Promise<(Error | undefined)[]> {
    const Entries = events.map((event, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(event),
      MessageGroupId: groupOf(event.task),
      MessageDeduplicationId: deduplicationId(event.webhookId),
    }));
    const { Successful = [], Failed = [] } = await this.#sending.send(
      new SendMessageBatchCommand({ QueueUrl: this.#urls().work, Entries }),
    );
    return events.map((_, index) => {
      // Queued is only what SQS says it keeps.
      if (Successful.some(({ Id }) => Id === String(index))) return undefined;
      const failed = Failed.find(({ Id }) => Id === String(index));
      return Object.assign(new Error(failed?.Message ?? 'SQS did not say that it took the event'), { name: failed?.Code ?? 'NotQueued' });
    });
  }
}

function received({ Body = '', ReceiptHandle = '', Attributes = {} }: Message): Received {
  return {
    body: Body,
    receipt: ReceiptHandle,
    groupId: Attributes.MessageGroupId ?? '',
    deduplicationId: Attributes.MessageDeduplicationId ?? '',
    attempt: Number(Attributes.ApproximateReceiveCount ?? 1),
    ageMs: Math.max(0, Date.now() - Number(Attributes.SentTimestamp ?? Date.now())),
  };
}
