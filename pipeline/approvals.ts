import { CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface ApprovalsProps {
  /** DecideApproval. */
  readonly decider: lambda.Function;
}

/**
 * Where people decide: an address of the function that asks for a signature, so that AWS says who calls. Attach `Approvers` to a role or
 * permission set of those who decide; it lets them call the address, find it, and do nothing else.
 */
export class Approvals extends Construct {
  constructor(scope: Construct, id: string, { decider }: ApprovalsProps) {
    super(scope, id);
    // The token is the key: the action takes no resource.
    decider.addToRolePolicy(new iam.PolicyStatement({ actions: ['states:SendTaskSuccess'], resources: ['*'] }));
    const url = new lambda.FunctionUrl(this, 'Endpoint', { function: decider, authType: lambda.FunctionUrlAuthType.AWS_IAM });
    const policy = new iam.ManagedPolicy(this, 'Approvers', {
      description: 'Lets people approve and reject releases at the endpoint of decisions',
      statements: [
        new iam.PolicyStatement({
          actions: ['lambda:InvokeFunctionUrl'],
          resources: [decider.functionArn],
          conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
        }),
        new iam.PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [decider.functionArn],
          // Whoever invokes the function past its address writes the event, and who signed it, themselves.
          conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
        }),
        // Where the address is.
        new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [Stack.of(this).stackId] }),
      ],
    });
    new CfnOutput(scope, 'ApprovalUrl', { value: url.url });
    new CfnOutput(scope, 'ApproversPolicy', { value: policy.managedPolicyArn });
  }
}
