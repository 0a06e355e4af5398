import type { DescribeTasksRequest, ListTasksRequest, RunTaskRequest, StopTaskRequest } from '@aws-sdk/client-ecs';
import { ClientException, InvalidParameterException, ServiceNotFoundException } from '@aws-sdk/client-ecs';
import { page } from '../../paging.ts';
import { on } from '../../physical-names.ts';
import { refuseMembers, saying } from '../../sdk-words.ts';
import type { Ecs } from '../ecs.ts';
import { stopped, taskId } from '../words.ts';
import { atMost, clusterOf, missing } from './failures.ts';
import type { Api } from './index.ts';

export function tasks(ecs: Ecs): Api {
  const arnOf = (task: string, cluster?: string) => (task.startsWith('arn:') ? task : ecs.arn(`task/${ecs.clusterName(cluster)}/${task}`));
  const cluster = (input: { cluster?: string }) => ({ 'ecs:cluster': ecs.arn(`cluster/${ecs.clusterName(input.cluster)}`) });
  const handlers: Api['handlers'] = {
    DescribeTasks(input: DescribeTasksRequest) {
      clusterOf(ecs, input.cluster);
      const { tasks: asked = [] } = input;
      atMost('Tasks', asked, 100);
      const arns = asked.map((task) => arnOf(task, input.cluster));
      return {
        tasks: arns.flatMap((arn) => ecs.tasks.get(arn)?.describe() ?? []),
        failures: arns.filter((arn) => !ecs.tasks.has(arn)).map(missing),
      };
    },
    ListTasks(input: ListTasksRequest) {
      const name = clusterOf(ecs, input.cluster);
      const { serviceName, family, startedBy, desiredStatus = 'RUNNING', maxResults = 100, nextToken: token, ...others } = input;
      refuseMembers('ListTasks', others, 'containerInstance', 'launchType', 'daemonName');
      if (serviceName && !ecs.findService(serviceName, input.cluster)) throw new ServiceNotFoundException(saying('Service not found.'));
      const service = serviceName && taskId(serviceName);
      const all = [...ecs.tasks.values()].filter(
        (task) =>
          task.request.clusterArn.endsWith(`/${name}`) &&
          task.desiredStatus === desiredStatus &&
          (!service || task.serviceName === service) &&
          (!family || task.definition.family === family) &&
          (!startedBy || task.request.startedBy === startedBy),
      );
      const { items, nextToken } = page(all, token, maxResults);
      return { taskArns: items.map(({ arn }) => arn), nextToken };
    },
    StopTask({ task = '', cluster: of, reason }: StopTaskRequest) {
      clusterOf(ecs, of);
      const found = ecs.tasks.get(arnOf(task, of));
      if (!found) throw new InvalidParameterException(saying('The referenced task was not found.'));
      void found.stop('UserInitiated', reason ?? stopped.byUser);
      return { task: found.describe() };
    },
    RunTask(input: RunTaskRequest) {
      const { taskDefinition = '', count = 1, overrides, startedBy, group, ...others } = input;
      const name = clusterOf(ecs, input.cluster);
      refuseMembers('RunTask', others, 'capacityProviderStrategy', 'volumeConfigurations');
      const definition = ecs.taskDefinitions.find(taskDefinition);
      if (definition?.status !== 'ACTIVE') throw new ClientException(saying('TaskDefinition not found.'));
      const { command, environment } = overrides?.containerOverrides?.[0] ?? {};
      const request = {
        clusterArn: ecs.arn(`cluster/${name}`),
        definition,
        startedBy,
        group: group ?? `family:${definition.family}`,
        tags: input.tags,
      };
      const started = Array.from({ length: count }, () => ecs.startTask({ ...request, overrides: { command, environment } }));
      return { tasks: started.map((task) => task.describe()), failures: [] };
    },
  };
  return {
    handlers,
    permissions: {
      DescribeTasks: (input) =>
        (input.tasks as string[]).map((task) => ({
          action: 'ecs:DescribeTasks',
          resource: arnOf(task, input.cluster),
          context: cluster(input),
        })),
      // ListTasks is authorized on container instances, of which Fargate has none.
      ListTasks: (input) => [{ action: 'ecs:ListTasks', resource: '*', context: cluster(input) }],
      StopTask: (input) => [{ action: 'ecs:StopTask', resource: arnOf(input.task, input.cluster), context: cluster(input) }],
      RunTask: (input) => {
        const definition = ecs.taskDefinitions.find(input.taskDefinition);
        const roles = [definition?.taskRoleArn, definition?.executionRoleArn].filter((arn) => arn !== undefined);
        const context = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
        return [
          ...on(definition?.taskDefinitionArn ?? input.taskDefinition, 'ecs:RunTask'),
          ...roles.map((resource) => ({ action: 'iam:PassRole', resource, context })),
        ];
      },
    },
  };
}
