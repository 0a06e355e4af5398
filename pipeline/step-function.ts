import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment, type FunctionName, functionMebibytes, type Variable } from '../steps/contract/environment.ts';
import { fileName } from '../steps/contract/steps.ts';

export interface StepFunctionProps {
  readonly step: FunctionName;
  /** Directory that holds one bundle a step, as build/bundle.ts leaves it. */
  readonly bundles: string;
  /** Values of all variables; the function gets exactly those that it declares. */
  readonly variables: Readonly<Record<Variable, string>>;
  /** What the step may do, by resource. */
  readonly grants: readonly iam.PolicyStatement[];
  /** @default - 60 seconds: no step waits for AWS, the machine does */
  readonly timeout?: Duration;
}

/** The one way in which a step becomes a Lambda function: one bundle, one role, one log group, one version, all of which stay. */
export class StepFunction extends Construct {
  /** Qualified, so that a release in flight keeps the code that it started with. */
  readonly version: lambda.Version;
  /** For an address, which no version can have. */
  readonly function: lambda.Function;

  constructor(scope: Construct, props: StepFunctionProps) {
    super(scope, props.step);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/release/steps/${fileName(props.step)}`,
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: `Step ${props.step} of the release machine`,
    });
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
    );
    for (const statement of props.grants) role.addToPolicy(statement);

    const handler = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(`${props.bundles}/${fileName(props.step)}`),
      environment: Object.fromEntries(environment[props.step].map((variable) => [variable, props.variables[variable]])),
      role,
      logGroup,
      memorySize: functionMebibytes,
      timeout: props.timeout ?? Duration.seconds(60),
      // CDK removes a superseded version by default: an approval that waits for days would wake up without code.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN, description: `Step ${props.step} in ${Stack.of(this).stackName}` },
    });
    // Deleted with it were all its versions, those that a release in flight goes on to call among them.
    handler.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.version = handler.currentVersion;
    this.function = handler;
  }
}
