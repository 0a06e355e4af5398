import {
  ConflictException,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  paginateListTasks,
  ServiceDeploymentNotFoundException,
  ServiceNotFoundException,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import type { Services, TaskView } from '../contract/ports.ts';
import { defaults } from './defaults.ts';
import { serviceView, taskView } from './service-views.ts';
import { taskDefinitionView } from './task-definition-view.ts';

const client = new ECSClient(defaults);

/** Pages of a hundred tasks that are asked for side by side: ECS answers 20 such questions a second. */
const describedAtOnce = 4;

export const services: Services = {
  async describe(cluster, service) {
    const { services: found = [], failures = [] } = await client.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const failure = failures[0];
    if (failure && failure.reason !== 'MISSING')
      throw new Error(`ECS cannot describe ${service}: ${failure.reason} ${failure.detail ?? ''}`);
    return found[0] && found[0].status !== 'INACTIVE' ? serviceView(found[0]) : null;
  },

  async tasks(cluster, service) {
    // One that stops between the two lists stands in both.
    const arns = [...new Set([...(await taskArns(cluster, service, 'RUNNING')), ...(await taskArns(cluster, service, 'STOPPED'))])];
    // DescribeTasks takes at most 100; a task that ends between the two calls is only missing from the answer.
    const hundreds = Array.from({ length: Math.ceil(arns.length / 100) }, (_, page) => arns.slice(page * 100, (page + 1) * 100));
    const views: TaskView[] = [];
    const describe = async () => {
      for (let page = hundreds.shift(); page; page = hundreds.shift()) {
        const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster, tasks: page }));
        views.push(...tasks.map(taskView));
      }
    };
    await Promise.all(Array.from({ length: describedAtOnce }, describe));
    return views.sort((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
  },

  async taskDefinition(taskDefinition) {
    const { taskDefinition: found } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    if (!found) throw new Error(`ECS returned no task definition ${taskDefinition}`);
    return taskDefinitionView(found);
  },

  async deployment(cluster, service) {
    const { serviceDeployments = [] } = await client.send(new ListServiceDeploymentsCommand({ cluster, service }));
    const [newest] = serviceDeployments.sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
    return newest ? { arn: newest.serviceDeploymentArn ?? '', status: newest.status ?? '', reason: newest.statusReason ?? '' } : null;
  },

  async rollBackDeployment(serviceDeploymentArn) {
    try {
      await client.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }));
      return 'accepted';
    } catch (error) {
      if (error instanceof ConflictException || error instanceof ServiceDeploymentNotFoundException) return 'refused';
      throw error;
    }
  },
};

async function taskArns(cluster: string, service: string, desiredStatus: 'RUNNING' | 'STOPPED'): Promise<string[]> {
  const arns: string[] = [];
  const serviceName = service.split('/').at(-1);
  try {
    for await (const page of paginateListTasks({ client }, { cluster, serviceName, desiredStatus })) arns.push(...(page.taskArns ?? []));
  } catch (error) {
    if (!(error instanceof ServiceNotFoundException)) throw error;
  }
  return arns;
}
