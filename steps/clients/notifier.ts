import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new SNSClient(defaults);

export const notifier = (TopicArn: string): Notifier => ({
  async notify(subject, message) {
    // SNS refuses subjects over 100 characters and with line breaks.
    const Subject = subject.replace(/\s+/g, ' ').slice(0, 100);
    await client.send(new PublishCommand({ TopicArn, Subject, Message: message }));
  },
});
