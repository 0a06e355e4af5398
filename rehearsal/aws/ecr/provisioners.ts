import { randomBytes } from 'node:crypto';
import type { Permission, Properties, Provisioned, Provisioners, Provisioning } from '../kernel.ts';
import type { Ecr } from './ecr.ts';
import type { RepositorySettings } from './repository.ts';

const settings = (properties: Properties): RepositorySettings => ({
  immutableTags: properties['ImageTagMutability'] === 'IMMUTABLE',
  scanOnPush: String(properties['ImageScanningConfiguration']?.ScanOnPush) === 'true',
});

const verbs = { create: 'ecr:CreateRepository', update: 'ecr:PutImageTagMutability', delete: 'ecr:DeleteRepository' };

export function provisioners(ecr: Ecr): Provisioners {
  const provisioned = (name: string): Provisioned => ({
    physicalId: name,
    attributes: { Arn: ecr.arn(name), RepositoryUri: ecr.uri(name) },
  });
  return {
    'AWS::ECR::Repository': {
      replaceOn: ['RepositoryName', 'EncryptionConfiguration'],
      create(properties, at) {
        const name: string = properties['RepositoryName'] ?? generatedName(at);
        if (ecr.repositories.has(name)) {
          const held = `Resource of type 'AWS::ECR::Repository' with identifier '${name}' already exists.`;
          throw new Error(`Resource handler returned message: "${held}" (HandlerErrorCode: AlreadyExists)`);
        }
        ecr.create(name, settings(properties));
        return provisioned(name);
      },
      update(name, properties) {
        ecr.repositories.get(name)!.settings = settings(properties);
        return provisioned(name);
      },
      remove(name, properties) {
        const repository = ecr.repositories.get(name);
        const emptied = String(properties['EmptyOnDelete']) === 'true';
        if (repository?.images.size && !emptied) {
          const full = `The repository with name '${name}' in registry with id '${ecr.world.account}' cannot be deleted because it still contains images`;
          throw new Error(`Resource handler returned message: "${full}" (HandlerErrorCode: GeneralServiceException)`);
        }
        ecr.repositories.delete(name);
      },
      permissions: (verb, properties): Permission[] => [{ action: verbs[verb], resource: ecr.arn(properties['RepositoryName'] ?? '*') }],
    },
  };
}

/** CloudFormation's own names, in lower case because repositories take nothing else. */
const generatedName = (at: Provisioning): string => `${at.stackName}-${at.logicalId}-${randomBytes(6).toString('hex')}`.toLowerCase();
