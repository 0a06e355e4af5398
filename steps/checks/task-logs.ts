import type { LogReader, Services, TaskDefinitionView, TaskView } from '../contract/ports.ts';
import { type Bundle, messageOf } from './bundle.ts';
import { eachOf } from './deadline.ts';

/** Enough for a stack trace and what led to it. */
const linesPerTask = 300;
/** CloudWatch Logs answers 25 such reads a second. */
const readsAtOnce = 8;

interface TaskLogPorts {
  services: Services;
  logs: LogReader;
  persistently: <T>(attempt: () => Promise<T>) => Promise<T>;
}

/** The log tail of every task that ECS still describes, newest task first. What one task lacks is told; the others are read all the same. */
export async function collectTaskLogs(
  tasks: readonly TaskView[],
  { services, logs, persistently }: TaskLogPorts,
  bundle: Bundle,
): Promise<void> {
  const definitions = new Map<string, Promise<TaskDefinitionView>>();
  const definitionOf = (arn: string) => {
    const known = definitions.get(arn) ?? services.taskDefinition(arn);
    definitions.set(arn, known);
    return known;
  };
  await eachOf(tasks, readsAtOnce, async (task) => {
    try {
      const definition = await definitionOf(task.taskDefinitionArn);
      for (const log of definition.logs) await persistently(() => collect(task, log, logs, bundle));
    } catch (error) {
      await bundle.miss('task-log', `${task.taskArn}: ${messageOf(error)}`);
    }
  });
}

async function collect(task: TaskView, log: TaskDefinitionView['logs'][number], logs: LogReader, bundle: Bundle): Promise<void> {
  const taskId = task.taskArn.split('/').at(-1);
  const stream = `${log.prefix}/${log.container}/${taskId}`;
  const lines = await logs.tail(log.group, stream, linesPerTask);
  if (lines && lines.length > 0) {
    const text = lines.map(({ at, line }) => `${at} ${line.trimEnd()}`).join('\n');
    await bundle.put('task-log', `logs/${taskId}/${log.container}.log`, text);
    return;
  }
  // A container that never started has written nothing: that is no gap in the evidence.
  if (task.startedAt === null && task.stopCode === 'TaskFailedToStart') return;
  const why = lines === null ? 'has no stream' : 'is empty';
  await bundle.miss('task-log', `${log.group} ${stream} ${why}: the container wrote nothing, or its lines had not arrived yet`);
}
