import type { Properties, Provisioner, Provisioners } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import type { LogGroup } from './log-group.ts';
import type { LogGroups } from './log-groups.ts';

const VERBS = { create: 'CreateLogGroup', update: 'PutRetentionPolicy', delete: 'DeleteLogGroup' } as const;

export const logProvisioners = (groups: LogGroups): Provisioners => ({
  'AWS::Logs::LogGroup': logGroup(groups),
  'AWS::Logs::LogStream': logStream(groups),
});

function logGroup(groups: LogGroups): Provisioner {
  const configure = (group: LogGroup, properties: Properties) => {
    group.retentionInDays = properties['RetentionInDays'];
    return { physicalId: group.name, attributes: { Arn: `${group.arn}:*` } };
  };
  return {
    replaceOn: ['LogGroupName', 'LogGroupClass'],
    create: (properties, at) => configure(groups.create(properties['LogGroupName'] ?? physicalName(at, 512)), properties),
    update: (name, properties) => configure(groups.named(name), properties),
    remove: (name) => groups.remove(name),
    permissions(verb, properties, at) {
      const resource = `${groups.arn(properties['LogGroupName'] ?? namePattern(at))}:log-stream:`;
      const retention = verb === 'create' && properties['RetentionInDays'] ? ['logs:PutRetentionPolicy'] : [];
      return on(resource, `logs:${VERBS[verb]}`, ...retention);
    },
  };
}

function logStream(groups: LogGroups): Provisioner {
  return {
    replaceOn: 'all',
    create(properties, at) {
      const stream = groups
        .named(properties['LogGroupName'])
        .createStream(properties['LogStreamName'] ?? physicalName(at, 512), groups.now());
      return { physicalId: stream.name };
    },
    remove: (name, properties) => groups.find(properties['LogGroupName'])?.removeStream(name),
    permissions: (verb, properties) =>
      on(
        `${groups.arn(properties['LogGroupName'])}:log-stream:${properties['LogStreamName'] ?? '*'}`,
        verb === 'delete' ? 'logs:DeleteLogStream' : 'logs:CreateLogStream',
      ),
  };
}
