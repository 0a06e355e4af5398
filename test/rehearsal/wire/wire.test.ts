import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';
import type { Handler, Service } from '../../../rehearsal/aws/kernel.ts';
import { createWire } from '../../../rehearsal/aws/wire/server.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';

const own = { region: 'us-east-1', credentials: { accessKeyId: 'example', secretAccessKey: 'example' } };
const meta = { $metadata: {} };

/** A service whose handlers need no permission. */
const open = (signingName: string, sdk: object, client: Service['client'], handlers: Record<string, Handler>, prefixLabel?: string) => ({
  service: {
    signingName,
    sdk,
    client,
    handlers,
    permissions: Object.fromEntries(Object.keys(handlers).map((name) => [name, () => []])),
    prefixLabel,
  } satisfies Service,
});

const echoed: Record<string, unknown> = {};
const build = () => ({
  secrets: open('secretsmanager', secrets, new secrets.SecretsManagerClient(own), {
    GetSecretValue: ({ SecretId }) => {
      if (SecretId === 'missing')
        throw new secrets.ResourceNotFoundException({ message: "Secrets Manager can't find the specified secret.", ...meta });
      if (SecretId === 'defect') throw new TypeError('x is not a function');
      return { Name: SecretId, SecretString: '{"A":"1"}', CreatedDate: new Date(1_700_000_000_123) };
    },
  }),
  kms: open('kms', kms, new kms.KMSClient(own), { Sign: ({ Message }) => ({ Signature: Buffer.from(Message).reverse() }) }),
  sqs: open('sqs', sqs, new sqs.SQSClient(own), {
    GetQueueUrl: () => {
      throw new sqs.QueueDoesNotExist({ message: 'The specified queue does not exist.', ...meta });
    },
  }),
  cloudformation: open('cloudformation', cloudformation, new cloudformation.CloudFormationClient(own), {
    CreateChangeSet: (input) => {
      echoed['CreateChangeSet'] = input;
      return { Id: 'arn:example:<&">', StackId: 'arn:stack' };
    },
    ExecuteChangeSet: () => {
      throw new cloudformation.ChangeSetNotFoundException({ message: 'ChangeSet [gone] does not exist', ...meta });
    },
    DescribeStacks: () => {
      throw new cloudformation.CloudFormationServiceException({
        name: 'ValidationError',
        message: 'Stack with id x does not exist',
        $fault: 'client',
        ...meta,
      });
    },
    DeleteStack: () => undefined,
  }),
  lambda: open('lambda', lambda, new lambda.LambdaClient(own), {
    Invoke: ({ Payload, InvocationType }) => ({ StatusCode: InvocationType === 'Event' ? 202 : 200, Payload }),
    GetFunctionConfiguration: ({ FunctionName }) => {
      throw new lambda.ResourceNotFoundException({ message: `Function not found: ${FunctionName}`, Type: 'User', ...meta });
    },
  }),
  s3: open(
    's3',
    s3,
    new s3.S3Client(own),
    {
      async PutObject({ Body, ...rest }) {
        echoed['PutObject'] = { ...rest, streamed: Body instanceof Readable, text: await text(Body) };
        return { ETag: '"e"' };
      },
      GetObject: ({ Key }) => ({ Body: Readable.from([Buffer.from(Key)]), ContentLength: Buffer.byteLength(Key), Metadata: { one: '1' } }),
      HeadObject: () => {
        throw new s3.NotFound({ message: 'Not Found', $metadata: { httpStatusCode: 404 } });
      },
      ListBuckets: () => ({ Buckets: [{ Name: 'b', CreationDate: new Date(0) }] }),
      CreateBucket: ({ Bucket }) => ({ Location: `/${Bucket}` }),
      ListObjectsV2: (input) => ({
        Name: input.Bucket,
        MaxKeys: input.MaxKeys,
        Contents: [{ Key: '<&>', Size: 7 }],
        CommonPrefixes: [{ Prefix: 'p/' }],
      }),
    },
    'Bucket',
  ),
});

let standIn: StandIn<ReturnType<typeof build>>;
beforeAll(async () => {
  standIn = await startStandIn(build);
});
afterAll(() => standIn.stop());

describe('JSON', () => {
  it('carries strings and dates', async () => {
    const answer = await new secrets.SecretsManagerClient(standIn.client()).send(new secrets.GetSecretValueCommand({ SecretId: 'x' }));
    expect(answer).toMatchObject({ Name: 'x', SecretString: '{"A":"1"}', CreatedDate: new Date(1_700_000_000_123) });
  });

  it('carries bytes', async () => {
    const input = { KeyId: 'k', Message: Buffer.from([1, 2, 3]), SigningAlgorithm: 'ECDSA_SHA_256' } as const;
    const { Signature } = await new kms.KMSClient(standIn.client()).send(new kms.SignCommand(input));
    expect([...Signature!]).toEqual([3, 2, 1]);
  });

  it("throws the SDK's own exception, with a request id", async () => {
    const failed = new secrets.SecretsManagerClient(standIn.client()).send(new secrets.GetSecretValueCommand({ SecretId: 'missing' }));
    await expect(failed).rejects.toBeInstanceOf(secrets.ResourceNotFoundException);
    await expect(failed).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  it('keeps the old error code of a service that moved from Query', async () => {
    const failed = new sqs.SQSClient(standIn.client()).send(new sqs.GetQueueUrlCommand({ QueueName: 'q' }));
    await expect(failed).rejects.toBeInstanceOf(sqs.QueueDoesNotExist);
    await expect(failed).rejects.toMatchObject({ Code: 'AWS.SimpleQueueService.NonExistentQueue' });
  });

  it('answers a defect of the stand-in with 500 and logs its stack', async () => {
    const client = new secrets.SecretsManagerClient({ ...standIn.client(), maxAttempts: 1 });
    const failed = client.send(new secrets.GetSecretValueCommand({ SecretId: 'defect' }));
    await expect(failed).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
    expect(standIn.world.lines.at(-1)).toContain('TypeError: x is not a function');
  });
});

describe('Query', () => {
  it('carries nested lists, booleans and special characters both ways', async () => {
    const input = {
      StackName: 'app',
      ChangeSetName: 'c1',
      TemplateBody: JSON.stringify({ é: '& = + %', n: '\n' }),
      Capabilities: ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const],
      Parameters: [
        { ParameterKey: 'A', ParameterValue: 'x=1&y' },
        { ParameterKey: 'B', UsePreviousValue: true },
      ],
      RollbackConfiguration: { MonitoringTimeInMinutes: 5, RollbackTriggers: [{ Arn: 'a', Type: 't' }] },
    };
    const answer = await new cloudformation.CloudFormationClient(standIn.client()).send(new cloudformation.CreateChangeSetCommand(input));
    expect(echoed['CreateChangeSet']).toEqual(input);
    expect(answer.Id).toBe('arn:example:<&">');
  });

  it('answers an operation without output', async () => {
    await new cloudformation.CloudFormationClient(standIn.client()).send(new cloudformation.DeleteStackCommand({ StackName: 'app' }));
  });

  it('throws modelled exceptions and those known by their code only', async () => {
    const client = new cloudformation.CloudFormationClient(standIn.client());
    const gone = client.send(new cloudformation.ExecuteChangeSetCommand({ ChangeSetName: 'gone' }));
    await expect(gone).rejects.toBeInstanceOf(cloudformation.ChangeSetNotFoundException);
    const unknown = client.send(new cloudformation.DescribeStacksCommand({ StackName: 'x' }));
    await expect(unknown).rejects.toMatchObject({ name: 'ValidationError', message: 'Stack with id x does not exist' });
  });
});

describe('REST', () => {
  const client = () => new s3.S3Client(standIn.client());

  it('streams a body that is sent in chunks with a trailing checksum', async () => {
    const body = Readable.from([Buffer.alloc(70_000, 'a'), Buffer.from('end')]);
    await client().send(new s3.PutObjectCommand({ Bucket: 'b', Key: 'k', Body: body, ContentLength: 70_003 }));
    const put = echoed['PutObject'] as { streamed: boolean; text: string };
    expect(put.streamed).toBe(true);
    expect(put.text).toBe(`${'a'.repeat(70_000)}end`);
  });

  it('keeps any key as it is', async () => {
    for (const key of ['dir/a file&+é.json', 'a/../b', 'a//b', 'dir/', 'per%2Fcent?x=1#y']) {
      const { Body } = await client().send(new s3.GetObjectCommand({ Bucket: 'b', Key: key }));
      expect(await Body!.transformToString()).toBe(key);
    }
  });

  it('tells metadata, and queries from one another by what they hold', async () => {
    expect((await client().send(new s3.GetObjectCommand({ Bucket: 'b', Key: 'k' }))).Metadata).toEqual({ one: '1' });
    expect((await client().send(new s3.ListBucketsCommand({}))).Buckets).toEqual([{ Name: 'b', CreationDate: new Date(0) }]);
    expect((await client().send(new s3.CreateBucketCommand({ Bucket: 'b' }))).Location).toBe('/b');
    expect(await client().send(new s3.ListObjectsV2Command({ Bucket: 'b', MaxKeys: 7 }))).toMatchObject({
      Name: 'b',
      MaxKeys: 7,
      Contents: [{ Key: '<&>', Size: 7 }],
      CommonPrefixes: [{ Prefix: 'p/' }],
    });
  });

  it('answers HEAD without a body', async () => {
    await expect(client().send(new s3.HeadObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toBeInstanceOf(s3.NotFound);
  });

  it('takes the status from the output where the model says so', async () => {
    const send = (InvocationType: 'Event' | 'RequestResponse') =>
      new lambda.LambdaClient(standIn.client()).send(
        new lambda.InvokeCommand({ FunctionName: 'f', InvocationType, Payload: Buffer.from('{"a":1}') }),
      );
    expect((await send('Event')).StatusCode).toBe(202);
    const { StatusCode, Payload } = await send('RequestResponse');
    expect([StatusCode, Payload!.transformToString()]).toEqual([200, '{"a":1}']);
  });

  it('throws typed errors with their members', async () => {
    const failed = new lambda.LambdaClient(standIn.client()).send(new lambda.GetFunctionConfigurationCommand({ FunctionName: 'f' }));
    await expect(failed).rejects.toBeInstanceOf(lambda.ResourceNotFoundException);
    await expect(failed).rejects.toMatchObject({ Type: 'User', $metadata: { httpStatusCode: 404 } });
  });
});

describe('What it does not know', () => {
  it('refuses an operation by name, once', async () => {
    const before = standIn.wire.calls.length;
    const refused = [
      () => new secrets.SecretsManagerClient(standIn.client()).send(new secrets.ListSecretsCommand({})),
      () => new s3.S3Client(standIn.client()).send(new s3.GetBucketAclCommand({ Bucket: 'b' })),
      () => new cloudformation.CloudFormationClient(standIn.client()).send(new cloudformation.ListTypesCommand({})),
    ];
    for (const call of refused) {
      await expect(call()).rejects.toMatchObject({
        name: 'NotImplemented',
        message: expect.stringMatching(/ListSecrets|GetBucketAcl|ListTypes/),
      });
    }
    expect(standIn.wire.calls.length - before).toBe(3);
  });

  it('refuses a service by name', async () => {
    const failed = fetch(standIn.client().endpoint, {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260102/us-east-1/glacier/aws4_request' },
    });
    const answer = await failed;
    expect([answer.status, await answer.text()]).toEqual([501, expect.stringContaining('\\"glacier\\" is not supported')]);
  });

  it('refuses access keys that it never handed out', async () => {
    const stranger = { ...standIn.client(), credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' } };
    const failed = new kms.KMSClient(stranger).send(
      new kms.SignCommand({ KeyId: 'k', Message: Buffer.of(1), SigningAlgorithm: 'ECDSA_SHA_256' }),
    );
    await expect(failed).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  it('does not mount a handler that asks no permission, or that the SDK does not have', () => {
    const { service } = open('kms', kms, new kms.KMSClient(own), { Sign: () => ({}), Sing: () => ({}) });
    expect(() => createWire(standIn.world, standIn.iam, [{ ...service, permissions: {} }])).toThrow(
      /^kms: Sign says nothing of permissions.*; Sing is no operation of this service/,
    );
  });
});

describe('Beside the calls', () => {
  it('records who called what, never what was said', async () => {
    const client = new secrets.SecretsManagerClient(standIn.client());
    await client.send(new secrets.GetSecretValueCommand({ SecretId: 'example-name' }));
    await client.send(new secrets.GetSecretValueCommand({ SecretId: 'missing' })).catch(() => undefined);
    const lines = readFileSync(join(standIn.world.home, 'calls.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(standIn.wire.calls);
    expect(standIn.wire.calls.slice(-2)).toMatchObject([
      { service: 'secretsmanager', operation: 'GetSecretValue', principal: standIn.iam.operator.arn, outcome: 'ok', permissions: [] },
      { outcome: 'ResourceNotFoundException' },
    ]);
    expect(lines.join()).not.toMatch(/example-name|"A"/);
  });

  it('lets a fault answer in place of the service', async () => {
    standIn.hooks.call = ({ operation }) => {
      if (operation === 'Sign') throw new kms.KMSInternalException({ message: 'injected', ...meta });
    };
    const client = new kms.KMSClient({ ...standIn.client(), maxAttempts: 1 });
    const failed = client.send(new kms.SignCommand({ KeyId: 'k', Message: Buffer.of(1), SigningAlgorithm: 'ECDSA_SHA_256' }));
    await expect(failed).rejects.toBeInstanceOf(kms.KMSInternalException);
    standIn.hooks.call = undefined;
  });

  it('serves paths that are not AWS', async () => {
    standIn.wire.route('/_example/', (request, response) => void response.end(`got ${request.url}`));
    expect(await (await fetch(`${standIn.client().endpoint}/_example/x?y`)).text()).toBe('got /_example/x?y');
  });
});
