import type * as sdk from '@aws-sdk/client-sqs';
import type { Call, Handler } from '../kernel.ts';
import { type Message, md5 } from './message.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

type Sent = Pick<
  sdk.SendMessageRequest,
  'MessageBody' | 'MessageAttributes' | 'DelaySeconds' | 'MessageGroupId' | 'MessageDeduplicationId'
>;

function send(queue: Queue, input: Sent): sdk.SendMessageResult {
  const message = queue.send({
    body: input.MessageBody!,
    attributes: input.MessageAttributes,
    delaySeconds: input.DelaySeconds,
    groupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
  });
  return { MessageId: message.id, MD5OfMessageBody: md5(message.body), SequenceNumber: message.sequence };
}

/** The system attributes of a received message. */
function systemAttributes(message: Message): Record<string, string> {
  const { groupId, deduplicationId, sequence } = message;
  return {
    SentTimestamp: String(message.sent),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceived),
    ...(groupId && { MessageGroupId: groupId }),
    ...(deduplicationId && { MessageDeduplicationId: deduplicationId }),
    ...(sequence && { SequenceNumber: sequence }),
  };
}

const wanted = <T>(all: Readonly<Record<string, T>>, names: readonly string[] = []) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes('All') || names.includes('.*') || names.includes(name)));

function told(message: Message, input: sdk.ReceiveMessageRequest): sdk.Message {
  const attributes = wanted(systemAttributes(message), [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])]);
  const own = wanted(message.attributes ?? {}, input.MessageAttributeNames);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(Object.keys(own).length > 0 && { MessageAttributes: own }),
  };
}

function allAttributes(queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = queue.counts();
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.created.getTime() / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}

/** Does each entry of a batch by itself; those that fail are told, the others done. */
function batch<E extends { Id?: string }, R extends object>(entries: readonly E[], act: (entry: E) => R) {
  const Successful: (R & { Id: string | undefined })[] = [];
  const Failed: sdk.BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      const { name, message } = error as Error;
      Failed.push({ Id: entry.Id, Code: name, Message: message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

export function queueHandlers(queues: Queues): Record<string, Handler> {
  const of = ({ QueueUrl }: { QueueUrl?: string }) => queues.get(QueueUrl!);
  return {
    CreateQueue: ({ QueueName, Attributes = {} }: sdk.CreateQueueRequest) => ({
      QueueUrl: queues.url(queues.create(QueueName!, Attributes).name),
    }),
    DeleteQueue: (input: sdk.DeleteQueueRequest) => queues.remove(of(input)),
    GetQueueUrl: ({ QueueName }: sdk.GetQueueUrlRequest) => ({ QueueUrl: queues.url(queues.get(QueueName!).name) }),
    ListQueues: ({ QueueNamePrefix = '' }: sdk.ListQueuesRequest) => ({
      QueueUrls: queues.all().flatMap(({ name }) => (name.startsWith(QueueNamePrefix) ? [queues.url(name)] : [])),
    }),
    GetQueueAttributes: (input: sdk.GetQueueAttributesRequest) => ({ Attributes: wanted(allAttributes(of(input)), input.AttributeNames) }),
    SetQueueAttributes(input: sdk.SetQueueAttributesRequest) {
      const queue = of(input);
      queue.attributes = { ...queue.attributes, ...input.Attributes };
    },
    SendMessage: (input: sdk.SendMessageRequest) => send(of(input), input),
    SendMessageBatch: (input: sdk.SendMessageBatchRequest) => batch(input.Entries!, (entry) => send(of(input), entry)),
    async ReceiveMessage(input: sdk.ReceiveMessageRequest, { gone }: Call) {
      const queue = of(input);
      const wait = input.WaitTimeSeconds ?? queue.seconds('ReceiveMessageWaitTimeSeconds');
      const received = await queues.receive(queue, input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout, wait, gone);
      return received.length > 0 ? { Messages: received.map((message) => told(message, input)) } : {};
    },
    DeleteMessage: (input: sdk.DeleteMessageRequest) => of(input).delete(input.ReceiptHandle!),
    DeleteMessageBatch: (input: sdk.DeleteMessageBatchRequest) =>
      batch(input.Entries!, ({ ReceiptHandle }) => {
        of(input).delete(ReceiptHandle!);
        return {};
      }),
    ChangeMessageVisibility: (input: sdk.ChangeMessageVisibilityRequest) =>
      of(input).changeVisibility(input.ReceiptHandle!, input.VisibilityTimeout!),
    PurgeQueue: (input: sdk.PurgeQueueRequest) => of(input).purge(),
  };
}
