import type { LogReader, Services, TaskView } from '../contract/ports.ts';

/** Enough for a last word; the whole log is for CollectDiagnostics. */
const lastLines = 20;

/** The last log lines of a task's containers. Empty when it wrote none, or when they have not arrived yet: logs lag behind the stop. */
export async function taskLines(
  task: TaskView,
  { services, logs }: { services: Pick<Services, 'taskDefinition'>; logs: LogReader },
): Promise<string[]> {
  // A container that never started has no stream.
  if (task.startedAt === null) return [];
  const definition = await services.taskDefinition(task.taskDefinitionArn);
  const taskId = task.taskArn.split('/').at(-1);
  const tails = await Promise.all(
    definition.logs.map(({ group, prefix, container }) => logs.tail(group, `${prefix}/${container}/${taskId}`, lastLines)),
  );
  return tails.flatMap((tail) => tail ?? []).map(({ line }) => line);
}
