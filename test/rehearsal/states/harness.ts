import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as codebuild from '@aws-sdk/client-codebuild';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as events from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, type HistoryEvent, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import * as sns from '@aws-sdk/client-sns';
import type { CloudEvent, Handler, Service } from '../../../rehearsal/aws/kernel.ts';
import { Lambda } from '../../../rehearsal/aws/lambda/lambda.ts';
import { States } from '../../../rehearsal/aws/states/states.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

const NEVER_SENT = { region: 'us-east-1', credentials: { accessKeyId: 'example', secretAccessKey: 'example' } };

/** A service that answers as a test says. */
function answering(signingName: string, sdk: object, client: { readonly config: unknown }, handlers: Record<string, Handler>): Service {
  const permissions = Object.fromEntries(
    Object.keys(handlers).map((name) => [name, () => [{ action: `${signingName}:${name}`, resource: '*' }]]),
  );
  return { signingName, sdk, client, handlers, permissions };
}

export interface StatesStandIn extends StandIn<{ states: States; lambda: Lambda }> {
  readonly sdk: SFNClient;
  readonly events: CloudEvent[];
  /** What the services besides Step Functions and Lambda were asked, and answer. */
  readonly answers: Record<string, Handler>;
  // biome-ignore lint/suspicious/noExplicitAny: inputs of several services
  readonly asked: { operation: string; input: any }[];
  /** Creates a machine from its states. Gives its ARN. */
  machine(states: Record<string, unknown>, top?: object): Promise<string>;
  /** Deploys a function. Gives its ARN. */
  handler(name: string, source: string): Promise<string>;
  /** Runs a machine to its end. */
  run(
    states: Record<string, unknown>,
    input?: unknown,
    // biome-ignore lint/suspicious/noExplicitAny: an output is whatever the machine of a test gives
  ): Promise<{ status?: string; output?: any; error?: string; cause?: string; events: HistoryEvent[] }>;
  close(): Promise<void>;
}

export const ROLE_ARN = 'arn:aws:iam::111122223333:role/machine';

export async function startStates(allowed: string[] = ['*']): Promise<StatesStandIn> {
  const seen: CloudEvent[] = [];
  const asked: StatesStandIn['asked'] = [];
  const answers: Record<string, Handler> = {};
  const ask = (operation: string): [string, Handler] => [
    operation,
    (input, call) => {
      asked.push({ operation, input });
      return answers[operation]?.(input, call) ?? {};
    },
  ];
  const fake = (signingName: string, sdk: object, client: { readonly config: unknown }, ...names: string[]) => ({
    service: answering(signingName, sdk, client, Object.fromEntries(names.map(ask))),
  });
  const standIn = await startStandIn((world, iam) => ({
    states: new States(world, { iam, emit: (event) => void seen.push(event) }),
    lambda: new Lambda(world, {
      visible: () => 0,
      iam,
      logs: { hasGroup: () => true, createGroup: () => {}, put: () => {} },
      code: (_bucket, key) => join(world.home, key),
    }),
    codebuild: fake('codebuild', codebuild, new codebuild.CodeBuildClient(NEVER_SENT), 'StartBuild', 'BatchGetBuilds', 'StopBuild'),
    sns: fake('sns', sns, new sns.SNSClient(NEVER_SENT), 'Publish'),
    events: fake('events', events, new events.EventBridgeClient(NEVER_SENT), 'PutEvents'),
    dynamodb: fake('dynamodb', dynamodb, new dynamodb.DynamoDBClient(NEVER_SENT), 'GetItem', 'PutItem', 'UpdateItem'),
  }));
  const role = (RoleName: string, service: string, actions: string[]) =>
    standIn.iam.provisioners['AWS::IAM::Role']!.create(
      {
        RoleName,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'may',
            PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
          },
        ],
      },
      at(RoleName),
    );
  await role('machine', 'states.amazonaws.com', allowed);
  await role('function', 'lambda.amazonaws.com', ['states:*']);
  await role('rule', 'events.amazonaws.com', ['states:StartExecution']);
  const sdk = new SFNClient(standIn.client());
  let made = 0;
  const machine = async (states: Record<string, unknown>, top: object = {}) => {
    const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...top };
    const properties = { StateMachineName: `example-${++made}`, RoleArn: ROLE_ARN, DefinitionString: JSON.stringify(definition) };
    const { physicalId } = await standIn.parts.states.provisioners['AWS::StepFunctions::StateMachine']!.create(properties, at('Machine'));
    return physicalId;
  };
  return {
    ...standIn,
    sdk,
    events: seen,
    answers,
    asked,
    machine,
    async handler(name, source) {
      mkdirSync(join(standIn.world.home, name));
      writeFileSync(join(standIn.world.home, name, 'index.mjs'), source);
      const Role = 'arn:aws:iam::111122223333:role/function';
      const properties = {
        FunctionName: name,
        Code: { S3Bucket: 'assets', S3Key: name },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role,
        Timeout: 20,
      };
      const { attributes } = await standIn.parts.lambda.provisioners['AWS::Lambda::Function']!.create(properties, at(name));
      return String(attributes!.Arn);
    },
    async run(states, input = {}) {
      const stateMachineArn = await machine(states);
      const { executionArn } = await sdk.send(new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
      await standIn.parts.states.executions.settled();
      const { status, output, error, cause } = await sdk.send(new DescribeExecutionCommand({ executionArn }));
      const { events: history } = standIn.parts.states.executions.get(executionArn!).history;
      return { status, error, cause, events: history, ...(output !== undefined && { output: JSON.parse(output) }) };
    },
    async close() {
      sdk.destroy();
      await standIn.parts.states.close();
      await standIn.parts.lambda.close();
      await standIn.stop();
    },
  };
}

export const task = (Resource: string, Arguments?: unknown, more: object = {}) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${Resource}`,
  ...(Arguments !== undefined && { Arguments }),
  End: true,
  ...more,
});
