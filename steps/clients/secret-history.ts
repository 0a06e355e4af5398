import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  paginateListSecretVersionIds,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretHistory, SecretView } from '../contract/evidence-ports.ts';
import { defaults } from './defaults.ts';

const client = new SecretsManagerClient(defaults);
const iso = (date: Date | undefined) => date?.toISOString() ?? null;

export const secretHistory: SecretHistory = {
  async describe(SecretId) {
    const found = await client.send(new DescribeSecretCommand({ SecretId }));
    const versions: SecretView['versions'] = [];
    for await (const page of paginateListSecretVersionIds({ client }, { SecretId, IncludeDeprecated: true })) {
      for (const { VersionId = '', VersionStages = [], CreatedDate } of page.Versions ?? [])
        versions.push({ id: VersionId, labels: VersionStages, createdAt: iso(CreatedDate) });
    }
    return {
      arn: found.ARN ?? SecretId,
      versions,
      rotation: { enabled: found.RotationEnabled ?? false, lastRotated: iso(found.LastRotatedDate), next: iso(found.NextRotationDate) },
      lastChanged: iso(found.LastChangedDate),
      deleted: iso(found.DeletedDate),
    };
  },

  async version(SecretId, VersionStage) {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
      return SecretString ?? null;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return null;
      throw error;
    }
  },
};
