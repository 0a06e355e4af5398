import { QueueDoesNotExist, QueueNameExists } from '@aws-sdk/client-sqs';
import type { World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';
import type { Message } from './message.ts';
import { Queue, type QueueAttributes } from './queue.ts';

/** How often a long poll looks whether what is hidden shows again, in AWS seconds. */
const LOOK_SECONDS = 0.2;
/**
 * Real time, whatever the clock: polls that end sooner are only asked more often. A service that stops waits for its poll, so this stays well
 * below the time that a task has to stop in (`leastStopSeconds`).
 */
const LEAST_POLL_MILLISECONDS = 1000;

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

  /**
   * Waits for a first message: up to `waitSeconds` of AWS time or, if that is shorter here, one real second.
   * @param gone whether nobody waits any more
   */
  async receive(
    queue: Queue,
    most: number,
    visibilitySeconds: number | undefined,
    waitSeconds: number,
    gone = () => false,
  ): Promise<Message[]> {
    const give = (message: Message) => this.get(queue.redrive!.arn).adopt(message);
    const { clock } = this.#world;
    const end = Date.now() + Math.max(clock.milliseconds(waitSeconds), Math.min(waitSeconds * 1000, LEAST_POLL_MILLISECONDS));
    for (;;) {
      if (gone()) return [];
      const received = queue.receive(most, visibilitySeconds, give);
      const left = end - Date.now();
      if (received.length > 0 || left <= 0) return received;
      await queue.arrival(queue.messages().length > 0 ? Math.min(left, clock.milliseconds(LOOK_SECONDS)) : left);
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
