import type * as sdk from '@aws-sdk/client-secrets-manager';
import { ResourceExistsException } from '@aws-sdk/client-secrets-manager';
import type { Handler, World } from '../kernel.ts';
import { refuseMembers, saying } from '../sdk-words.ts';
import type { Secret, SecretContent } from './secret.ts';
import type { Secrets } from './secrets.ts';

/** Days that a deleted secret can be restored; AWS's default. */
const RECOVERY_DAYS = 30;
const DAY_MS = 86_400_000;

const content = ({ SecretString, SecretBinary }: SecretContent): SecretContent | undefined =>
  SecretString === undefined && SecretBinary === undefined ? undefined : { SecretString, SecretBinary };

export function secretHandlers(world: World, secrets: Secrets): Record<string, Handler> {
  const now = () => world.clock.now();
  const named = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });
  const put = (secret: Secret, input: SecretContent & { ClientRequestToken?: string; VersionStages?: string[] }) => {
    const value = content(input);
    return value && secret.put(value, now(), input.ClientRequestToken, input.VersionStages);
  };

  return {
    GetSecretValue(input: sdk.GetSecretValueRequest) {
      const secret = secrets.get(input.SecretId!).usable();
      const { id, created, stages, ...value } = secret.version(input);
      return { ...named(secret), VersionId: id, VersionStages: [...stages], CreatedDate: created, ...value };
    },
    DescribeSecret(input: sdk.DescribeSecretRequest) {
      const secret = secrets.get(input.SecretId!);
      return {
        ...named(secret),
        Description: secret.description,
        KmsKeyId: secret.kmsKeyArn,
        Tags: secret.tags,
        CreatedDate: secret.created,
        LastChangedDate: secret.changed,
        DeletedDate: secret.deleted,
        VersionIdsToStages: secret.stages(),
      };
    },
    ListSecretVersionIds(input: sdk.ListSecretVersionIdsRequest) {
      const secret = secrets.get(input.SecretId!);
      refuseMembers('ListSecretVersionIds', { ...input }, 'MaxResults', 'NextToken');
      const held = secret.all().filter(({ stages }) => input.IncludeDeprecated || stages.size > 0);
      return {
        ...named(secret),
        Versions: held.map(({ id, stages, created }) => ({ VersionId: id, VersionStages: [...stages], CreatedDate: created })),
      };
    },
    CreateSecret(input: sdk.CreateSecretRequest) {
      if (secrets.find(input.Name!)) {
        throw new ResourceExistsException(saying(`The operation failed because the secret ${input.Name} already exists.`));
      }
      const secret = secrets.create(input.Name!, input.Tags);
      secret.description = input.Description;
      secret.kmsKeyArn = input.KmsKeyId;
      return { ...named(secret), VersionId: put(secret, input)?.id };
    },
    PutSecretValue(input: sdk.PutSecretValueRequest) {
      const secret = secrets.get(input.SecretId!).usable();
      const version = put(secret, input);
      return { ...named(secret), VersionId: version?.id, VersionStages: version && [...version.stages] };
    },
    UpdateSecret(input: sdk.UpdateSecretRequest) {
      const secret = secrets.get(input.SecretId!).usable();
      secret.description = input.Description ?? secret.description;
      secret.kmsKeyArn = input.KmsKeyId ?? secret.kmsKeyArn;
      return { ...named(secret), VersionId: put(secret, input)?.id };
    },
    DeleteSecret(input: sdk.DeleteSecretRequest) {
      const secret = secrets.get(input.SecretId!);
      const days = input.ForceDeleteWithoutRecovery ? 0 : (input.RecoveryWindowInDays ?? RECOVERY_DAYS);
      secret.deleted = new Date(now().getTime() + days * DAY_MS);
      if (input.ForceDeleteWithoutRecovery) secrets.remove(secret);
      return { ...named(secret), DeletionDate: secret.deleted };
    },
    RestoreSecret(input: sdk.RestoreSecretRequest) {
      const secret = secrets.get(input.SecretId!);
      secret.deleted = undefined;
      return named(secret);
    },
  };
}
