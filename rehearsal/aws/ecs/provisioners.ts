import { randomUUID } from 'node:crypto';
import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Permission, Properties, Provisioned, Provisioner, Provisioners } from '../kernel.ts';
import { namePattern, on, physicalName } from '../physical-names.ts';
import type { Deployment } from './deployment.ts';
import type { Ecs } from './ecs.ts';
import { scalableTarget } from './scaling.ts';
import type { EcsService, ServiceConfiguration, ServiceSettings } from './service.ts';
import { camelCased, refusals } from './task-definition.ts';

export function provisioners(ecs: Ecs): Provisioners {
  return {
    'AWS::ECS::Cluster': cluster(ecs),
    'AWS::ECS::TaskDefinition': taskDefinition(ecs),
    'AWS::ECS::Service': service(ecs),
    'AWS::ApplicationAutoScaling::ScalableTarget': scalableTarget(ecs),
  };
}

function cluster(ecs: Ecs): Provisioner {
  const verbs = { create: 'ecs:CreateCluster', update: 'ecs:UpdateCluster', delete: 'ecs:DeleteCluster' };
  return {
    replaceOn: ['ClusterName'],
    create(properties, at) {
      const name: string = properties['ClusterName'] ?? physicalName(at);
      return { physicalId: name, attributes: { Arn: ecs.createCluster(name) } };
    },
    update: (name) => ({ physicalId: name, attributes: { Arn: ecs.arn(`cluster/${name}`) } }),
    remove(name) {
      if ([...ecs.services.values()].some(({ status, clusterArn }) => status !== 'INACTIVE' && clusterArn.endsWith(`/${name}`))) {
        throw handlerError('The Cluster cannot be deleted while Services are active.', 'InvalidRequest');
      }
      ecs.clusters.delete(name);
    },
    permissions: (verb, { ClusterName = '*' }) => on(verb === 'create' ? '*' : ecs.arn(`cluster/${ClusterName}`), verbs[verb]),
  };
}

function taskDefinition(ecs: Ecs): Provisioner {
  return {
    replaceOn: 'all',
    create(properties, at) {
      const input = camelCased(properties) as TaskDefinition;
      const refused = refusals(input);
      if (refused.length > 0) throw new Error(`AWS::ECS::TaskDefinition: the rehearsal does not support ${refused.join(', ')}`);
      const { taskDefinitionArn } = ecs.taskDefinitions.register({ ...input, family: input.family ?? physicalName(at, 255) });
      return { physicalId: taskDefinitionArn, attributes: { TaskDefinitionArn: taskDefinitionArn } };
    },
    remove: (arn) => void ecs.taskDefinitions.deregister(arn),
    permissions: (verb, properties, at): Permission[] =>
      verb === 'delete'
        ? on('*', 'ecs:DeregisterTaskDefinition')
        : [
            // The revision is counted later.
            ...on(ecs.arn(`task-definition/${properties['Family'] ?? namePattern(at)}:*`), 'ecs:RegisterTaskDefinition'),
            ...passedRoles(properties),
          ],
  };
}

const passedRoles = (properties: Properties): Permission[] =>
  [properties['ExecutionRoleArn'], properties['TaskRoleArn']]
    .filter((arn): arn is string => typeof arn === 'string')
    .map((resource) => ({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }));

const configurationOf = (properties: Properties): ServiceConfiguration => {
  const { taskDefinition: arn, networkConfiguration, loadBalancers = [] } = camelCased(properties) as Properties;
  return { taskDefinition: arn, networkConfiguration, loadBalancers };
};

const settingsOf = (properties: Properties): ServiceSettings => {
  const { deploymentConfiguration, healthCheckGracePeriodSeconds, tags = [] } = camelCased(properties) as Properties;
  const deployment = { maximumPercent: 200, minimumHealthyPercent: 100, ...deploymentConfiguration };
  return { deploymentConfiguration: deployment, healthCheckGracePeriodSeconds, tags };
};

function service(ecs: Ecs): Provisioner {
  const verbs = { create: 'ecs:CreateService', update: 'ecs:UpdateService', delete: 'ecs:DeleteService' };
  const provisioned = ({ arn, name }: EcsService): Provisioned => ({ physicalId: arn, attributes: { Name: name, ServiceArn: arn } });
  return {
    replaceOn: ['ServiceName', 'Cluster', 'LaunchType', 'DeploymentController', 'SchedulingStrategy'],
    async create(properties, at) {
      const configuration = configurationOf(properties);
      check(ecs, properties, configuration);
      const name: string = properties['ServiceName'] ?? physicalName(at, 255);
      if (ecs.findService(name, properties['Cluster'])?.status === 'ACTIVE') {
        throw handlerError('Creation of service was not idempotent.', 'AlreadyExists');
      }
      const created = ecs.createService(
        name,
        properties['Cluster'],
        configuration,
        settingsOf(properties),
        Number(properties['DesiredCount'] ?? 1),
      );
      at.initiated?.(created.arn);
      await settled(ecs, created, created.primary, at.signal);
      return provisioned(created);
    },
    async update(arn, properties, _, at) {
      const found = ecs.services.get(arn)!;
      const configuration = configurationOf(properties);
      check(ecs, properties, configuration);
      found.settings = settingsOf(properties);
      // Without a count in the template the live one stays: scaling owns it.
      if (properties['DesiredCount'] !== undefined) found.desiredCount = Number(properties['DesiredCount']);
      // ECS deploys only what differs. So a rollback after ECS reverted by itself finds its work done.
      const same = JSON.stringify(found.primary.configuration) === JSON.stringify(configuration) && found.primary.rolloutState !== 'FAILED';
      await settled(ecs, found, same ? found.primary : found.deploy(configuration), at.signal);
      return provisioned(found);
    },
    // ECS goes back to older revisions by itself.
    read(arn) {
      const found = ecs.services.get(arn);
      return found?.status === 'ACTIVE' ? { TaskDefinition: found.primary.configuration.taskDefinition } : undefined;
    },
    async remove(arn) {
      const found = ecs.services.get(arn);
      if (found && found.status === 'ACTIVE') await ecs.removeService(found);
    },
    permissions: (verb, properties, at): Permission[] => {
      const name = properties['ServiceName'] ?? `${at.stackName}-*`;
      return on(ecs.arn(`service/${ecs.clusterName(properties['Cluster'])}/${name}`), verbs[verb]);
    },
  };
}

function check(ecs: Ecs, properties: Properties, { taskDefinition: arn, loadBalancers }: ServiceConfiguration): void {
  const controller = properties['DeploymentController']?.Type ?? 'ECS';
  const strategy = properties['DeploymentConfiguration']?.Strategy ?? 'ROLLING';
  if (controller !== 'ECS' || strategy !== 'ROLLING') {
    throw new Error(`AWS::ECS::Service: the rehearsal deploys rolling only, not ${controller} ${strategy}`);
  }
  const definition = ecs.taskDefinitions.find(arn);
  if (definition?.status !== 'ACTIVE')
    throw handlerError(definition ? 'TaskDefinition is inactive' : 'TaskDefinition not found.', 'InvalidRequest');
  for (const { targetGroupArn = '' } of loadBalancers) {
    if (ecs.with.elb.loadBalancersOf(targetGroupArn).length > 0) continue;
    throw handlerError(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      'InvalidRequest',
    );
  }
}

/** Waits as CloudFormation does: until the deployment is complete, or ECS gave it up and, where it does, rolled back. */
async function settled(ecs: Ecs, of: EcsService, deployment: Deployment, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (deployment.rolloutState === 'COMPLETED') return;
  // Asked for what ECS is on its way back to: then its rollback is what to wait for.
  const returning = of.history.find(
    ({ state, id }) => state.startsWith('ROLLBACK_') && state !== 'ROLLBACK_SUCCESSFUL' && id !== deployment.id,
  );
  const wanted =
    returning && deployment.finishedAt
      ? { outcome: returning.outcome, good: 'ROLLED_BACK' }
      : { outcome: deployment.outcome, good: 'COMPLETED' };
  const cancelled = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  const outcome = await Promise.race([wanted.outcome, cancelled]);
  if (outcome === wanted.good || (outcome === 'ROLLED_BACK' && ecs.reverted === 'looks-stable')) return;
  throw handlerError(`Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.`, 'GeneralServiceException');
}

/** A failure as CloudFormation words those of its resource handlers. */
const handlerError = (message: string, code: string) =>
  new Error(`Resource handler returned message: "${message}" (RequestToken: ${randomUUID()}, HandlerErrorCode: ${code})`);
