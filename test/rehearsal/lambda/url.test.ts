import { STSClient } from '@aws-sdk/client-sts';
import type { Principal } from '../../../rehearsal/aws/kernel.ts';
import { urlPrefix } from '../../../rehearsal/aws/lambda/url/function-urls.ts';
import { at } from '../stand-in.ts';
import { type LambdaStandIn, startLambda } from './harness.ts';
import { call, type Key, signed } from './sign.ts';

let aws: LambdaStandIn;
let address: string;
let functionArn: string;
beforeEach(async () => {
  aws = await startLambda();
  aws.wire.route(urlPrefix, aws.parts.lambda.urls.handle);
  const name = await aws.deploy('export const handler = async (event) => ({ statusCode: 202, body: JSON.stringify(event) });');
  functionArn = `arn:aws:lambda:us-east-1:111122223333:function:${name}`;
  address = await open({ TargetFunctionArn: functionArn, AuthType: 'AWS_IAM' });
});
afterEach(() => aws.close());

const open = async (properties: object) =>
  String((await aws.parts.lambda.provisioners['AWS::Lambda::Url']!.create(properties, at('Url'))).attributes?.['FunctionUrl']);
const keyOf = (credentials: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string; AWS_SESSION_TOKEN: string }): Key => ({
  accessKeyId: credentials.AWS_ACCESS_KEY_ID,
  secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
  sessionToken: credentials.AWS_SESSION_TOKEN,
});
const both = [
  {
    Effect: 'Allow',
    Action: 'lambda:InvokeFunctionUrl',
    Resource: '*',
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
  },
  { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*', Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
];

/** Somebody with these rights, in a session of a role. */
async function someone(...statements: object[]): Promise<{ key: Key; principal: Principal }> {
  const operator = { Effect: 'Allow', Principal: { AWS: aws.iam.operator.arn }, Action: 'sts:AssumeRole' };
  await aws.iam.provisioners['AWS::IAM::Role']!.create(
    {
      RoleName: 'example-person',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [operator] },
      Policies: [{ PolicyName: 'Own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
    at('Person'),
  );
  const credentials = await aws.iam.assumeRole(aws.iam.operator, 'arn:aws:iam::111122223333:role/example-person', 'ada');
  return { key: keyOf(credentials), principal: aws.iam.principal(credentials.AWS_ACCESS_KEY_ID)! };
}

describe('an address of a function, for callers who sign', () => {
  it('gives the function the request and who signed it, in payload format 2.0', async () => {
    const { key } = await someone(...both);
    const target = `${address}some%20where?tag=v1.4.0&note=a%20b%2Bc`;
    const { status, text } = await call(target, { method: 'POST', body: '{"decision":"approved"}', key });
    expect(status).toBe(202);
    expect(JSON.parse(text)).toMatchObject({
      version: '2.0',
      rawPath: '/some%20where',
      rawQueryString: 'tag=v1.4.0&note=a%20b%2Bc',
      queryStringParameters: { tag: 'v1.4.0', note: 'a b+c' },
      body: '{"decision":"approved"}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST' },
        authorizer: { iam: { userArn: 'arn:aws:sts::111122223333:assumed-role/example-person/ada', accountId: '111122223333' } },
      },
    });
    expect(JSON.parse(text).headers).not.toHaveProperty('authorization');
  });

  it('refuses whoever did not sign', async () => {
    const answer = await fetch(address);
    expect([answer.status, await answer.text()]).toEqual([403, '{"Message":"Forbidden"}']);
  });

  it.each([['lambda:InvokeFunctionUrl'], ['lambda:InvokeFunction']])('refuses whoever has %s alone', async (action) => {
    const { key } = await someone(...both.filter(({ Action }) => Action === action));
    expect(await call(address, { key })).toEqual({ status: 403, text: '{"Message":"Forbidden"}' });
  });

  it('does not let the right of the address invoke the function past it', async () => {
    const { principal } = await someone(...both);
    await expect(aws.iam.authorize(principal, { action: 'lambda:InvokeFunction', resource: functionArn })).rejects.toThrow(
      'not authorized to perform: lambda:InvokeFunction',
    );
  });

  it('lets those call whom the function itself names, by its address alone', async () => {
    const { key, principal } = await someone({ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' });
    const permission = { FunctionName: functionArn, Principal: principal.arn };
    const grant = (id: string, properties: object) =>
      aws.parts.lambda.provisioners['AWS::Lambda::Permission']!.create({ ...permission, ...properties }, at(id));
    await grant('Url', { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' });
    expect(await call(address, { key })).toMatchObject({ status: 403 });
    await grant('Function', { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true });
    expect(await call(address, { key })).toMatchObject({ status: 202 });
    await expect(aws.iam.authorize(principal, { action: 'lambda:InvokeFunction', resource: functionArn })).rejects.toThrow(
      'not authorized',
    );
  });

  it('refuses a signature by another secret, for another service, of another body, address or time', async () => {
    const { key } = await someone(...both);
    const attempts = [
      call(address, { key: { ...key, secretAccessKey: 'guessed' } }),
      call(address, { key: { ...key, sessionToken: 'guessed' } }),
      call(address, { key: { ...key, accessKeyId: 'ASIAGUESSED' } }),
      call(address, { key, client: STSClient }),
      call(address, { key, method: 'POST', body: '{"decision":"rejected"}', sent: '{"decision":"approved"}' }),
      call(`${address}?tag=v1.4.0`, { key, headers: await signed(`${address}?tag=v1.3.0`, { key }) }),
      call(address, { key, signingDate: new Date(Date.now() - 6 * 60_000) }),
    ];
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 403));
  });

  it('answers 502 when the function fails, and wraps what is no answer', async () => {
    const { key } = await someone(...both);
    const failing = await aws.deploy('export const handler = async () => { throw new Error("example"); };');
    const plain = await aws.deploy('export const handler = async () => ({ some: "thing" });');
    const addresses = await Promise.all([failing, plain].map((TargetFunctionArn) => open({ TargetFunctionArn, AuthType: 'AWS_IAM' })));
    expect(await call(addresses[0]!, { key })).toMatchObject({ status: 502 });
    expect(await call(addresses[1]!, { key })).toEqual({ status: 200, text: '{"some":"thing"}' });
  });

  it('is one for a function, and gone when it is removed', async () => {
    const { key } = await someone(...both);
    await expect(open({ TargetFunctionArn: functionArn, AuthType: 'AWS_IAM' })).rejects.toThrow('AlreadyExists');
    await aws.parts.lambda.provisioners['AWS::Lambda::Url']!.remove!(functionArn, {}, at('Url'));
    expect(await call(address, { key })).toMatchObject({ status: 403 });
  });

  it.each([{ AuthType: 'NONE' }, { AuthType: 'AWS_IAM', Cors: {} }, { AuthType: 'AWS_IAM', InvokeMode: 'RESPONSE_STREAM' }])(
    'refuses by name what it does not play: %j',
    async (properties) => {
      await expect(open({ TargetFunctionArn: functionArn, ...properties })).rejects.toThrow('is not supported');
    },
  );
});
