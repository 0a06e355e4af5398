import { createHash, randomBytes } from 'node:crypto';
import * as sdk from '@aws-sdk/client-kms';
import type { Handler, World } from '../kernel.ts';
import { refuseMembers, saying } from '../sdk-words.ts';
import type { Key } from './key.ts';
import type { Keys } from './keys.ts';

/** The most that KMS hashes itself; longer messages are signed by their digest. */
const MOST_RAW_BYTES = 4096;
const DIGEST_BYTES = 32;
const DAY_MS = 86_400_000;

const validation = (message: string) => new sdk.KMSServiceException({ name: 'ValidationException', $fault: 'client', ...saying(message) });

function digestOf({ Message, MessageType = 'RAW', SigningAlgorithm }: sdk.SignRequest): Uint8Array {
  if (SigningAlgorithm !== 'ECDSA_SHA_256')
    throw new sdk.InvalidKeyUsageException(saying(`Algorithm ${SigningAlgorithm} is incompatible with key spec ECC_NIST_P256.`));
  if (MessageType === 'DIGEST') {
    if (Message!.length !== DIGEST_BYTES) throw validation(`Digest is invalid length for algorithm ${SigningAlgorithm}.`);
    return Message!;
  }
  if (MessageType !== 'RAW') throw validation(`MessageType ${MessageType} is not supported by this stand-in.`);
  if (Message!.length > MOST_RAW_BYTES) {
    throw validation(
      "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
    );
  }
  return createHash('sha256').update(Message!).digest();
}

/** The context that a ciphertext is bound to, in an order that does not depend on the caller. */
const bound = (context: Record<string, string> = {}) => JSON.stringify(Object.entries(context).sort());

const metadata = (key: Key, account: string): sdk.KeyMetadata => ({
  AWSAccountId: account,
  KeyId: key.id,
  Arn: key.arn,
  CreationDate: key.created,
  DeletionDate: key.deletion,
  Description: key.settings.description,
  Enabled: key.state === 'Enabled',
  KeyState: key.state,
  KeySpec: key.settings.spec,
  KeyUsage: key.settings.usage,
  KeyManager: 'CUSTOMER',
  Origin: 'AWS_KMS',
  MultiRegion: false,
  ...(key.settings.usage === 'SIGN_VERIFY' ? { SigningAlgorithms: ['ECDSA_SHA_256'] } : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
});

export function keyHandlers(world: World, keys: Keys): Record<string, Handler> {
  return {
    CreateKey(input: sdk.CreateKeyRequest) {
      refuseMembers('CreateKey', { ...input }, 'Origin', 'CustomKeyStoreId', 'MultiRegion', 'XksKeyId');
      const { KeySpec = 'SYMMETRIC_DEFAULT', KeyUsage = 'ENCRYPT_DECRYPT', Description = '', Policy } = input;
      const key = keys.create({ spec: KeySpec, usage: KeyUsage, description: Description }, Policy && JSON.parse(Policy));
      return { KeyMetadata: metadata(key, world.account) };
    },
    DescribeKey: ({ KeyId }: sdk.DescribeKeyRequest) => ({ KeyMetadata: metadata(keys.get(KeyId!), world.account) }),
    DisableKey({ KeyId }: sdk.DisableKeyRequest) {
      keys.get(KeyId!).enabled = false;
    },
    EnableKey({ KeyId }: sdk.EnableKeyRequest) {
      keys.get(KeyId!).enabled = true;
    },
    ScheduleKeyDeletion({ KeyId, PendingWindowInDays = 30 }: sdk.ScheduleKeyDeletionRequest) {
      const key = keys.get(KeyId!);
      key.deletion = new Date(world.clock.now().getTime() + PendingWindowInDays * DAY_MS);
      return { KeyId: key.arn, DeletionDate: key.deletion, KeyState: key.state, PendingWindowInDays };
    },
    CreateAlias: ({ AliasName, TargetKeyId }: sdk.CreateAliasRequest) => keys.putAlias(AliasName!, TargetKeyId!),
    ListAliases: ({ KeyId }: sdk.ListAliasesRequest) => ({
      Truncated: false,
      Aliases: keys
        .aliases(KeyId ? keys.get(KeyId) : undefined)
        .map(({ name, keyId }) => ({ AliasName: name, AliasArn: keys.arn(name), TargetKeyId: keyId })),
    }),
    Sign(input: sdk.SignRequest) {
      const key = keys.get(input.KeyId!);
      return { KeyId: key.arn, Signature: key.signing('Sign').sign(digestOf(input)), SigningAlgorithm: input.SigningAlgorithm };
    },
    Verify(input: sdk.VerifyRequest) {
      const key = keys.get(input.KeyId!);
      if (!key.signing('Verify').verify(digestOf(input), input.Signature!)) throw new sdk.KMSInvalidSignatureException(saying(''));
      return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
    },
    GetPublicKey({ KeyId }: sdk.GetPublicKeyRequest) {
      const key = keys.get(KeyId!);
      const { spec, usage } = key.settings;
      const PublicKey = key.signing('GetPublicKey').publicKey.export({ type: 'spki', format: 'der' });
      return { KeyId: key.arn, PublicKey, KeySpec: spec, KeyUsage: usage, SigningAlgorithms: ['ECDSA_SHA_256'] };
    },
    Encrypt(input: sdk.EncryptRequest) {
      const key = keys.get(input.KeyId!);
      return {
        KeyId: key.arn,
        CiphertextBlob: key.encrypt(input.Plaintext!, bound(input.EncryptionContext)),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },
    Decrypt(input: sdk.DecryptRequest) {
      const key = keys.ofBlob(input.CiphertextBlob!);
      if (!key) throw new sdk.InvalidCiphertextException({ $metadata: {} } as never);
      if (input.KeyId && keys.get(input.KeyId) !== key) {
        throw new sdk.IncorrectKeyException(saying('The key ID in the request does not identify a CMK that can perform this operation.'));
      }
      return {
        KeyId: key.arn,
        Plaintext: key.decrypt(input.CiphertextBlob!, bound(input.EncryptionContext)),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      };
    },
    GenerateDataKey(input: sdk.GenerateDataKeyRequest) {
      const key = keys.get(input.KeyId!);
      const Plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
      return { KeyId: key.arn, Plaintext, CiphertextBlob: key.encrypt(Plaintext, bound(input.EncryptionContext)) };
    },
  };
}
