import * as sdk from '@aws-sdk/client-sqs';
import type { Iam } from '../iam/iam.ts';
import type { Measure, Permission, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { queueHandlers } from './handlers.ts';
import type { Message, Outgoing } from './message.ts';
import { queueProvisioners } from './provisioners.ts';
import { Queues } from './queues.ts';

/** Queues, standard and FIFO. */
export class Sqs {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #queues: Queues;
  readonly #world: World;

  constructor(world: World, { iam }: { readonly iam: Iam }) {
    const queues = new Queues(world);
    this.#queues = queues;
    this.#world = world;
    this.provisioners = queueProvisioners(queues, iam);
    const handlers = queueHandlers(queues);
    const permission =
      (operation: string) =>
      (input: { QueueUrl?: string; QueueName?: string }): Permission[] => {
        const name = (input.QueueUrl ?? input.QueueName ?? '').split('/').at(-1)!;
        // There is no action for a batch: whoever may send one may send ten.
        return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource: operation === 'ListQueues' ? '*' : queues.arn(name) }];
      };
    this.service = {
      signingName: 'sqs',
      sdk,
      client: new sdk.SQSClient(protocolOnly),
      handlers,
      permissions: Object.fromEntries(Object.keys(handlers).map((name) => [name, permission(name)])),
    };
  }

  /** Makes a queue and gives its URL. @param attributes as in the API: texts */
  createQueue(name: string, attributes: Readonly<Record<string, string>> = {}): { url: string; arn: string } {
    const queue = this.#queues.create(name, attributes);
    return { url: this.#queues.url(name), arn: queue.arn };
  }

  /** For services that deliver into a queue, by its ARN, URL or name; whoever calls asks IAM first. */
  send(queue: string, message: Outgoing): void {
    this.#queues.get(queue).send(message);
  }

  /** How many messages of a queue could be received now; 0 when there is no such queue. */
  visible(queueArn: string): number {
    return (
      this.#queues
        .all()
        .find(({ arn }) => arn === queueArn)
        ?.counts().visible ?? 0
    );
  }

  /** Tells how long each queue is and how old its oldest message, in AWS seconds. */
  measure(measure: Measure): void {
    for (const queue of this.#queues.all()) {
      const about = { namespace: 'AWS/SQS', dimensions: { QueueName: queue.name } };
      const { visible, inFlight } = queue.counts();
      const oldest = Math.min(...queue.messages().map(({ sent }) => sent));
      const waited = Math.max(0, this.#world.clock.now().getTime() - oldest) / this.#world.clock.milliseconds(1);
      measure({ ...about, name: 'ApproximateNumberOfMessagesVisible', value: visible });
      measure({ ...about, name: 'ApproximateNumberOfMessagesNotVisible', value: inFlight });
      measure({ ...about, name: 'ApproximateAgeOfOldestMessage', value: Number.isFinite(waited) ? waited : 0 });
    }
  }

  /** What is in a queue, received or not, oldest first. */
  messages(queue: string): readonly Message[] {
    return this.#queues.get(queue).messages();
  }
}
