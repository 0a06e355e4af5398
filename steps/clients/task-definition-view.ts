import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TaskDefinitionView } from '../contract/ports.ts';

export function taskDefinitionView(definition: TaskDefinition): TaskDefinitionView {
  const containers = definition.containerDefinitions ?? [];
  return {
    arn: definition.taskDefinitionArn ?? '',
    digest: containers.map(({ image = '' }) => /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]).find(Boolean) ?? null,
    normalised: JSON.stringify(sorted(behaviour(definition))),
    labels: Object.assign({}, ...containers.map(({ dockerLabels = {} }) => dockerLabels)),
    logs: containers.filter(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs').map(logs),
  };
}

/** What makes two revisions behave alike. Labels differ by release, and names, numbers and dates by revision. */
function behaviour(definition: TaskDefinition) {
  const { cpu, memory, networkMode, requiresCompatibilities, runtimePlatform, volumes, executionRoleArn, taskRoleArn } = definition;
  const { containerDefinitions = [], ephemeralStorage } = definition;
  const limits = { cpu, memory, networkMode, requiresCompatibilities, runtimePlatform, volumes, ephemeralStorage };
  const containers = containerDefinitions.map(({ dockerLabels: _, ...rest }) => rest);
  return { ...limits, executionRoleArn, taskRoleArn, containers };
}

/** ECS keeps no order of environment variables, and none of members. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const members = value.map(sorted);
    const named = members.every((member) => typeof member === 'object' && member !== null && 'name' in member);
    return named ? members.sort((a, b) => nameOf(a).localeCompare(nameOf(b))) : members;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]));
}

const nameOf = (value: unknown) => String((value as { name: unknown }).name);

function logs({ name = '', logConfiguration }: ContainerDefinition) {
  const options = logConfiguration?.options ?? {};
  return { container: name, group: options['awslogs-group'] ?? '', prefix: options['awslogs-stream-prefix'] ?? '' };
}
