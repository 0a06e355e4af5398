import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand, GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import type { WorkQueues } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const sqs = new SQSClient(defaults);
const cloudwatch = new CloudWatchClient(defaults);

/** SQS measures by the minute, and a value comes some minutes late. */
const lookBack = 15 * 60_000;

export const workQueues: WorkQueues = {
  async describe(QueueName) {
    const QueueUrl = await urlOf(QueueName);
    if (QueueUrl === null) return null;
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] }),
    );
    return {
      url: QueueUrl,
      waiting: Number(Attributes['ApproximateNumberOfMessages']),
      inWork: Number(Attributes['ApproximateNumberOfMessagesNotVisible']),
    };
  },

  async oldestSeconds(QueueName) {
    const now = Date.now();
    const Metric = {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: QueueName }],
    };
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - lookBack),
        EndTime: new Date(now),
        MetricDataQueries: [{ Id: 'age', MetricStat: { Metric, Period: 60, Stat: 'Maximum' } }],
      }),
    );
    return MetricDataResults[0]?.Values?.[0] ?? null;
  },
};

async function urlOf(QueueName: string): Promise<string | null> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return null;
    throw error;
  }
}
