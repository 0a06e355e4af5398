import type { DescribeServicesRequest, ListServicesRequest, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { InvalidParameterException, ServiceNotActiveException, ServiceNotFoundException } from '@aws-sdk/client-ecs';
import { page } from '../../paging.ts';
import { on } from '../../physical-names.ts';
import { refuseMembers, saying } from '../../sdk-words.ts';
import type { Ecs } from '../ecs.ts';
import { atMost, clusterOf, missing } from './failures.ts';
import type { Api } from './index.ts';

export function services(ecs: Ecs): Api {
  const arnOf = (service: string, cluster?: string) =>
    service.startsWith('arn:') ? service : ecs.arn(`service/${ecs.clusterName(cluster)}/${service}`);
  const handlers: Api['handlers'] = {
    DescribeClusters({ clusters = ['default'] }: { clusters?: string[] }) {
      const names = clusters.map((each) => ecs.clusterName(each));
      return {
        clusters: names.flatMap((clusterName) => {
          const found = ecs.clusters.get(clusterName);
          return found ? [{ clusterArn: found.arn, clusterName, status: 'ACTIVE', ...counts(ecs, found.arn) }] : [];
        }),
        failures: names.filter((name) => !ecs.clusters.has(name)).map((name) => missing(ecs.arn(`cluster/${name}`))),
      };
    },
    DescribeServices({ cluster, services: asked = [] }: DescribeServicesRequest) {
      clusterOf(ecs, cluster);
      atMost('Services', asked, 10);
      const found = asked.map((name) => ecs.findService(name, cluster));
      return {
        services: found.flatMap((service) => service?.describe() ?? []),
        failures: asked.filter((_, index) => !found[index]).map((name) => missing(arnOf(name, cluster))),
      };
    },
    ListServices({ cluster, maxResults = 10, nextToken: token }: ListServicesRequest) {
      const name = clusterOf(ecs, cluster);
      const all = [...ecs.services.values()].filter(({ status, clusterArn }) => status !== 'INACTIVE' && clusterArn.endsWith(`/${name}`));
      const { items, nextToken } = page(all, token, maxResults);
      return { serviceArns: items.map(({ arn }) => arn), nextToken };
    },
    UpdateService(input: UpdateServiceRequest) {
      const { service = '', cluster, taskDefinition, desiredCount, forceNewDeployment, networkConfiguration, ...others } = input;
      const { deploymentConfiguration, healthCheckGracePeriodSeconds, ...refused } = others;
      refuseMembers('UpdateService', refused, ...Object.keys(refused));
      clusterOf(ecs, cluster);
      const found = ecs.findService(service, cluster);
      if (!found) throw new ServiceNotFoundException(saying('Service not found.'));
      if (found.status !== 'ACTIVE') throw new ServiceNotActiveException(saying('Service was not ACTIVE.'));
      const named = taskDefinition ? ecs.taskDefinitions.find(taskDefinition) : undefined;
      if (taskDefinition && named?.status !== 'ACTIVE') throw new InvalidParameterException(saying('Unable to find the task definition.'));
      found.desiredCount = desiredCount ?? found.desiredCount;
      found.settings = {
        ...found.settings,
        deploymentConfiguration: { ...found.settings.deploymentConfiguration, ...deploymentConfiguration },
        healthCheckGracePeriodSeconds: healthCheckGracePeriodSeconds ?? found.settings.healthCheckGracePeriodSeconds,
      };
      const before = found.primary.configuration;
      const arn = named?.taskDefinitionArn ?? before.taskDefinition;
      if (forceNewDeployment || arn !== before.taskDefinition || networkConfiguration) {
        found.deploy({ ...before, taskDefinition: arn, networkConfiguration: networkConfiguration ?? before.networkConfiguration });
      }
      return { service: found.describe() };
    },
  };
  return {
    handlers,
    permissions: {
      DescribeClusters: ({ clusters = ['default'] }) =>
        (clusters as string[]).flatMap((each) => on(ecs.arn(`cluster/${ecs.clusterName(each)}`), 'ecs:DescribeClusters')),
      DescribeServices: ({ cluster, services: asked }) =>
        (asked as string[]).flatMap((each) => on(arnOf(each, cluster), 'ecs:DescribeServices')),
      ListServices: ({ cluster }) => [
        { action: 'ecs:ListServices', resource: '*', context: { 'ecs:cluster': ecs.arn(`cluster/${ecs.clusterName(cluster)}`) } },
      ],
      UpdateService: ({ service, cluster }) => on(arnOf(service, cluster), 'ecs:UpdateService'),
    },
  };
}

function counts(ecs: Ecs, clusterArn: string) {
  const tasks = [...ecs.tasks.values()].filter(({ request }) => request.clusterArn === clusterArn);
  const active = [...ecs.services.values()].filter((service) => service.clusterArn === clusterArn && service.status === 'ACTIVE');
  return {
    runningTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter(({ lastStatus }) => lastStatus === 'PENDING' || lastStatus === 'PROVISIONING').length,
    activeServicesCount: active.length,
    registeredContainerInstancesCount: 0,
  };
}
