import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import type { Subscriptions } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const client = new SNSClient(defaults);

export const subscriptions: Subscriptions = {
  async of(TopicArn) {
    const confirmed: string[] = [];
    const pending: string[] = [];
    for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
      for (const { SubscriptionArn, Protocol, Endpoint } of page.Subscriptions ?? []) {
        // Until somebody confirms, this word stands where the ARN will.
        (SubscriptionArn === 'PendingConfirmation' ? pending : confirmed).push(`${Protocol} ${Endpoint}`);
      }
    }
    return { confirmed, pending };
  },
};
