import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-sns';
import type { Iam } from '../iam/iam.ts';
import type { Handler, Provisioners, Service, World } from '../kernel.ts';
import { page } from '../paging.ts';
import { protocolOnly, refuseMembers } from '../sdk-words.ts';
import { snsProvisioners } from './provisioners.ts';
import { type Subscription, Topics } from './topics.ts';

const PAGE = 100;

/** A message as it was published. */
export interface Published {
  readonly id: string;
  readonly at: Date;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, sdk.MessageAttributeValue>>;
}

/** Brings a message to a subscription's endpoint. Rejects when it does not take it. */
export type SubscriptionDelivery = (subscription: Subscription, message: Published) => Promise<unknown> | unknown;

/** Topics. Mail and calls to the outside are not sent: every message is kept and can be read. */
export class Sns {
  readonly service: Service;
  readonly provisioners: Provisioners;
  /** Every message so far, oldest first. */
  readonly published: readonly Published[];
  readonly #published: Published[] = [];
  readonly #world: World;
  readonly #iam: Iam;
  readonly #topics: Topics;
  readonly #deliveries = new Map<string, { readonly action: string; readonly deliver: SubscriptionDelivery }>();
  readonly #pending = new Set<Promise<void>>();

  constructor(world: World, { iam }: { readonly iam: Iam }) {
    this.#world = world;
    this.#iam = iam;
    this.#topics = new Topics(world);
    this.published = this.#published;
    this.provisioners = snsProvisioners(this.#topics, iam);
    const handlers = this.#handlers();
    this.service = {
      signingName: 'sns',
      sdk,
      client: new sdk.SNSClient(protocolOnly),
      handlers,
      permissions: Object.fromEntries(
        Object.keys(handlers).map((name) => [
          name,
          (input: { TopicArn?: string; Name?: string }) => [
            { action: `sns:${name}`, resource: name === 'ListTopics' ? '*' : (input.TopicArn ?? this.#topics.arn(input.Name ?? '')) },
          ],
        ]),
      ),
    };
  }

  /**
   * Lets subscriptions of a protocol (`sqs`, `lambda`) be delivered.
   * @param action what the endpoint's policy must allow SNS, e.g. `sqs:SendMessage`
   */
  deliverTo(protocol: string, action: string, deliver: SubscriptionDelivery): void {
    this.#deliveries.set(protocol, { action, deliver });
  }

  /** Publishes and delivers behind it; whoever calls asks IAM first. Throws when there is no such topic. */
  publish(message: Pick<Published, 'topicArn' | 'message'> & Partial<Published>): Published {
    const topic = this.#topics.get(message.topicArn);
    const published = { id: randomUUID(), at: this.#world.clock.now(), attributes: {}, ...message };
    this.#published.push(published);
    for (const subscription of topic.subscriptions.values()) {
      const work: Promise<void> = this.#deliver(subscription, published).finally(() => this.#pending.delete(work));
      this.#pending.add(work);
    }
    return published;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Never rejects: a publisher does not learn what became of its message. */
  async #deliver(subscription: Subscription, message: Published): Promise<void> {
    const way = this.#deliveries.get(subscription.protocol);
    if (!way) {
      this.#world.log(`sns: ${subscription.protocol} to ${subscription.endpoint}: ${message.subject ?? message.message.slice(0, 80)}`);
      return;
    }
    try {
      const context = { 'aws:SourceArn': message.topicArn };
      await this.#iam.authorizeService('sns.amazonaws.com', { action: way.action, resource: subscription.endpoint, context });
      await way.deliver(subscription, message);
    } catch (error) {
      this.#world.log(`sns: ${message.id} did not reach ${subscription.endpoint}: ${error instanceof Error ? error.message : error}`);
    }
  }

  #handlers(): Record<string, Handler> {
    const topics = this.#topics;
    return {
      CreateTopic: ({ Name }: sdk.CreateTopicInput) => ({ TopicArn: topics.create(Name!).arn }),
      DeleteTopic: ({ TopicArn }: sdk.DeleteTopicInput) => topics.remove(TopicArn!),
      ListTopics: () => ({ Topics: topics.all().map(({ arn }) => ({ TopicArn: arn })) }),
      ListSubscriptionsByTopic: ({ TopicArn, NextToken }: sdk.ListSubscriptionsByTopicInput) => {
        const { items, nextToken } = page([...topics.get(TopicArn!).subscriptions.values()], NextToken, PAGE);
        return { Subscriptions: items.map((each) => listed(each, this.#world.account)), NextToken: nextToken };
      },
      Subscribe(input: sdk.SubscribeInput) {
        refuseMembers('Subscribe', { ...input.Attributes }, 'FilterPolicy', 'RedrivePolicy');
        const arn = `${input.TopicArn}:${randomUUID()}`;
        topics.subscribe({
          arn,
          topicArn: input.TopicArn!,
          protocol: input.Protocol!,
          endpoint: input.Endpoint!,
          raw: input.Attributes?.['RawMessageDelivery'] === 'true',
        });
        return { SubscriptionArn: arn };
      },
      Publish: (input: sdk.PublishInput) => {
        refuseMembers('Publish', { ...input }, 'TargetArn', 'PhoneNumber', 'MessageStructure');
        const { id } = this.publish({
          topicArn: input.TopicArn!,
          message: input.Message!,
          subject: input.Subject,
          attributes: input.MessageAttributes ?? {},
        });
        return { MessageId: id };
      },
    };
  }
}

/** Nobody reads mail here, so nobody confirms: until then AWS tells this word in the place of the ARN. */
const listed = ({ arn, topicArn, protocol, endpoint }: Subscription, account: string): sdk.Subscription => ({
  SubscriptionArn: /^email/.test(protocol) ? 'PendingConfirmation' : arn,
  TopicArn: topicArn,
  Protocol: protocol,
  Endpoint: endpoint,
  Owner: account,
});

/** The JSON in which SNS wraps a message for a queue. */
export const envelope = (message: Published): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: message.id,
    TopicArn: message.topicArn,
    Subject: message.subject,
    Message: message.message,
    Timestamp: message.at.toISOString(),
  });
