import type { ListTaskDefinitionsRequest, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { ClientException } from '@aws-sdk/client-ecs';
import { page } from '../../paging.ts';
import { on } from '../../physical-names.ts';
import { saying } from '../../sdk-words.ts';
import type { Ecs } from '../ecs.ts';
import { type Definition, refusals } from '../task-definition.ts';
import type { Api } from './index.ts';

export function taskDefinitions(ecs: Ecs): Api {
  const find = (name: string): Definition => {
    const found = ecs.taskDefinitions.find(name);
    if (!found) throw new ClientException(saying('Unable to describe task definition.'));
    return found;
  };
  const handlers: Api['handlers'] = {
    DescribeTaskDefinition: ({ taskDefinition }: { taskDefinition: string }) => ({ taskDefinition: find(taskDefinition), tags: [] }),
    RegisterTaskDefinition(input: RegisterTaskDefinitionRequest) {
      const refused = refusals(input);
      if (refused.length > 0) throw new ClientException(saying(`the rehearsal does not support ${refused.join(', ')}`));
      const { tags = [], ...definition } = input;
      return { taskDefinition: ecs.taskDefinitions.register(definition), tags };
    },
    DeregisterTaskDefinition({ taskDefinition }: { taskDefinition: string }) {
      find(taskDefinition);
      return { taskDefinition: ecs.taskDefinitions.deregister(taskDefinition) };
    },
    ListTaskDefinitions({ familyPrefix, status = 'ACTIVE', maxResults = 100, nextToken: token, sort }: ListTaskDefinitionsRequest) {
      const all = ecs.taskDefinitions.all().filter((each) => each.status === status && (!familyPrefix || each.family === familyPrefix));
      const { items, nextToken } = page(sort === 'DESC' ? all.reverse() : all, token, maxResults);
      return { taskDefinitionArns: items.map(({ taskDefinitionArn }) => taskDefinitionArn), nextToken };
    },
  };
  // None of these takes a resource, but for the roles that a registration passes.
  return {
    handlers,
    permissions: {
      DescribeTaskDefinition: () => on('*', 'ecs:DescribeTaskDefinition'),
      RegisterTaskDefinition: ({ taskRoleArn, executionRoleArn }) => [
        ...on('*', 'ecs:RegisterTaskDefinition'),
        ...[taskRoleArn, executionRoleArn]
          .filter(Boolean)
          .map((resource: string) => ({ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } })),
      ],
      DeregisterTaskDefinition: () => on('*', 'ecs:DeregisterTaskDefinition'),
      ListTaskDefinitions: () => on('*', 'ecs:ListTaskDefinitions'),
    },
  };
}
