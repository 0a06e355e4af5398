import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch.ts';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb.ts';
import { Events } from '../../../rehearsal/aws/events/events.ts';
import { evaluate } from '../../../rehearsal/aws/iam/evaluate.ts';
import { Iam } from '../../../rehearsal/aws/iam/iam.ts';
import type { Permission, Properties } from '../../../rehearsal/aws/kernel.ts';
import { Kms } from '../../../rehearsal/aws/kms/kms.ts';
import { Logs } from '../../../rehearsal/aws/logs/logs.ts';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { SecretsManager } from '../../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { Sns } from '../../../rehearsal/aws/sns/sns.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { exampleWorld } from '../example-world.ts';
import { at } from '../stand-in.ts';

const world = exampleWorld();
world.listensAt('http://127.0.0.1:1');
const iam = new Iam(world);
const kms = new Kms(world, { iam });
const services = [
  new S3(world, { iam }),
  new DynamoDb(world),
  new SecretsManager(world),
  kms,
  new Sns(world, { iam }),
  new Sqs(world, { iam }),
  new Logs(world),
  new Events(world, { iam }),
  new CloudWatch(world, { emit: () => {}, notify: async () => {} }),
];
afterAll(() => world.remove());

const { physicalId: KeyId } = await kms.provisioners['AWS::KMS::Key']!.create(
  { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  at('Key'),
);

/** Inputs that any operation can take what it needs from. */
const input = {
  Bucket: 'example',
  Key: 'key',
  CopySource: 'example/key',
  Delete: { Objects: [{ Key: 'key' }] },
  TableName: 'example',
  RequestItems: { example: {} },
  TransactItems: [{ Put: { TableName: 'example' } }, { ConditionCheck: { TableName: 'example' } }],
  SecretId: 'example',
  KeyId,
  TargetKeyId: KeyId,
  AliasName: 'alias/example',
  SigningAlgorithm: 'ECDSA_SHA_256',
  CiphertextBlob: Buffer.alloc(64),
  TopicArn: 'arn:aws:sns:us-east-1:111122223333:example',
  QueueUrl: 'http://127.0.0.1:1/111122223333/example',
  logGroupName: '/example',
  logStreamName: 'app/1',
  Entries: [{ Source: 'release', DetailType: 'x' }],
  Name: 'example',
};

/** Whether IAM knows the action and the resource; nobody is allowed anything. */
const understood = (permission: Permission) =>
  evaluate({
    principal: 'arn:aws:sts::111122223333:assumed-role/Example/x',
    permission,
    account: world.account,
    identityPolicies: [],
    context: {},
  });

it.each(
  services.flatMap(({ service }) =>
    Object.entries(service.permissions).map(([name, ask]) => [`${service.signingName}:${name}`, ask] as const),
  ),
)('%s asks what IAM understands', async (_, ask) => {
  const permissions = ask(input);
  for (const permission of permissions) expect((await understood(permission)).allowed).toBe(false);
});

const properties: Properties = {
  AliasName: 'alias/example',
  Bucket: 'example',
  Name: 'example',
  Queues: [input.QueueUrl],
  Roles: ['example'],
  Policies: [{}],
  RetentionInDays: 1,
  TopicArn: input.TopicArn,
  Topics: [input.TopicArn],
  LogGroupName: '/example',
};
const provisioners = [iam, ...services].flatMap((service) => Object.entries(service.provisioners));

it.each(provisioners)('%s asks what IAM understands', async (_, { permissions }) => {
  for (const verb of ['create', 'update', 'delete'] as const) {
    for (const permission of permissions?.(verb, properties, at('Thing')) ?? []) expect((await understood(permission)).allowed).toBe(false);
  }
});
