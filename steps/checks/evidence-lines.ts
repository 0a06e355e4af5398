import * as z from 'zod';
import type { DenialView } from '../contract/evidence-ports.ts';
import { type Diagnostics, Manifest, type Source } from '../contract/failure.ts';
import type { Objects, Services, ServiceView, StackEvent, TaskView } from '../contract/ports.ts';
import type { Incident } from '../contract/steps.ts';

/** A line of the bundle, and where it stood. */
export interface Line {
  source: Source;
  /** Name of the object in the bundle. */
  name: string;
  text: string;
}

export async function readManifest(objects: Objects, { bucket, manifestKey }: Diagnostics): Promise<Manifest | null> {
  return manifestKey === null ? null : Manifest.parse(JSON.parse(await objects.get(bucket, manifestKey)));
}

/**
 * A bundle as lines, of this deployment only: ECS still describes tasks of the deployment before, and a stack remembers last year's failures.
 * The most telling sources first.
 */
export async function evidenceLines(
  objects: Objects,
  { bucket, prefix }: Diagnostics,
  manifest: Manifest,
  incident: Incident,
): Promise<Line[]> {
  const since = incident.deployment?.startedAt ?? '';
  const strangers = new Set<string>();
  const lines: Line[] = [];
  const newest: string[] = [];
  for (const source of reading) {
    const held = manifest.objects
      .filter((each) => each.source === source)
      .map((each) => ({ ...each, name: each.key.slice(prefix.length + 1) }));
    const read = readers[source];
    for (const { key, name, bytes } of source === 'task-log' ? ofNewest(newest, strangers, held) : held) {
      const text = await objects.get(bucket, key, read || bytes <= logEnd ? undefined : logEnd);
      const value: unknown = read && JSON.parse(text);
      if (source.endsWith('-task')) newest.push(...Tasks.parse(value).map(taskId));
      for (const line of read ? read(value, since, strangers) : text.split('\n')) lines.push({ source, name, text: line });
    }
  }
  return lines;
}

/** Bytes: what a task said last tells why it ended. The whole log is in the bundle, for people. */
const logEnd = 256 * 1024;
/** Many tasks that die alike are one line of evidence in the end. */
const logsRead = 40;

/** Logs of this deployment's tasks, those of the newest first, as many as are read. A task that nobody described comes last. */
function ofNewest<T extends { name: string }>(newest: readonly string[], strangers: ReadonlySet<string>, logs: readonly T[]): T[] {
  const task = ({ name }: T) => name.split('/')[1] ?? '';
  const age = (log: T) => (newest.includes(task(log)) ? newest.indexOf(task(log)) : newest.length);
  return logs
    .filter((log) => !strangers.has(task(log)))
    .sort((a, b) => age(a) - age(b))
    .slice(0, logsRead);
}

/** Tasks before logs: they tell which logs are of this deployment. */
const reading: readonly Source[] = [
  'failure',
  'stopped-task',
  'running-task',
  'task-log',
  'build-log',
  'target-health',
  'service',
  'stack-events',
  'smoke',
  'recorder',
  'access-denial',
  'stack',
  'task-definition',
];

type ServiceDeployment = NonNullable<Awaited<ReturnType<Services['deployment']>>>;
const Tasks = z.array(z.custom<TaskView>((value) => typeof value === 'object' && value !== null));

/** Logs are lines already; the rest is JSON that says in one line what matters of it. */
const readers: Partial<Record<Source, (value: unknown, since: string, strangers: Set<string>) => string[]>> = {
  failure: (value) => {
    const { failure } = value as Incident;
    return [`${failure.state}: ${failure.error}: ${failureMessage(failure.cause)}`];
  },
  'stopped-task': (value, since, strangers) => {
    const tasks = Tasks.parse(value);
    for (const task of tasks) if ((task.createdAt ?? '') < since) strangers.add(taskId(task));
    return tasks.filter((task) => (task.createdAt ?? '') >= since).map(stoppedTaskLine);
  },
  'running-task': (value, since, strangers) => {
    const tasks = Tasks.parse(value);
    for (const task of tasks) if ((task.createdAt ?? '') < since) strangers.add(taskId(task));
    return tasks
      .filter((task) => (task.createdAt ?? '') >= since && task.healthStatus !== 'HEALTHY')
      .map((task) => `${taskId(task)} is ${task.lastStatus}, health ${task.healthStatus}`);
  },
  // Beside the targets lies what is asked of them, which is no list.
  'target-health': (value) =>
    (Array.isArray(value) ? (value as { target: string; state: string; reason: string; description: string }[]) : [])
      .filter(({ state }) => state !== 'healthy')
      .map(({ target, state, reason, description }) => `target ${target} is ${state}: ${reason} ${description}`),
  service: (value, since) => {
    const { service, deployment } = value as { service?: ServiceView | null; deployment?: ServiceDeployment | null };
    const events = service?.events.filter(({ at }) => at >= since).map(({ message }) => message) ?? [];
    const deployments = service?.deployments.map(({ id, status, rolloutReason }) => `${id} ${status}: ${rolloutReason}`) ?? [];
    return [...events, ...deployments, ...(deployment?.reason ? [`${deployment.status}: ${deployment.reason}`] : [])];
  },
  'stack-events': (value, since) =>
    (value as StackEvent[])
      .filter(({ at, status }) => at >= since && status.endsWith('FAILED'))
      .map(({ logicalId, type, status, reason }) => `${logicalId} (${type}) ${status}: ${reason}`),
  smoke: (value) =>
    (value as NonNullable<Incident['smoke']>).checks
      .filter(({ passed }) => !passed)
      .map(({ name, expected, seen }) => `${name}: expected ${expected}, saw ${seen}`),
  'access-denial': (value, since) =>
    (value as DenialView[]).filter(({ at }) => at >= since).map(({ action, code, message }) => `${action}: ${code}: ${message}`),
  stack: () => [],
  // Keys: what they hold is in the bundle by other ways, or nowhere else.
  recorder: () => [],
  'task-definition': () => [],
};

const taskId = ({ taskArn }: TaskView) => taskArn.split('/').at(-1) ?? taskArn;

/** One stopped task in one line: who, how, why, and what each container says. */
export function stoppedTaskLine(task: TaskView): string {
  // ECS says why a task stops before it says how its container ended.
  const without = task.stopCode === 'EssentialContainerExited' ? 'exit code not told' : 'never started';
  const containers = task.containers.map(({ name, exitCode, reason }) =>
    [`${name}: ${exitCode === null ? without : `exit code ${exitCode}`}`, reason].filter(Boolean).join(', '),
  );
  return `${taskId(task)} ${task.stopCode}: ${task.stoppedReason} [${containers.join('; ')}]`;
}

/** The message inside a Lambda error's JSON, the build's phases inside CodeBuild's, or the text as it is. */
export function failureMessage(cause: string): string {
  try {
    const parsed = JSON.parse(cause) as { errorMessage?: string; Build?: BuildCause } & BuildCause;
    const build = parsed.Build ?? parsed;
    const failed = build.Phases?.find(({ PhaseStatus }) => PhaseStatus && !['SUCCEEDED', 'QUEUED'].includes(PhaseStatus));
    if (failed) return `the build's phase ${failed.PhaseType} ${failed.PhaseStatus}: ${failed.Contexts?.[0]?.Message ?? ''}`;
    return parsed.errorMessage ?? cause;
  } catch {
    return cause;
  }
}
interface BuildCause {
  Phases?: { PhaseType?: string; PhaseStatus?: string; Contexts?: { Message?: string }[] }[];
}
