import type { Properties, Provisioner, Provisioners } from '../kernel.ts';
import { on } from '../physical-names.ts';
import type { Key } from './key.ts';
import type { Keys } from './keys.ts';

const DAY_MS = 86_400_000;

export const keyProvisioners = (keys: Keys): Provisioners => ({
  'AWS::KMS::Key': keyProvisioner(keys),
  'AWS::KMS::Alias': aliasProvisioner(keys),
});

function keyProvisioner(keys: Keys): Provisioner {
  const answer = (key: Key) => ({ physicalId: key.id, attributes: { Arn: key.arn, KeyId: key.id } });
  const configure = (key: Key, properties: Properties) => {
    key.enabled = properties['Enabled'] ?? true;
    key.settings.description = properties['Description'] ?? '';
    keys.setPolicy(key, properties['KeyPolicy']);
    return answer(key);
  };
  return {
    replaceOn: ['KeySpec', 'KeyUsage', 'Origin', 'MultiRegion'],
    create(properties) {
      const { KeySpec: spec = 'SYMMETRIC_DEFAULT', KeyUsage: usage = 'ENCRYPT_DECRYPT' } = properties;
      return configure(keys.create({ spec, usage, description: '' }), properties);
    },
    update: (id, properties) => configure(keys.get(id), properties),
    remove(id, properties) {
      keys.get(id).deletion = new Date(Date.now() + (properties['PendingWindowInDays'] ?? 30) * DAY_MS);
    },
    permissions: (verb) =>
      verb === 'create'
        ? on('*', 'kms:CreateKey')
        : on(keys.arn('key/*'), verb === 'delete' ? 'kms:ScheduleKeyDeletion' : 'kms:PutKeyPolicy'),
  };
}

function aliasProvisioner(keys: Keys): Provisioner {
  return {
    replaceOn: ['AliasName'],
    create({ AliasName: name, TargetKeyId: target }) {
      keys.putAlias(name, target);
      return { physicalId: name };
    },
    update(name, { TargetKeyId: target }) {
      keys.putAlias(name, target, true);
      return { physicalId: name };
    },
    remove: (name) => keys.removeAlias(name),
    permissions: (verb, { AliasName: name }) =>
      on(keys.arn(name), `kms:${verb === 'create' ? 'Create' : verb === 'update' ? 'Update' : 'Delete'}Alias`),
  };
}
