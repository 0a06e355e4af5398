import type { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ReleasesToCheck, SecretsToCheck } from '../steps/contract/schedule.ts';
import type { Stage } from '../steps/contract/stage.ts';
import { executionsOf } from './own-history.ts';
import { alarmOn, deliverTo, keepFailures, undelivered } from './undelivered.ts';

export interface ScheduledChecksProps {
  readonly machine: sfn.StateMachine;
  readonly stages: readonly Stage[];
  /** CheckSecrets. */
  readonly secrets: lambda.IFunction;
  readonly secretsEvery: Duration;
  /** CheckReleases. */
  readonly releases: lambda.IFunction;
  readonly releasesEvery: Duration;
  /** Hours of work, waits for a person apart, beyond which a release takes too long. */
  readonly expectedHours: number;
  readonly topic: sns.ITopic;
}

/** What nobody's event tells of: a secret that changed, a release that does not end. Looked at by the clock, judged by alarms. */
export class ScheduledChecks extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledChecksProps) {
    super(scope, id);
    const { machine, releases, secrets, topic } = props;
    releases.addToRolePolicy(new iam.PolicyStatement({ actions: ['states:ListExecutions'], resources: [machine.stateMachineArn] }));
    releases.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['states:GetExecutionHistory'], resources: [executionsOf(this, machine)] }),
    );
    const queue = undelivered(this);
    alarmOn(queue, { alarmName: 'release-check-undelivered', says: 'What should have started a check by the clock', topic });
    for (const handler of [secrets, releases]) keepFailures(handler, queue);
    const toSecrets: SecretsToCheck = { stages: [...props.stages] };
    const toReleases: ReleasesToCheck = { expectedHours: props.expectedHours };
    new events.Rule(this, 'Secrets', {
      description: 'The secrets of the stages are judged, whether or not anything is released',
      schedule: events.Schedule.rate(props.secretsEvery),
      targets: [deliverTo(secrets, queue, events.RuleTargetInput.fromObject(toSecrets))],
    });
    new events.Rule(this, 'Releases', {
      description: 'Releases that take too long are looked for',
      schedule: events.Schedule.rate(props.releasesEvery),
      targets: [deliverTo(releases, queue, events.RuleTargetInput.fromObject(toReleases))],
    });
  }
}
