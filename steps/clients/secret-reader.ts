import {
  DecryptionFailure,
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ReleaseError } from '../contract/errors.ts';
import type { SecretReader } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new SecretsManagerClient(defaults);

export const secretReader: SecretReader = {
  async read(SecretId) {
    try {
      return await current(SecretId);
    } catch (error) {
      throw named(SecretId, error);
    }
  },
};

async function current(SecretId: string) {
  try {
    const { ARN, Name, VersionId, SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId }));
    if (SecretBinary) throw new ReleaseError('SecretMalformed', `The secret ${SecretId} is binary; expected text.`);
    return { arn: ARN ?? SecretId, name: Name ?? SecretId, versionId: VersionId ?? '', text: SecretString ?? null };
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    // The same error means "no such secret" and "no value yet": only asking for the secret itself tells which.
    const { ARN, Name } = await client.send(new DescribeSecretCommand({ SecretId }));
    return { arn: ARN ?? SecretId, name: Name ?? SecretId, versionId: '', text: null };
  }
}

function named(name: string, cause: unknown): unknown {
  if (cause instanceof ResourceNotFoundException) {
    return new ReleaseError('SecretNotFound', `There is no secret ${name} in this region.`, { cause });
  }
  if (cause instanceof InvalidRequestException && /deletion/.test(cause.message)) {
    return new ReleaseError('SecretNotFound', `The secret ${name} is marked for deletion.`, { cause });
  }
  if (cause instanceof DecryptionFailure || (cause instanceof Error && cause.name === 'AccessDeniedException')) {
    return new ReleaseError('SecretAccessDenied', `The secret ${name} may not be read: ${cause.message}`, { cause });
  }
  return cause;
}
