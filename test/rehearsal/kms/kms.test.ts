import { createHash, createPublicKey, verify } from 'node:crypto';
import * as sdk from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { P256Key } from '../../../rehearsal/aws/kms/ecdsa.ts';
import { Kms } from '../../../rehearsal/aws/kms/kms.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

let standIn: StandIn<{ kms: Kms }>;
let client: sdk.KMSClient;
beforeAll(async () => {
  standIn = await startStandIn((world, iam) => ({ kms: new Kms(world, { iam }) }));
  client = new sdk.KMSClient(standIn.client());
});
afterAll(() => standIn.stop());

const SigningAlgorithm = 'ECDSA_SHA_256';
const signingKey = async (alias: string) => {
  const { physicalId, attributes } = await standIn.parts.kms.provisioners['AWS::KMS::Key']!.create(
    { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
    at('Key'),
  );
  await standIn.parts.kms.provisioners['AWS::KMS::Alias']!.create({ AliasName: alias, TargetKeyId: physicalId }, at('Alias'));
  return String(attributes!['Arn']);
};

describe('P-256 over a digest', () => {
  it("makes signatures that Node's own verification takes, and takes no other", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const key = new P256Key();
        const digest = createHash('sha256').update(message).digest();
        const signature = key.sign(digest);
        expect(verify('sha256', message, key.publicKey, signature)).toBe(true);
        expect(key.verify(digest, signature)).toBe(true);
        expect(key.verify(createHash('sha256').update('other').digest(), signature)).toBe(false);
        expect(new P256Key().verify(digest, signature)).toBe(false);
      }),
      { numRuns: 20 },
    ));

  it('takes nothing that is no signature', () => {
    const key = new P256Key();
    for (const bytes of [[], [0x30, 0], [0x30, 6, 2, 1, 0, 2, 1, 0]]) expect(key.verify(Buffer.alloc(32), Buffer.from(bytes))).toBe(false);
  });
});

it('signs messages and digests alike, by alias, and verifies them', async () => {
  const arn = await signingKey('alias/example-sample/one');
  const Message = Buffer.from('example');
  const { PublicKey, KeySpec } = await client.send(new sdk.GetPublicKeyCommand({ KeyId: 'alias/example-sample/one' }));
  expect(KeySpec).toBe('ECC_NIST_P256');
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
  const digest = { Message: createHash('sha256').update(Message).digest(), MessageType: 'DIGEST' as const };
  for (const input of [{ Message }, digest]) {
    const { Signature, KeyId } = await client.send(new sdk.SignCommand({ KeyId: 'alias/example-sample/one', SigningAlgorithm, ...input }));
    expect(KeyId).toBe(arn);
    expect(verify('sha256', Message, publicKey, Signature!)).toBe(true);
    await client.send(new sdk.VerifyCommand({ KeyId: arn, SigningAlgorithm, Signature, ...input }));
    const other = client.send(new sdk.VerifyCommand({ KeyId: arn, SigningAlgorithm, Signature, Message: Buffer.from('other') }));
    await expect(other).rejects.toBeInstanceOf(sdk.KMSInvalidSignatureException);
  }
});

it('refuses messages that are too long and digests of another length', async () => {
  const KeyId = await signingKey('alias/example-lengths');
  const sign = (input: object) => client.send(new sdk.SignCommand({ KeyId, SigningAlgorithm, Message: Buffer.alloc(4097), ...input }));
  await expect(sign({})).rejects.toThrow('less than or equal to 4096');
  await expect(sign({ MessageType: 'DIGEST' })).rejects.toThrow('Digest is invalid length');
});

it('encrypts, and decrypts only in the same context', async () => {
  const { KeyMetadata } = await client.send(new sdk.CreateKeyCommand({}));
  const EncryptionContext = { purpose: 'example' };
  const { Plaintext, CiphertextBlob } = await client.send(
    new sdk.GenerateDataKeyCommand({ KeyId: KeyMetadata!.KeyId, KeySpec: 'AES_256', EncryptionContext }),
  );
  const decrypt = (input: object) => client.send(new sdk.DecryptCommand({ CiphertextBlob, ...input }));
  expect((await decrypt({ EncryptionContext })).Plaintext).toEqual(Plaintext);
  await expect(decrypt({})).rejects.toBeInstanceOf(sdk.InvalidCiphertextException);
  await expect(
    client.send(new sdk.SignCommand({ KeyId: KeyMetadata!.KeyId, Message: Buffer.of(1), SigningAlgorithm })),
  ).rejects.toBeInstanceOf(sdk.InvalidKeyUsageException);
});

it('does not use a key that is missing, disabled or about to be deleted', async () => {
  await expect(client.send(new sdk.DescribeKeyCommand({ KeyId: 'alias/nobody' }))).rejects.toThrow(
    'Alias arn:aws:kms:us-east-1:111122223333:alias/nobody is not found.',
  );
  const KeyId = await signingKey('alias/example-states');
  const sign = () => client.send(new sdk.SignCommand({ KeyId, Message: Buffer.of(1), SigningAlgorithm }));
  await client.send(new sdk.DisableKeyCommand({ KeyId }));
  await expect(sign()).rejects.toBeInstanceOf(sdk.DisabledException);
  await client.send(new sdk.ScheduleKeyDeletionCommand({ KeyId }));
  await expect(sign()).rejects.toBeInstanceOf(sdk.KMSInvalidStateException);
});

it('judges a caller by the alias of the key', async () => {
  await signingKey('alias/example-sample/mine');
  await signingKey('alias/example-other');
  const Condition = { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/example-sample/*' } };
  const { attributes } = await standIn.iam.provisioners['AWS::IAM::Role']!.create(
    {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'kms:Sign', Resource: '*', Condition }] },
        },
      ],
    },
    at('Signer'),
  );
  const signer = new sdk.KMSClient(standIn.client(await standIn.iam.credentials(String(attributes!['Arn']), 'lambda.amazonaws.com')));
  const sign = (KeyId: string) => signer.send(new sdk.SignCommand({ KeyId, Message: Buffer.of(1), SigningAlgorithm }));
  await sign('alias/example-sample/mine');
  await expect(sign('alias/example-other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
