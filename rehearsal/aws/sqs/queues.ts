import { QueueDoesNotExist, QueueNameExists } from '@aws-sdk/client-sqs';
import type { World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';
import type { Message } from './message.ts';
import { Queue, type QueueAttributes } from './queue.ts';

/** How often a long poll looks, in AWS seconds. */
const LOOK_SECONDS = 0.2;

/** All queues of the account. */
export class Queues {
  readonly #world: World;
  readonly #queues = new Map<string, Queue>();

  constructor(world: World) {
    this.#world = world;
  }

  all(): Queue[] {
    return [...this.#queues.values()];
  }

  /** By name, URL or ARN; the last part of each is the name. */
  get(id: string): Queue {
    const queue = this.#queues.get(id.split(/[/:]/).at(-1)!);
    if (!queue) throw new QueueDoesNotExist(saying('The specified queue does not exist.'));
    return queue;
  }

  create(name: string, attributes: QueueAttributes): Queue {
    const existing = this.#queues.get(name);
    if (existing) {
      const same = Object.entries(attributes).every(([key, value]) => existing.attributes[key] === value);
      if (!same) throw new QueueNameExists(saying(`A queue already exists with the same name and a different value for attribute(s).`));
      return existing;
    }
    const queue = new Queue(this.#world, name, this.arn(name), attributes);
    this.#queues.set(name, queue);
    return queue;
  }

  remove(queue: Queue): void {
    this.#queues.delete(queue.name);
  }

  /** Waits up to `waitSeconds` of AWS time for a first message. */
  async receive(queue: Queue, most: number, visibilitySeconds: number | undefined, waitSeconds: number): Promise<Message[]> {
    const give = (message: Message) => this.get(queue.redrive!.arn).adopt(message);
    for (let waited = 0; ; waited += LOOK_SECONDS) {
      const received = queue.receive(most, visibilitySeconds, give);
      if (received.length > 0 || waited >= waitSeconds) return received;
      await this.#world.clock.wait(LOOK_SECONDS);
    }
  }

  arn(name: string): string {
    return `arn:aws:sqs:${this.#world.region}:${this.#world.account}:${name}`;
  }

  /** Clients send to the queue's URL itself, so it is an address of this machine. */
  url(name: string): string {
    return `${this.#world.endpoint()}/${this.#world.account}/${name}`;
  }
}
