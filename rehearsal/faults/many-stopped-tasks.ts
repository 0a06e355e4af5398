import { randomBytes } from 'node:crypto';
import { EndedTask } from '../aws/ecs/ended-task.ts';
import { crashNewImages } from './crash.ts';
import type { Fault, FaultContext } from './fault.ts';
import { serviceOf } from './stage-service.ts';

/** More than two pages of any list; a thousand, with a million lines, are measured by bench/collect.ts. */
const tasks = 300;
/** Of each task. */
const linesEach = 100;

/** A crash loop that nobody stopped for an hour: everything is read in pages, nothing is held whole. */
export const manyStoppedTasks: Fault = {
  name: 'many-stopped-tasks',
  summary: `the new version crashes, and ECS tells of ${tasks} tasks that have stopped`,
  cause: 'ContainerCrashed',
  on: 'update',
  inject: (context) => {
    let filled: readonly string[] = [];
    return {
      container: crashNewImages(context),
      hear({ state, event }) {
        if (filled.length > 0 || state !== 'WatchDeployment' || event !== 'entered') return;
        filled = fill(context);
      },
      // ECS tells of a stopped task for an hour: the releases after this one would collect them all again.
      mend() {
        for (const arn of filled) context.cloud.ecs.tasks.delete(arn);
      },
    };
  },
};

/** Tasks of the deployment that has begun, with the logs of a crash. @returns their ARNs */
function fill({ cloud: { ecs, logs, world }, stage }: FaultContext): string[] {
  const service = serviceOf(ecs.services.values(), stage);
  if (!service) throw new Error(`${stage.serviceStack} has no service whose tasks could stop`);
  const { id: startedBy, configuration } = service.primary;
  const definition = ecs.taskDefinitions.find(configuration.taskDefinition)!;
  const { name, logConfiguration } = definition.containerDefinitions[0];
  const { 'awslogs-group': group = '', 'awslogs-stream-prefix': prefix = '' } = logConfiguration?.options ?? {};
  const { clusterArn } = service;
  return Array.from({ length: tasks }, () => {
    const id = randomBytes(16).toString('hex');
    const arn = ecs.arn(`task/${ecs.clusterName(clusterArn)}/${id}`);
    const request = { clusterArn, definition, startedBy, group: `service:${service.name}`, serviceName: service.name };
    ecs.tasks.set(arn, new EndedTask(arn, request, world, ecs.with, 1));
    for (let line = 1; line < linesEach; line += 1) logs.put(group, `${prefix}/${name}/${id}`, `starting, step ${line}`);
    logs.put(group, `${prefix}/${name}/${id}`, "TypeError: Cannot read properties of undefined (reading 'port')");
    return arn;
  });
}
