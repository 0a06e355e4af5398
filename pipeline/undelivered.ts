import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Keeps what a rule could not deliver, or a function could not handle, until a person has looked at it. */
export const undelivered = (scope: Construct) =>
  new sqs.Queue(scope, 'Undelivered', {
    enforceSSL: true,
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    retentionPeriod: Duration.days(14),
    removalPolicy: RemovalPolicy.RETAIN,
  });

/** A function as the target of rules: tried again on the way to it and inside of it; what fails for good is kept in the queue. */
export function deliverTo(handler: lambda.IFunction, queue: sqs.IQueue, event?: events.RuleTargetInput): targets.LambdaFunction {
  return new targets.LambdaFunction(handler, {
    deadLetterQueue: queue,
    retryAttempts: 10,
    maxEventAge: Duration.hours(2),
    ...(event && { event }),
  });
}

/** Once a function: EventBridge is done when Lambda has taken the event; what the function throws is Lambda's to try again. */
export function keepFailures(handler: lambda.IFunction, queue: sqs.IQueue): void {
  handler.configureAsyncInvoke({ onFailure: new destinations.SqsDestination(queue), retryAttempts: 2 });
}

export interface UndeliveredAlarmProps {
  /** Names its page, `runbooks/alarms/NAME.md`. */
  readonly alarmName: string;
  /** What happened, up to `lies undelivered`. @default - an event that should have started a release */
  readonly says?: string;
  readonly topic: sns.ITopic;
}

/** Tells people as soon as something lies in the queue: nothing else does, for what should have told them did not run. */
export function alarmOn(queue: sqs.Queue, { alarmName, says, topic }: UndeliveredAlarmProps): cloudwatch.Alarm {
  const alarm = new cloudwatch.Alarm(queue, 'Alarm', {
    alarmName,
    alarmDescription: `${says ?? 'An event that should have started a release'} lies undelivered in ${queue.queueName}. Next: runbooks/alarms/${alarmName}.md`,
    // SQS measures a queue in which something lies once a minute; one that nobody has used for six hours, not at all.
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: cloudwatch.Stats.MAXIMUM }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  return alarm;
}
