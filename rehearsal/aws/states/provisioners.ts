import { randomUUID } from 'node:crypto';
import { loadDefinition } from '../../engine/check/load.ts';
import type { Permission, Properties, Provisioned, Provisioner, Provisioners, Provisioning, World } from '../kernel.ts';
import { namePattern, physicalName } from '../physical-names.ts';
import type { Integrations } from './integrations/integrations.ts';
import type { StateMachine, StateMachines } from './machines.ts';

export function provisioners(world: World, machines: StateMachines, integrations: Integrations): Provisioners {
  return {
    'AWS::StepFunctions::StateMachine': machineProvisioner(world, machines, integrations),
    'AWS::StepFunctions::StateMachineVersion': versionProvisioner(machines),
    'AWS::StepFunctions::StateMachineAlias': aliasProvisioner(machines),
  };
}

const prefix = ({ partition, region, account }: World) => `arn:${partition}:states:${region}:${account}:stateMachine:`;

function machineProvisioner(world: World, machines: StateMachines, integrations: Integrations): Provisioner {
  const put = async (name: string, properties: Properties, at: Provisioning, creationDate: Date): Promise<Provisioned> => {
    const machine = await read(name, properties, at, creationDate);
    machines.put(machine);
    const { arn, revisionId } = machine;
    return { physicalId: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: revisionId } };
  };
  const read = async (name: string, properties: Properties, at: Provisioning, creationDate: Date): Promise<StateMachine> => {
    const text = definitionText(properties);
    await integrations.prepare(text);
    return {
      arn: prefix(world) + name,
      name,
      roleArn: properties.RoleArn,
      text,
      definition: loadDefinition(text, (resource) => integrations.refuse(resource)),
      revisionId: randomUUID(),
      creationDate,
      tags: at.tags,
      logging: loggingOf(properties),
    };
  };
  return {
    replaceOn: ['StateMachineName', 'StateMachineType'],
    create: (properties, at) => put(properties.StateMachineName ?? physicalName(at, 80), properties, at, world.clock.now()),
    // What runs goes on with the definition that it began with.
    update: (arn, properties, _old, at) => {
      const { name, creationDate } = machines.resolve(arn);
      return put(name, properties, at, creationDate);
    },
    remove: (arn) => machines.remove(arn),
    permissions: (verb, properties, at) => machinePermissions(prefix(world), verb, properties, at),
  };
}

/** JSON text with the template's own `${name}` placeholders filled in. */
function definitionText(properties: Properties): string {
  if ((properties.StateMachineType ?? 'STANDARD') !== 'STANDARD') {
    throw new Error(`StateMachineType ${properties.StateMachineType} is not supported: only STANDARD`);
  }
  if (properties.DefinitionS3Location) throw new Error('DefinitionS3Location is not supported: only DefinitionString and Definition');
  const text: string = properties.DefinitionString ?? JSON.stringify(properties.Definition);
  const substitutions: Record<string, unknown> = properties.DefinitionSubstitutions ?? {};
  return text.replace(/\$\{([A-Za-z0-9_]+)\}/g, (whole, name: string) => (name in substitutions ? String(substitutions[name]) : whole));
}

function loggingOf({ LoggingConfiguration: given }: Properties): object {
  if (!given) return { level: 'OFF', includeExecutionData: false };
  const destinations = (given.Destinations ?? []).map(({ CloudWatchLogsLogGroup }: Properties) => ({
    cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup?.LogGroupArn },
  }));
  return { level: given.Level ?? 'OFF', includeExecutionData: Boolean(given.IncludeExecutionData), destinations };
}

function machinePermissions(
  arnPrefix: string,
  verb: 'create' | 'update' | 'delete',
  properties: Properties,
  at: Provisioning,
): Permission[] {
  const resource = arnPrefix + (properties.StateMachineName ?? namePattern(at));
  const action = { create: 'CreateStateMachine', update: 'UpdateStateMachine', delete: 'DeleteStateMachine' }[verb];
  const own = { action: `states:${action}`, resource };
  if (verb === 'delete') return [own];
  return [own, { action: 'iam:PassRole', resource: properties.RoleArn, context: { 'iam:PassedToService': 'states.amazonaws.com' } }];
}

function versionProvisioner(machines: StateMachines): Provisioner {
  return {
    replaceOn: 'all',
    create: ({ StateMachineArn }) => {
      const arn = machines.publish(StateMachineArn);
      return { physicalId: arn, attributes: { Arn: arn } };
    },
    remove: (arn) => machines.removeVersion(arn),
    permissions: (verb, { StateMachineArn }) => [
      { action: verb === 'delete' ? 'states:DeleteStateMachineVersion' : 'states:PublishStateMachineVersion', resource: StateMachineArn },
    ],
  };
}

function aliasProvisioner(machines: StateMachines): Provisioner {
  const put = ({ Name, RoutingConfiguration, DeploymentPreference }: Properties): Provisioned => {
    const [route, second] = RoutingConfiguration ?? [];
    if (!route || second || DeploymentPreference) throw new Error('an alias of a state machine needs exactly one RoutingConfiguration');
    const arn = machines.putAlias(Name, route.StateMachineVersionArn);
    return { physicalId: arn, attributes: { Arn: arn } };
  };
  const verbs = { create: 'Create', update: 'Update', delete: 'Delete' };
  return {
    replaceOn: ['Name'],
    create: put,
    update: (_arn, properties) => put(properties),
    remove: (arn) => machines.removeAlias(arn),
    permissions: (verb, { RoutingConfiguration }) => [
      {
        action: `states:${verbs[verb]}StateMachineAlias`,
        resource: String(RoutingConfiguration?.[0]?.StateMachineVersionArn).replace(/:\d+$/, ''),
      },
    ],
  };
}
