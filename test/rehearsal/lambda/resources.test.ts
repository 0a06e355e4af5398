import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Properties } from '../../../rehearsal/aws/kernel.ts';
import { at } from '../stand-in.ts';
import { type LambdaStandIn, startLambda } from './harness.ts';

let aws: LambdaStandIn;
beforeEach(async () => {
  aws = await startLambda();
});
afterEach(() => aws.close());

const create = async (type: string, properties: Properties, id = 'Thing') =>
  aws.parts.lambda.provisioners[type]!.create(properties, at(id));
const ONCE = 'export const handler = async () => "first";';
const RULE = 'arn:aws:events:us-east-1:111122223333:rule/example';

describe('the resources of Lambda', () => {
  it('refuses a code asset that was not published', async () => {
    const properties = {
      Code: { S3Bucket: 'nowhere', S3Key: 'x' },
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Role: 'arn:aws:iam::111122223333:role/example-role',
    };
    await expect(create('AWS::Lambda::Function', properties)).rejects.toThrow('S3 Error Code: NoSuchKey');
  });

  it('refuses by name what it does not run', async () => {
    await expect(aws.deploy(ONCE, { Runtime: 'python3.13' })).rejects.toThrow('Runtime python3.13 is not supported');
    await expect(aws.deploy(ONCE, { Layers: ['arn:aws:lambda:us-east-1:111122223333:layer:example:1'] })).rejects.toThrow(
      'Layers is not supported',
    );
    await expect(aws.deploy(ONCE, { Environment: { Variables: { AWS_REGION: 'x' } } })).rejects.toThrow(
      'Reserved keys used in this request: AWS_REGION',
    );
  });

  it('keeps running the code of a published version after the function was updated', async () => {
    const name = await aws.deploy(ONCE);
    const version = await create('AWS::Lambda::Version', { FunctionName: name });
    expect(version.physicalId).toBe(`arn:aws:lambda:us-east-1:111122223333:function:${name}:1`);
    await aws.deploy('export const handler = async () => "second";', { FunctionName: name });
    expect(await aws.invoke(version.physicalId)).toMatchObject({ payload: 'first', version: '1' });
    expect((await aws.invoke(name)).payload).toBe('second');
  });

  it('does not publish the same code twice', async () => {
    const name = await aws.deploy(ONCE);
    await create('AWS::Lambda::Version', { FunctionName: name });
    await expect(create('AWS::Lambda::Version', { FunctionName: name })).rejects.toThrow(
      'A version for this Lambda function exists ( 1 ).',
    );
  });

  it('lets an alias point at a version', async () => {
    const name = await aws.deploy(ONCE);
    await create('AWS::Lambda::Version', { FunctionName: name });
    const alias = await create('AWS::Lambda::Alias', { FunctionName: name, Name: 'live', FunctionVersion: '1' });
    expect(await aws.invoke(alias.physicalId)).toMatchObject({ payload: 'first', version: '1' });
    await expect(create('AWS::Lambda::Alias', { FunctionName: name, Name: 'next', FunctionVersion: '9' })).rejects.toThrow(
      'Function not found',
    );
  });

  it('says that a function or a version does not exist', async () => {
    const name = await aws.deploy(ONCE);
    await expect(aws.invoke('example-none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(aws.invoke(`${name}:7`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('invokes nothing for a role that is not allowed to', async () => {
    const name = await aws.deploy(ONCE);
    const credentials = await aws.iam.credentials('arn:aws:iam::111122223333:role/example-role', 'lambda.amazonaws.com');
    const client = new LambdaClient(aws.client(credentials));
    await expect(client.send(new InvokeCommand({ FunctionName: name }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    client.destroy();
  });
});

describe('events for a function', () => {
  const COUNT =
    'globalThis.calls ??= 0; export const handler = async (event) => { console.log("call " + ++globalThis.calls); if (event.fail) throw new Error("no"); };';
  const calls = (name: string) => (aws.logs.get(`/aws/lambda/${name}`) ?? []).filter((line) => /\tINFO\tcall /.test(line)).length;

  it('are taken from a rule that has the permission', async () => {
    const name = await aws.deploy(COUNT);
    const arn = `arn:aws:lambda:us-east-1:111122223333:function:${name}`;
    await create('AWS::Lambda::Permission', {
      FunctionName: arn,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: RULE,
    });
    await aws.parts.lambda.deliver(arn, { detail: {} }, RULE);
    await aws.parts.lambda.settled();
    expect(calls(name)).toBe(1);
  });

  it('are refused from a rule without it', async () => {
    const name = await aws.deploy(COUNT);
    const arn = `arn:aws:lambda:us-east-1:111122223333:function:${name}`;
    await expect(aws.parts.lambda.deliver(arn, {}, RULE)).rejects.toMatchObject({ name: 'AccessDenied' });
    await create('AWS::Lambda::Permission', {
      FunctionName: arn,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: `${RULE}-other`,
    });
    await expect(aws.parts.lambda.deliver(arn, {}, RULE)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('are tried three times, as Lambda does', async () => {
    const name = await aws.deploy(COUNT);
    expect(await aws.invoke(name, { fail: true }, { InvocationType: 'Event' })).toMatchObject({ status: 202 });
    await aws.parts.lambda.settled();
    expect(calls(name)).toBe(3);
    expect(aws.world.lines.some((line) => line.includes('dropped an event after its last retry'))).toBe(true);
  });

  it('are tried as often as the configuration says', async () => {
    const name = await aws.deploy(COUNT);
    await create('AWS::Lambda::EventInvokeConfig', { FunctionName: name, Qualifier: '$LATEST', MaximumRetryAttempts: 0 });
    await aws.invoke(name, { fail: true }, { InvocationType: 'Event' });
    await aws.parts.lambda.settled();
    expect(calls(name)).toBe(1);
  });
});
