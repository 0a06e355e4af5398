import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface ReleaseTriggerProps {
  readonly repository: codecommit.IRepository;
  readonly starter: lambda.IFunction;
}

/** A pushed tag starts a release. Moved tags come through, too: AcceptTag refuses them with a recorded reason. */
export class ReleaseTrigger extends Construct {
  constructor(scope: Construct, id: string, { repository, starter }: ReleaseTriggerProps) {
    super(scope, id);
    const undelivered = new sqs.Queue(this, 'Undelivered', {
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new events.Rule(this, 'TagPushed', {
      description: 'A tag was created or moved in the source repository',
      eventPattern: {
        source: ['aws.codecommit'],
        detailType: ['CodeCommit Repository State Change'],
        resources: [repository.repositoryArn],
        detail: { event: ['referenceCreated', 'referenceUpdated'], referenceType: ['tag'] },
      },
      targets: [new targets.LambdaFunction(starter, { deadLetterQueue: undelivered, retryAttempts: 10, maxEventAge: Duration.hours(2) })],
    });
  }
}
