import { DeleteMessageBatchCommand, GetQueueUrlCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Properties, World } from '../kernel.ts';
import { refuseProperties } from '../sdk-words.ts';
import type { FunctionCode } from './function.ts';
import type { LambdaCollaborators } from './lambda.ts';
import type { Invoked } from './runtime/invocation.ts';

type Invoke = (code: FunctionCode, event: string, invokedArn: string) => Promise<Invoked>;
interface Mapping {
  readonly queueArn: string;
  /** Name or ARN, qualified or not. */
  readonly functionName: string;
  readonly batchSize: number;
}

// AWS seconds: between two looks at an empty queue, and before another try when the queue did not let us.
const LOOK_SECONDS = 1;
const PAUSE_SECONDS = 10;

/** Queues whose messages Lambda hands to functions: taken, handled and deleted with the rights of the function's own role. */
export class EventSources {
  readonly #world: World;
  readonly #iam: LambdaCollaborators['iam'];
  readonly #visible: LambdaCollaborators['visible'];
  readonly #resolve: (functionName: string) => FunctionCode;
  readonly #invoke: Invoke;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();

  constructor(
    world: World,
    { iam, visible }: Pick<LambdaCollaborators, 'iam' | 'visible'>,
    resolve: (functionName: string) => FunctionCode,
    invoke: Invoke,
  ) {
    this.#world = world;
    this.#iam = iam;
    this.#visible = visible;
    this.#resolve = resolve;
    this.#invoke = invoke;
  }

  /** Begins to poll. Throws for what it could not honour. */
  start(id: string, properties: Properties): void {
    const mapping = readMapping(properties);
    this.#resolve(mapping.functionName);
    const stop = new AbortController();
    if (properties['Enabled'] !== false) this.#running.set(id, { stop, done: this.#poll(mapping, stop.signal) });
  }

  stop(id: string): void {
    this.#running.get(id)?.stop.abort(new Error('the mapping is deleted'));
    this.#running.delete(id);
  }

  async close(): Promise<void> {
    const all = [...this.#running.values()];
    for (const id of [...this.#running.keys()]) this.stop(id);
    await Promise.all(all.map(({ done }) => done));
  }

  async #poll(mapping: Mapping, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        // Looked at from within: an empty queue that was asked over the wire would be most of what a rehearsal logs.
        if (this.#visible(mapping.queueArn) > 0) await this.#turn(mapping, signal);
        else await this.#world.clock.wait(LOOK_SECONDS, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#world.log(`lambda ${mapping.functionName}: ${mapping.queueArn} could not be read: ${(error as Error).message}`);
        await this.#world.clock.wait(PAUSE_SECONDS, signal).catch(() => {});
      }
    }
  }

  /** One client a turn: the function's code may change meanwhile, and its role with it. */
  async #turn({ queueArn, functionName, batchSize }: Mapping, signal: AbortSignal): Promise<void> {
    const code = this.#resolve(functionName);
    const client = await this.#client(code);
    const options = { abortSignal: signal };
    try {
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queueArn.split(':')[5] }), options);
      const receive = {
        QueueUrl,
        MaxNumberOfMessages: batchSize,
        MessageSystemAttributeNames: ['All' as const],
      };
      const { Messages: messages = [] } = await client.send(new ReceiveMessageCommand(receive), options);
      if (messages.length === 0) return;
      const event = JSON.stringify({ Records: messages.map((message) => recordOf(message, queueArn, this.#world.region)) });
      const { functionError } = await this.#invoke(code, event, functionName);
      // What a function failed to handle shows again by itself, and goes to the queue's own dead letters in the end.
      if (functionError) return;
      const Entries = messages.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    } finally {
      client.destroy();
    }
  }

  async #client({ roleArn, name }: FunctionCode): Promise<SQSClient> {
    const keys = await this.#iam.credentials(roleArn, 'lambda.amazonaws.com', name);
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = keys;
    const { region } = this.#world;
    return new SQSClient({ endpoint: this.#world.endpoint(), region, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  }
}

const KNOWN = new Set(['FunctionName', 'EventSourceArn', 'BatchSize', 'Enabled', 'Tags']);

function readMapping(properties: Properties): Mapping {
  const unknown = Object.keys(properties).filter((name) => !KNOWN.has(name));
  refuseProperties('AWS::Lambda::EventSourceMapping', properties, ...unknown);
  const queueArn = String(properties['EventSourceArn']);
  if (!queueArn.includes(':sqs:')) throw new Error(`the event source ${queueArn} is not supported: only queues`);
  return { queueArn, functionName: String(properties['FunctionName']), batchSize: Number(properties['BatchSize'] ?? 10) };
}

/** A message as a function sees it. */
function recordOf(message: Message, eventSourceARN: string, awsRegion: string) {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  };
}
