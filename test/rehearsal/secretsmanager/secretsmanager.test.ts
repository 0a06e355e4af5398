import * as sdk from '@aws-sdk/client-secrets-manager';
import { SecretsManager } from '../../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

let standIn: StandIn<{ secrets: SecretsManager }>;
let client: sdk.SecretsManagerClient;
beforeEach(async () => {
  standIn = await startStandIn((world) => ({ secrets: new SecretsManager(world) }));
  client = new sdk.SecretsManagerClient(standIn.client());
});
afterEach(() => standIn.stop());

const get = (SecretId: string, rest: object = {}) => client.send(new sdk.GetSecretValueCommand({ SecretId, ...rest }));

it('finds a secret by name, by ARN, and by ARN without its suffix', async () => {
  const arn = standIn.parts.secrets.put('example/app', '{"A":"1"}');
  expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:example\/app-\w{6}$/);
  for (const id of ['example/app', arn, arn.slice(0, -7)]) expect(await get(id)).toMatchObject({ ARN: arn, SecretString: '{"A":"1"}' });
});

it('moves the labels with each new value', async () => {
  const { VersionId: first } = await client.send(new sdk.CreateSecretCommand({ Name: 'example', SecretString: 'one' }));
  const { VersionId: second } = await client.send(new sdk.PutSecretValueCommand({ SecretId: 'example', SecretString: 'two' }));
  expect(await get('example')).toMatchObject({ SecretString: 'two', VersionId: second, VersionStages: ['AWSCURRENT'] });
  expect(await get('example', { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one', VersionId: first });
  await client.send(new sdk.UpdateSecretCommand({ SecretId: 'example', SecretString: 'three', Description: 'd' }));
  const described = await client.send(new sdk.DescribeSecretCommand({ SecretId: 'example' }));
  expect(described).toMatchObject({ Name: 'example', Description: 'd' });
  expect(Object.values(described.VersionIdsToStages!).flat().sort()).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  expect(described.VersionIdsToStages![second!]).toEqual(['AWSPREVIOUS']);
});

it('tells a missing secret from one that was never filled, and from one that waits to be deleted', async () => {
  await expect(get('nobody')).rejects.toBeInstanceOf(sdk.ResourceNotFoundException);
  await expect(get('nobody')).rejects.toThrow("Secrets Manager can't find the specified secret.");
  await client.send(new sdk.CreateSecretCommand({ Name: 'empty' }));
  await expect(get('empty')).rejects.toThrow("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
  standIn.parts.secrets.put('gone', 'x');
  await client.send(new sdk.DeleteSecretCommand({ SecretId: 'gone' }));
  await expect(get('gone')).rejects.toBeInstanceOf(sdk.InvalidRequestException);
  await client.send(new sdk.RestoreSecretCommand({ SecretId: 'gone' }));
  expect((await get('gone')).SecretString).toBe('x');
});

it('can be left without a value, as by a template that leaves the filling to people', async () => {
  standIn.parts.secrets.put('example', 'x');
  standIn.parts.secrets.empty('example');
  await expect(get('example')).rejects.toThrow("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
});

it("asks for the right to decrypt by a customer's key, until its own is put back", () => {
  const { secrets } = standIn.parts;
  secrets.put('example', 'x');
  const actions = () => secrets.readPermissions('example').map(({ action }) => action);
  const restore = secrets.encrypt('example', 'arn:aws:kms:us-east-1:111122223333:key/example');
  expect(actions()).toEqual(['secretsmanager:GetSecretValue', 'kms:Decrypt']);
  restore();
  expect(actions()).toEqual(['secretsmanager:GetSecretValue']);
});

it('does not create a secret twice', async () => {
  standIn.parts.secrets.put('example', 'x');
  await expect(client.send(new sdk.CreateSecretCommand({ Name: 'example' }))).rejects.toBeInstanceOf(sdk.ResourceExistsException);
});

it('reads for a role what its policy allows, by the pattern that CDK writes', async () => {
  standIn.parts.secrets.put('example', 'x');
  standIn.parts.secrets.put('other', 'x');
  const Resource = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:example-??????';
  const { attributes } = await standIn.iam.provisioners['AWS::IAM::Role']!.create(
    {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource }] },
        },
      ],
    },
    at('Role'),
  );
  const keys = await standIn.iam.credentials(String(attributes!['Arn']), 'lambda.amazonaws.com');
  const reader = new sdk.SecretsManagerClient(standIn.client(keys));
  const read = (SecretId: string) => reader.send(new sdk.GetSecretValueCommand({ SecretId }));
  expect((await read('example')).SecretString).toBe('x');
  for (const id of ['other', 'nobody']) await expect(read(id)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
