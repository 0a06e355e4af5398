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

/** Newest tasks whose logs are read: more of the same tell no more, and the log group outlives the rollback. */
const tasksRead = 200;
/** What many tasks lack alike is one line of the manifest: it travels through the machine, whose payloads are small. */
const reasonsTold = 20;

/** The log tail of the tasks that ECS still describes, newest task first. What one task lacks is told; the others are read all the same. */
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
  const lacking = new Map<string, string[]>();
  const lacks = (who: string, why: string) => lacking.set(why, [...(lacking.get(why) ?? []), who]);
  await eachOf(tasks.slice(0, tasksRead), readsAtOnce, async (task) => {
    try {
      const definition = await definitionOf(task.taskDefinitionArn);
      for (const log of definition.logs) {
        const why = await persistently(() => collect(task, log, logs, bundle));
        if (why) lacks(`${log.group} ${streamOf(task, log)}`, why);
      }
    } catch (error) {
      lacks(task.taskArn, messageOf(error));
    }
  });
  await tellLacking(lacking, bundle);
  if (tasks.length > tasksRead)
    await bundle.miss('task-log', `${tasks.length - tasksRead} of ${tasks.length} tasks are older: their logs were not read`);
}

async function tellLacking(lacking: ReadonlyMap<string, readonly string[]>, bundle: Bundle): Promise<void> {
  const reasons = [...lacking];
  for (const [why, [first = '', ...others]] of reasons.slice(0, reasonsTold)) {
    const who = others.length > 0 ? `${first} and ${others.length} more` : first;
    await bundle.miss('task-log', `${who}: ${why}`);
  }
  if (reasons.length > reasonsTold) await bundle.miss('task-log', `${reasons.length - reasonsTold} more reasons of this kind`);
}

type TaskLog = TaskDefinitionView['logs'][number];
const taskIdOf = ({ taskArn }: TaskView) => taskArn.split('/').at(-1);
const streamOf = (task: TaskView, { prefix, container }: TaskLog) => `${prefix}/${container}/${taskIdOf(task)}`;

/** @returns why there is nothing to keep; null when there was, or nothing was to be expected */
async function collect(task: TaskView, log: TaskLog, logs: LogReader, bundle: Bundle): Promise<string | null> {
  const lines = await logs.tail(log.group, streamOf(task, log), linesPerTask);
  if (lines && lines.length > 0) {
    const text = lines.map(({ at, line }) => `${at} ${line.trimEnd()}`).join('\n');
    await bundle.put('task-log', `logs/${taskIdOf(task)}/${log.container}.log`, text);
    return null;
  }
  // A container that never started has written nothing: that is no gap in the evidence.
  if (task.startedAt === null && task.stopCode === 'TaskFailedToStart') return null;
  const what = lines === null ? 'has no stream' : 'is empty';
  return `${what}: the container wrote nothing, or its lines had not arrived yet`;
}
