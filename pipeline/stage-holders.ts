import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * Lets a step of the machine ask whether the execution that holds a stage still runs. A policy of its own: one that the function waits for
 * would need the machine, which needs the function.
 */
export function grantHolders(scope: Construct, machine: sfn.StateMachine, { role }: lambda.IFunction): void {
  const executions = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  new iam.Policy(scope, 'StageHolders', {
    roles: role ? [role] : [],
    statements: [new iam.PolicyStatement({ actions: ['states:DescribeExecution'], resources: [executions] })],
  });
}
