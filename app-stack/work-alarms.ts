import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { WorkQueue } from './work-queue.ts';

export interface WorkAlarmsProps {
  readonly stageName: string;
  readonly workQueue: WorkQueue;
  readonly topic: sns.ITopic;
}

/**
 * What becomes of accepted events. No release is watched by these: an event that was parked lies there until a person has looked at it, and
 * would end every release that comes meanwhile.
 */
export class WorkAlarms extends Construct {
  constructor(scope: Construct, id: string, { stageName, workQueue, topic }: WorkAlarmsProps) {
    super(scope, id);
    const options = { period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM };
    const tell = (name: string, says: string, metric: cloudwatch.Metric, limits: { threshold: number; evaluationPeriods: number }) =>
      new cloudwatch.Alarm(this, name, {
        alarmName: `release-${stageName}-${name}`,
        alarmDescription: `${stageName}: ${says}. Next: runbooks/alarms/${name}.md`,
        metric,
        ...limits,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // SQS measures nothing of a queue that was not used for six hours.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(topic));
    tell(
      'work-parked',
      'accepted events were given up and wait for a person',
      workQueue.parked.metricApproximateNumberOfMessagesVisible(options),
      { threshold: 1, evaluationPeriods: 1 },
    );
    // An export of Benchling may take minutes, and is tried again ten times.
    tell('work-late', 'accepted events have waited for half an hour', workQueue.work.metricApproximateAgeOfOldestMessage(options), {
      threshold: Duration.minutes(30).toSeconds(),
      evaluationPeriods: 5,
    });
  }
}
