import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as destinations from 'aws-cdk-lib/aws-lambda-destinations';
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
export function deliverTo(handler: lambda.IFunction, queue: sqs.IQueue): targets.LambdaFunction {
  return new targets.LambdaFunction(handler, { deadLetterQueue: queue, retryAttempts: 10, maxEventAge: Duration.hours(2) });
}

/** Once a function: EventBridge is done when Lambda has taken the event; what the function throws is Lambda's to try again. */
export function keepFailures(handler: lambda.IFunction, queue: sqs.IQueue): void {
  handler.configureAsyncInvoke({ onFailure: new destinations.SqsDestination(queue), retryAttempts: 2 });
}
