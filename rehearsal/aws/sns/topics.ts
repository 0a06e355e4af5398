import { NotFoundException } from '@aws-sdk/client-sns';
import type { World } from '../kernel.ts';
import { saying } from '../sdk-words.ts';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  /** `email`, `sqs`, `lambda`, `https` … */
  readonly protocol: string;
  readonly endpoint: string;
  /** SQS: the bare message, without SNS's envelope. */
  readonly raw: boolean;
}

export interface Topic {
  readonly name: string;
  readonly arn: string;
  readonly subscriptions: Map<string, Subscription>;
}

export class Topics {
  readonly #world: World;
  readonly #topics = new Map<string, Topic>();

  constructor(world: World) {
    this.#world = world;
  }

  all(): Topic[] {
    return [...this.#topics.values()];
  }

  /** SNS hands out a topic that exists as if it were new. */
  create(name: string): Topic {
    const arn = this.arn(name);
    const topic = this.#topics.get(arn) ?? { name, arn, subscriptions: new Map() };
    this.#topics.set(arn, topic);
    return topic;
  }

  get(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (!topic) throw new NotFoundException(saying('Topic does not exist'));
    return topic;
  }

  remove(arn: string): void {
    this.#topics.delete(arn);
  }

  subscribe(subscription: Subscription): void {
    this.get(subscription.topicArn).subscriptions.set(subscription.arn, subscription);
  }

  unsubscribe(arn: string): void {
    for (const { subscriptions } of this.all()) subscriptions.delete(arn);
  }

  arn(name: string): string {
    return `arn:aws:sns:${this.#world.region}:${this.#world.account}:${name}`;
  }
}
