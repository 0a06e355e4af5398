import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/** ARN of every execution of the machine. */
export const executionsOf = (scope: Construct, machine: sfn.StateMachine) =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/**
 * Lets steps read the history of the execution that runs them: what a release cost stands nowhere else. A policy of its own, made after the
 * machine: the steps' other rights are there before it.
 */
export function grantOwnHistory(scope: Construct, machine: sfn.StateMachine, steps: readonly lambda.IFunction[]): void {
  new iam.Policy(scope, 'OwnHistory', {
    roles: steps.flatMap(({ role }) => role ?? []),
    statements: [new iam.PolicyStatement({ actions: ['states:GetExecutionHistory'], resources: [executionsOf(scope, machine)] })],
  });
}
