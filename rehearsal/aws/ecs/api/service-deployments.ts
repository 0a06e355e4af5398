import type { ListServiceDeploymentsRequest, StopServiceDeploymentRequest } from '@aws-sdk/client-ecs';
import {
  ConflictException,
  InvalidParameterException,
  ServiceDeploymentNotFoundException,
  ServiceNotFoundException,
} from '@aws-sdk/client-ecs';
import { page } from '../../paging.ts';
import { on } from '../../physical-names.ts';
import { refuseMembers, saying } from '../../sdk-words.ts';
import type { Deployment } from '../deployment.ts';
import type { Ecs } from '../ecs.ts';
import type { EcsService } from '../service.ts';
import { atMost, missing } from './failures.ts';
import type { Api } from './index.ts';

interface Found {
  readonly service: EcsService;
  readonly deployment: Deployment;
}

export function serviceDeployments(ecs: Ecs): Api {
  const everything = (): Found[] =>
    [...ecs.services.values()].flatMap((service) => service.history.map((deployment) => ({ service, deployment })));
  const describe = ({ service, deployment }: Found) =>
    deployment.describeServiceDeployment(service.settings.deploymentConfiguration, service.desiredCount);
  const handlers: Api['handlers'] = {
    ListServiceDeployments(input: ListServiceDeploymentsRequest) {
      const { service: name = '', cluster, status, maxResults = 100, nextToken: token, ...others } = input;
      refuseMembers('ListServiceDeployments', others, 'createdAt');
      const service = ecs.findService(name, cluster);
      if (!service) throw new ServiceNotFoundException(saying('Service not found.'));
      const all = service.history.filter(({ state }) => !status?.length || status.includes(state)).reverse();
      const { items, nextToken } = page(all, token, maxResults);
      const brief = (deployment: Deployment) => {
        const { serviceDeploymentArn, serviceArn, clusterArn, startedAt, createdAt, finishedAt, ...rest } = describe({
          service,
          deployment,
        });
        const times = { startedAt, createdAt, finishedAt };
        const state = { status: rest.status, statusReason: rest.statusReason };
        return { serviceDeploymentArn, serviceArn, clusterArn, ...times, targetServiceRevisionArn: deployment.arns.revision, ...state };
      };
      return { serviceDeployments: items.map(brief), nextToken };
    },
    DescribeServiceDeployments({ serviceDeploymentArns: arns = [] }: { serviceDeploymentArns?: string[] }) {
      atMost('ServiceDeploymentArns', arns, 20);
      const all = everything();
      const found = all.filter(({ deployment }) => arns.includes(deployment.arns.deployment));
      const held = found.map(({ deployment }) => deployment.arns.deployment);
      return { serviceDeployments: found.map(describe), failures: arns.filter((arn) => !held.includes(arn)).map(missing) };
    },
    StopServiceDeployment({ serviceDeploymentArn: arn = '', stopType = 'ROLLBACK' }: StopServiceDeploymentRequest) {
      if (stopType !== 'ROLLBACK') throw new InvalidParameterException(saying(`Invalid stop type: ${stopType}`));
      const found = everything().find(({ deployment }) => deployment.arns.deployment === arn);
      if (!found) throw new ServiceDeploymentNotFoundException(saying('Service deployment not found.'));
      const { service, deployment } = found;
      const { state } = deployment;
      if (state === 'ROLLBACK_REQUESTED' || state === 'ROLLBACK_IN_PROGRESS') return { serviceDeploymentArn: arn };
      if (state !== 'IN_PROGRESS')
        throw new ConflictException({ ...saying(`Service deployment in state ${state} cannot be stopped.`), resourceIds: [arn] });
      // A first deployment has nothing to return to. How AWS words that refusal is not verified.
      if (!service.lastCompleted) throw new ConflictException({ ...saying('No service revision to roll back to.'), resourceIds: [arn] });
      deployment.progress('ROLLBACK_REQUESTED');
      return { serviceDeploymentArn: arn };
    },
    DescribeServiceRevisions({ serviceRevisionArns: arns = [] }: { serviceRevisionArns?: string[] }) {
      atMost('ServiceRevisionArns', arns, 20);
      const found = everything().filter(({ deployment }) => arns.includes(deployment.arns.revision));
      const held = found.map(({ deployment }) => deployment.arns.revision);
      return {
        serviceRevisions: found.map((each) => revision(ecs, each)),
        failures: arns.filter((arn) => !held.includes(arn)).map(missing),
      };
    },
  };
  return {
    handlers,
    permissions: {
      ListServiceDeployments: ({ service, cluster }) =>
        on(
          ecs.findService(service, cluster)?.arn ?? ecs.arn(`service/${ecs.clusterName(cluster)}/${service}`),
          'ecs:ListServiceDeployments',
        ),
      DescribeServiceDeployments: ({ serviceDeploymentArns }) =>
        (serviceDeploymentArns as string[]).flatMap((arn) => on(arn, 'ecs:DescribeServiceDeployments')),
      // Both are asked for: the deployment that is stopped, and the service that it is of.
      StopServiceDeployment: ({ serviceDeploymentArn: arn }) =>
        [arn, arn.replace(':service-deployment/', ':service/').replace(/\/[^/]+$/, '')].flatMap((resource) =>
          on(resource, 'ecs:StopServiceDeployment'),
        ),
      DescribeServiceRevisions: ({ serviceRevisionArns }) =>
        (serviceRevisionArns as string[]).flatMap((arn) => on(arn, 'ecs:DescribeServiceRevisions')),
    },
  };
}

function revision(ecs: Ecs, { service, deployment }: Found) {
  const { taskDefinition, loadBalancers, networkConfiguration } = deployment.configuration;
  const { name, image } = ecs.taskDefinitions.find(taskDefinition)!.containerDefinitions[0];
  const imageDigest = deployment.tasks.find(({ container }) => container)?.container?.imageDigest;
  return {
    serviceRevisionArn: deployment.arns.revision,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    taskDefinition,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    loadBalancers: [...loadBalancers],
    networkConfiguration,
    containerImages: [{ containerName: name, image, imageDigest }],
    createdAt: deployment.createdAt,
  };
}
