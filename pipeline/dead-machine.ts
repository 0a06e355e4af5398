import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { executionsOf } from './own-history.ts';
import { alarmOn, deliverTo, keepFailures, undelivered } from './undelivered.ts';

export interface DeadMachineProps {
  readonly machine: sfn.StateMachine;
  /** RescueRelease. */
  readonly rescuer: lambda.IFunction;
  readonly topic: sns.ITopic;
}

/**
 * An execution that was aborted, timed out or broke runs no Catch: from outside it is rescued by another one. Failures that the machine
 * reported itself come through, too: the function tells them apart by their cause, which a pattern cannot read.
 */
export class DeadMachine extends Construct {
  constructor(scope: Construct, id: string, { machine, rescuer, topic }: DeadMachineProps) {
    super(scope, id);
    machine.grantStartExecution(rescuer);
    rescuer.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: [executionsOf(this, machine)],
      }),
    );
    const queue = undelivered(this);
    alarmOn(queue, { alarmName: 'release-rescue-undelivered', says: 'The end of an execution that should have been rescued', topic });
    keepFailures(rescuer, queue);
    new events.Rule(this, 'ExecutionEnded', {
      description: 'An execution of the release machine ended without success',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [machine.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [deliverTo(rescuer, queue)],
    });
  }
}
