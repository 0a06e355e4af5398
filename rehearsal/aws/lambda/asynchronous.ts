import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { World } from '../kernel.ts';
import type { FunctionCode } from './function.ts';
import type { LambdaCollaborators } from './lambda.ts';
import type { Invoked } from './runtime/invocation.ts';

/** AWS::Lambda::EventInvokeConfig, and the function's own DeadLetterConfig. */
export interface EventInvokeConfig {
  /** 0 to 2. @default 2 */
  readonly retries?: number;
  /** ARN of the queue that takes what failed for good. @default - dropped, and told in the log */
  readonly onFailure?: string;
}

// Seconds of AWS time before the first and the second retry.
const RETRY_AFTER = [60, 120];

/** Events that nobody waits for: invoked in order of arrival, tried again after failure, then sent to the failure queue. */
export class AsynchronousInvocations {
  readonly #world: World;
  readonly #iam: LambdaCollaborators['iam'];
  readonly #invoke: (code: FunctionCode, event: string, invokedArn: string) => Promise<Invoked>;
  readonly #configs = new Map<string, EventInvokeConfig>();
  readonly #under = new Set<Promise<void>>();
  readonly #closed = new AbortController();

  constructor(
    world: World,
    iam: LambdaCollaborators['iam'],
    invoke: (code: FunctionCode, event: string, invokedArn: string) => Promise<Invoked>,
  ) {
    this.#world = world;
    this.#iam = iam;
    this.#invoke = invoke;
  }

  /** @param key function name, or `name:qualifier` */
  configure(key: string, config: EventInvokeConfig | undefined): void {
    if (config) this.#configs.set(key, config);
    else this.#configs.delete(key);
  }

  queue = (code: FunctionCode, event: string, invokedArn: string): void => {
    const handling = this.#handle(code, event, invokedArn)
      .catch((error: Error) => {
        if (!this.#closed.signal.aborted) this.#world.log(`lambda ${code.name}: an event was lost: ${error.message}`);
      })
      .finally(() => this.#under.delete(handling));
    this.#under.add(handling);
  };

  async settled(): Promise<void> {
    while (this.#under.size) await Promise.all(this.#under);
  }

  close(): void {
    this.#closed.abort(new Error('the stand-in closes'));
  }

  async #handle(code: FunctionCode, event: string, invokedArn: string): Promise<void> {
    const qualifier = invokedArn.split(':')[7];
    const config = this.#configs.get(qualifier ? `${code.name}:${qualifier}` : code.name) ?? this.#configs.get(code.name) ?? {};
    let last = await this.#invoke(code, event, invokedArn);
    for (const seconds of RETRY_AFTER.slice(0, config.retries ?? RETRY_AFTER.length)) {
      if (!last.functionError) return;
      await this.#world.clock.wait(seconds, this.#closed.signal);
      last = await this.#invoke(code, event, invokedArn);
    }
    if (!last.functionError || this.#closed.signal.aborted) return;
    if (config.onFailure) await this.#giveUp(code, event, config.onFailure);
    else this.#world.log(`lambda ${code.name}: dropped an event after its last retry: ${last.payload}`);
  }

  /** Sends the event to the queue as the function's role, which must be allowed to. */
  async #giveUp(code: FunctionCode, event: string, queueArn: string): Promise<void> {
    const keys = await this.#iam.credentials(code.roleArn, 'lambda.amazonaws.com', code.name);
    const client = new SQSClient({
      endpoint: this.#world.endpoint(),
      region: this.#world.region,
      credentials: {
        accessKeyId: keys.AWS_ACCESS_KEY_ID,
        secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
        sessionToken: keys.AWS_SESSION_TOKEN,
      },
    });
    try {
      const [, , , , , QueueName] = queueArn.split(':');
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: event }));
    } finally {
      client.destroy();
    }
  }
}
