import * as sdk from '@aws-sdk/client-secrets-manager';
import { SecretsManager } from '../../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { secretReader } from '../../../steps/clients/secret-reader.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { leadTo } from './endpoint.ts';

describe('a secret', () => {
  let standIn: StandIn<{ secrets: SecretsManager }>;
  let client: sdk.SecretsManagerClient;
  beforeAll(async () => {
    standIn = await startStandIn((world) => ({ secrets: new SecretsManager(world) }));
    const { endpoint, credentials } = standIn.client();
    leadTo({ endpoint, ...credentials });
    client = new sdk.SecretsManagerClient(standIn.client());
  });
  afterAll(() => standIn.stop());

  it('is read with the version that is current', async () => {
    const arn = standIn.parts.secrets.put('example/staging', '{"tenant":"example"}');
    const { VersionId } = await client.send(new sdk.PutSecretValueCommand({ SecretId: arn, SecretString: '{"tenant":"other"}' }));
    expect(await secretReader.read('example/staging')).toEqual({
      arn,
      name: 'example/staging',
      versionId: VersionId,
      text: '{"tenant":"other"}',
    });
  });

  it('has no text when it was created and never filled', async () => {
    const { ARN } = await client.send(new sdk.CreateSecretCommand({ Name: 'example/empty' }));
    expect(await secretReader.read('example/empty')).toEqual({ arn: ARN, name: 'example/empty', versionId: '', text: null });
  });

  it('is refused when it is binary', async () => {
    await client.send(new sdk.CreateSecretCommand({ Name: 'example/binary', SecretBinary: Buffer.from([1]) }));
    await expect(secretReader.read('example/binary')).rejects.toMatchObject({ name: 'SecretMalformed' });
  });

  it('is not found by name', async () => {
    await expect(secretReader.read('example/nobody')).rejects.toMatchObject({
      name: 'SecretNotFound',
      message: 'There is no secret example/nobody in this region.',
    });
  });

  it('is not found once it is marked for deletion', async () => {
    standIn.parts.secrets.put('example/gone', '{}');
    await client.send(new sdk.DeleteSecretCommand({ SecretId: 'example/gone' }));
    await expect(secretReader.read('example/gone')).rejects.toMatchObject({
      name: 'SecretNotFound',
      message: expect.stringContaining('marked for deletion'),
    });
  });

  describe('that AWS does not give', () => {
    const refused = (error: sdk.SecretsManagerServiceException) => {
      standIn.hooks.call = () => Promise.reject(error);
      return expect(secretReader.read('example/staging')).rejects;
    };
    const about = (name: string, message: string) => ({ $metadata: {}, name, $fault: 'client' as const, message });
    afterEach(() => {
      standIn.hooks.call = undefined;
    });

    it('may not be read, or not be decrypted', async () => {
      const message = 'User is not authorized to perform: secretsmanager:GetSecretValue';
      await refused(new sdk.SecretsManagerServiceException(about('AccessDeniedException', message))).toMatchObject({
        name: 'SecretAccessDenied',
        message: `The secret example/staging may not be read: ${message}`,
      });
      await refused(new sdk.DecryptionFailure({ $metadata: {}, message: 'the key is disabled' })).toMatchObject({
        name: 'SecretAccessDenied',
      });
    });

    it('is not called absent for any other reason', async () => {
      const request = new sdk.InvalidRequestException({ $metadata: {}, message: 'the secret is managed by another service' });
      await refused(request).toMatchObject({ name: 'InvalidRequestException' });
      await refused(new sdk.InvalidParameterException({ $metadata: {}, message: 'example' })).toMatchObject({
        name: 'InvalidParameterException',
      });
    });
  });
});
