import type { LogPage, LogPages } from '../contract/evidence-ports.ts';
import type { LogReader, Services, TaskDefinitionView, TaskView } from '../contract/ports.ts';
import { type Bundle, messageOf } from './bundle.ts';
import { type Deadline, eachOf } from './deadline.ts';
import { logText } from './log-text.ts';

/** CloudWatch Logs answers 25 such reads a second; each read in flight is a page of a megabyte at most. */
const readsAtOnce = 8;
/** So many in a row that fail: the rest would, too, and production waits. */
const failuresInRow = 20;
/** What many tasks lack alike is one line of the manifest: it travels through the machine, whose payloads are small. */
const reasonsTold = 20;
/** Of a log that is too long for the time: what it said last is kept all the same. */
const lastLines = 300;

export interface TaskLogPorts {
  services: Pick<Services, 'taskDefinition'>;
  logs: LogReader & LogPages;
  persistently: <T>(attempt: () => Promise<T>) => Promise<T>;
}

/**
 * The complete logs of the tasks that ECS still describes, newest task first, page by page. What one task lacks is told; the others are read
 * all the same. When the time is up the rest is left out and named: the log group outlives the rollback, the reader's patience does not.
 * @param begun when the release began: the silence of a task that had stopped before tells nothing of it, and is no gap
 */
export async function collectTaskLogs(
  { tasks, begun }: { readonly tasks: readonly TaskView[]; readonly begun: string },
  ports: TaskLogPorts,
  bundle: Bundle,
  deadline: Deadline,
): Promise<void> {
  const definitionOf = byArn(ports.services);
  const lacking = new Map<string, string[]>();
  const lacks = (who: string, why: string) => lacking.set(why, [...(lacking.get(why) ?? []), who]);
  let failed = 0;
  let late = 0;
  let givenUp = 0;
  await eachOf(tasks, readsAtOnce, async (task) => {
    if (deadline.left() === 0) late += 1;
    else if (failed >= failuresInRow) givenUp += 1;
    else {
      try {
        const definition = await definitionOf(task.taskDefinitionArn);
        for (const log of definition.logs) {
          const why = await collect(task, log, ports, bundle, deadline);
          if (why && (task.stoppedAt ?? begun) >= begun) lacks(`${log.group} ${streamOf(task, log)}`, why);
        }
        failed = 0;
      } catch (error) {
        failed += 1;
        lacks(task.taskArn, messageOf(error));
      }
    }
  });
  await tellLacking(lacking, bundle);
  const older = (count: number) => `the logs of ${count} older tasks (of ${tasks.length}) were not read`;
  if (late > 0) await bundle.miss('task-log', `${older(late)}: the time was up`);
  if (givenUp > 0) await bundle.miss('task-log', `${older(givenUp)}: ${failuresInRow} before them failed in a row`);
}

async function tellLacking(lacking: ReadonlyMap<string, readonly string[]>, bundle: Bundle): Promise<void> {
  const reasons = [...lacking];
  for (const [why, [first = '', ...others]] of reasons.slice(0, reasonsTold)) {
    const who = others.length > 0 ? `${first} and ${others.length} more` : first;
    await bundle.miss('task-log', `${who}: ${why}`);
  }
  if (reasons.length > reasonsTold) await bundle.miss('task-log', `${reasons.length - reasonsTold} more reasons of this kind`);
}

/** Each revision is asked for once, and again only after it failed. */
function byArn(services: TaskLogPorts['services']): (arn: string) => Promise<TaskDefinitionView> {
  const definitions = new Map<string, Promise<TaskDefinitionView>>();
  return (arn) => {
    const known = definitions.get(arn) ?? services.taskDefinition(arn);
    definitions.set(arn, known);
    known.catch(() => definitions.delete(arn));
    return known;
  };
}

type TaskLog = TaskDefinitionView['logs'][number];
const taskIdOf = ({ taskArn }: TaskView) => taskArn.split('/').at(-1);
const streamOf = (task: TaskView, { prefix, container }: TaskLog) => `${prefix}/${container}/${taskIdOf(task)}`;

/** Refused its start, waits for it still, or was stopped meanwhile. One that activates may have run already. */
const neverRan = ({ startedAt, lastStatus, containers }: TaskView) =>
  startedAt === null && lastStatus !== 'ACTIVATING' && containers.every(({ exitCode }) => exitCode === null);

/** @returns why there is nothing to keep, or not all; null when there was, or nothing was to be expected */
async function collect(task: TaskView, log: TaskLog, ports: TaskLogPorts, bundle: Bundle, deadline: Deadline): Promise<string | null> {
  const { logs, persistently } = ports;
  const stream = streamOf(task, log);
  const read = (token: string | null) => persistently(() => logs.page(log.group, stream, token));
  const first = await firstWithLines(read);
  if (!first) {
    // A container that never started has written nothing: that is no gap in the evidence.
    if (neverRan(task)) return null;
    const what = first === null ? 'has no stream' : 'is empty';
    return `${what}: the container wrote nothing, or its lines had not arrived yet`;
  }
  let cut: string | null = null;
  const pieces = async function* () {
    const text = logText();
    for (let page: LogPage = first; ; ) {
      yield text(page.lines);
      if (page.next === null) return;
      if (deadline.left() === 0) {
        cut = `its middle is left out, from ${page.lines.at(-1)?.at ?? 'its beginning'} on: the time was up`;
        yield `\n… ${cut}; the last ${lastLines} lines follow …`;
        yield logText()((await logs.tail(log.group, stream, lastLines)) ?? [], { after: true });
        return;
      }
      page = (await read(page.next)) ?? { lines: [], next: null };
    }
  };
  await bundle.stream('task-log', `logs/${taskIdOf(task)}/${log.container}.log`, pieces());
  return cut;
}

/** The first page that holds a line; null when there is no stream, undefined when it is empty. Pages may be empty before the end. */
async function firstWithLines(read: (token: string | null) => Promise<LogPage | null>): Promise<LogPage | null | undefined> {
  for (let token: string | null = null; ; ) {
    const page: LogPage | null = await read(token);
    if (page === null || page.lines.length > 0) return page;
    if (page.next === null) return undefined;
    token = page.next;
  }
}
