import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { deliverTo, keepFailures, undelivered } from './undelivered.ts';

export interface DeadMachineProps {
  readonly machine: sfn.StateMachine;
  /** RescueRelease. */
  readonly rescuer: lambda.IFunction;
}

/**
 * An execution that was aborted, timed out or broke runs no Catch: from outside it is rescued by another one. Failures that the machine
 * reported itself come through, too: the function tells them apart by their cause, which a pattern cannot read.
 */
export class DeadMachine extends Construct {
  constructor(scope: Construct, id: string, { machine, rescuer }: DeadMachineProps) {
    super(scope, id);
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${machine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    machine.grantStartExecution(rescuer);
    rescuer.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
        resources: [executions],
      }),
    );
    const queue = undelivered(this);
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
