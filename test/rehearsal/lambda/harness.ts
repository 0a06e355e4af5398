import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import type { Properties } from '../../../rehearsal/aws/kernel.ts';
import { Lambda } from '../../../rehearsal/aws/lambda/lambda.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

export interface LambdaStandIn extends StandIn<{ lambda: Lambda; sqs: Sqs }> {
  /** Log lines by group, in order. */
  readonly logs: Map<string, string[]>;
  readonly sdk: LambdaClient;
  /** Deploys a function whose `index.mjs` is this source. Gives its name. */
  deploy(source: string, properties?: Properties): Promise<string>;
  /** Invokes as the operator; parses the payload. */
  invoke(
    name: string,
    event?: unknown,
    more?: Partial<InvokeCommandInput>,
    // biome-ignore lint/suspicious/noExplicitAny: a payload is whatever the handler of a test gives
  ): Promise<{ payload: any; error?: string; version?: string; status?: number }>;
  close(): Promise<void>;
}

/** @param warm sandboxes that stay warm; @default 2 */
export async function startLambda(warm?: number): Promise<LambdaStandIn> {
  const logs = new Map<string, string[]>();
  const cloudWatch = {
    hasGroup: (group: string) => logs.has(group),
    createGroup: (group: string) => void logs.set(group, []),
    put: (group: string, _stream: string, line: string) => void logs.get(group)!.push(line),
  };
  const standIn = await startStandIn((world, iam) => {
    const sqs = new Sqs(world, { iam });
    const code = (bucket: string, key: string) => (bucket === 'assets' ? join(world.home, key) : undefined);
    return { sqs, lambda: new Lambda(world, { iam, logs: cloudWatch, visible: (queueArn) => sqs.visible(queueArn), code, warm }) };
  });
  const { provisioners } = standIn.parts.lambda;
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const mayLog = {
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/*',
  };
  await standIn.iam.provisioners['AWS::IAM::Role']!.create(
    {
      RoleName: 'example-role',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'logs', PolicyDocument: { Version: '2012-10-17', Statement: [mayLog] } }],
    },
    at('Role'),
  );
  const sdk = new LambdaClient(standIn.client());
  let deployed = 0;
  return {
    ...standIn,
    logs,
    sdk,
    async deploy(source, properties = {}) {
      const key = `asset-${++deployed}`;
      mkdirSync(join(standIn.world.home, key));
      writeFileSync(join(standIn.world.home, key, 'index.mjs'), source);
      const { physicalId } = await provisioners['AWS::Lambda::Function']!.create(
        {
          FunctionName: `example-${deployed}`,
          Code: { S3Bucket: 'assets', S3Key: key },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: 'arn:aws:iam::111122223333:role/example-role',
          Timeout: 20,
          ...properties,
        },
        at(`Function${deployed}`),
      );
      return physicalId;
    },
    async invoke(FunctionName, event, more = {}) {
      const Payload = event === undefined ? undefined : Buffer.from(JSON.stringify(event));
      const answer = await sdk.send(new InvokeCommand({ FunctionName, Payload, ...more }));
      const text = Buffer.from(answer.Payload ?? []).toString();
      return {
        payload: text ? JSON.parse(text) : undefined,
        status: answer.StatusCode,
        ...(answer.FunctionError && { error: answer.FunctionError }),
        ...(answer.ExecutedVersion && { version: answer.ExecutedVersion }),
      };
    },
    async close() {
      sdk.destroy();
      await standIn.parts.lambda.close();
      await standIn.stop();
    },
  };
}
