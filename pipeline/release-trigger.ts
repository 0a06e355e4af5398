import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { SourceEntry } from './config.ts';
import { GitHubTrigger } from './github-trigger.ts';
import { alarmOn, deliverTo, keepFailures, undelivered } from './undelivered.ts';

export interface ReleaseTriggerProps {
  readonly source: SourceEntry;
  readonly starter: lambda.IFunction;
  /** Where people hear of a tag whose release could not be started. */
  readonly topic: sns.ITopic;
}

/** A pushed tag starts a release, whichever host tells of it. Moved tags come through, too: AcceptTag refuses them with a recorded reason. */
export class ReleaseTrigger extends Construct {
  /** The door for GitHub's workflow; null where tags come from elsewhere. */
  readonly workflow: Pick<GitHubTrigger, 'role' | 'subject'> | null;

  constructor(scope: Construct, id: string, { source, starter, topic }: ReleaseTriggerProps) {
    super(scope, id);
    const queue = undelivered(this);
    alarmOn(queue, { alarmName: 'release-tag-undelivered', topic });
    keepFailures(starter, queue);
    const target = deliverTo(starter, queue);
    this.workflow = source.host === 'github' ? new GitHubTrigger(this, 'GitHub', { source, target }) : null;
    if (source.host === 'codecommit') this.fromCodeCommit(source.repository, target);
  }

  private fromCodeCommit(repository: string, target: events.IRuleTarget): void {
    new events.Rule(this, 'TagPushed', {
      description: 'A tag was created, moved or deleted in the source repository',
      eventPattern: {
        source: ['aws.codecommit'],
        detailType: ['CodeCommit Repository State Change'],
        resources: [Stack.of(this).formatArn({ service: 'codecommit', resource: repository })],
        // A deleted tag starts nothing; that it was deleted stands in the starter's log.
        detail: { event: ['referenceCreated', 'referenceUpdated', 'referenceDeleted'], referenceType: ['tag'] },
      },
      targets: [target],
    });
  }
}
