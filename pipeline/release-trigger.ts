import type * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { deliverTo, keepFailures, undelivered } from './undelivered.ts';

export interface ReleaseTriggerProps {
  readonly repository: codecommit.IRepository;
  readonly starter: lambda.IFunction;
}

/** A pushed tag starts a release. Moved tags come through, too: AcceptTag refuses them with a recorded reason. */
export class ReleaseTrigger extends Construct {
  constructor(scope: Construct, id: string, { repository, starter }: ReleaseTriggerProps) {
    super(scope, id);
    const queue = undelivered(this);
    keepFailures(starter, queue);
    new events.Rule(this, 'TagPushed', {
      description: 'A tag was created or moved in the source repository',
      eventPattern: {
        source: ['aws.codecommit'],
        detailType: ['CodeCommit Repository State Change'],
        resources: [repository.repositoryArn],
        detail: { event: ['referenceCreated', 'referenceUpdated'], referenceType: ['tag'] },
      },
      targets: [deliverTo(starter, queue)],
    });
  }
}
