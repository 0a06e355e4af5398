import * as z from 'zod';
import { measureStop } from './checks/measure-stop.ts';
import { keyOf, kindOf, stageOf } from './checks/recorded-event.ts';
import { recordedTask } from './checks/recorded-task.ts';
import { stageRedactor } from './checks/stage-redactor.ts';
import type { Clock, LogReader, Measures, Recordings, SecretReader, Services, Table, TaskView, Waker } from './contract/ports.ts';
import { CloudEvent, parts, type RecordedStage, type Recording } from './contract/recording.ts';
import { keys } from './contract/records.ts';

/** An event, or a batch of them that had waited in the queue for the logs to arrive. */
export const Delivered = z.union([
  z.object({ Records: z.array(z.object({ body: z.string() })).min(1) }).transform(({ Records }) => ({
    events: Records.map(({ body }) => CloudEvent.parse(JSON.parse(body))),
    late: true,
  })),
  CloudEvent.transform((event) => ({ events: [event], late: false })),
]);
export type Delivered = z.infer<typeof Delivered>;

export interface RecordEventPorts {
  recordings: Pick<Recordings, 'insert'>;
  services: Pick<Services, 'taskDefinition'>;
  logs: LogReader;
  secrets: SecretReader;
  table: Pick<Table, 'get' | 'remove'>;
  waker: Waker;
  measures: Measures;
  clock: Clock;
}
export interface RecorderSettings {
  readonly bucket: string;
  readonly stages: readonly RecordedStage[];
}
/** Keys that were written, and stages whose watch was woken. */
export type Recorded = { written: string[]; woken: string[] };

/** Enough for a stack trace and what led to it. */
const linesKept = 500;

/**
 * Keeps what a failure leaves, the moment it happens, whether or not a release is running and whatever became of the machine; and wakes who
 * watches the stage. Every key says what it holds: an event that comes twice, or late, writes nothing new.
 */
export async function recordEvent({ events, late }: Delivered, settings: RecorderSettings, ports: RecordEventPorts): Promise<Recorded> {
  const recorded: Recorded = { written: [], woken: [] };
  for (const event of events) {
    const stage = stageOf(event, settings.stages);
    if (!stage) continue;
    // Neither may cost the other. What failed is thrown in the end, so that the event is tried again.
    const [woken, written] = await Promise.allSettled([
      late ? false : wake(stage, ports),
      keep(event, stage, late, settings.bucket, ports),
    ]);
    if (woken.status === 'fulfilled' && woken.value) recorded.woken.push(stage.name);
    if (written.status === 'fulfilled') recorded.written.push(...written.value);
    const failed = [written, woken].find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
  }
  return recorded;
}

/** Takes the token out of the table, then uses it: of two events one finds it. What the watch learns it asks AWS itself. */
async function wake({ name }: RecordedStage, { table, waker }: RecordEventPorts): Promise<boolean> {
  const key = keys.wake(name);
  const token = (await table.get(key.pk, key.sk))?.['token'];
  if (typeof token !== 'string' || !(await table.remove(key.pk, key.sk, { token }))) return false;
  return (await waker.wake(token, {})) === 'woken';
}

async function keep(event: CloudEvent, stage: RecordedStage, late: boolean, bucket: string, ports: RecordEventPorts): Promise<string[]> {
  const kind = kindOf(event);
  if (!kind || (late && kind !== 'task-stopped')) return [];
  const base = keyOf(event, stage, kind);
  const { redact, redaction } = await stageRedactor(stage, ports.secrets);
  const written: string[] = [];
  const insert = async (key: string, text: string, contentType: string) => {
    if (await ports.recordings.insert(bucket, key, redact(text), contentType)) written.push(key);
  };
  if (!late) {
    const recording: Recording = { kind, stage: stage.name, recordedAt: ports.clock.now().toISOString(), redaction, event };
    await insert(`${base}${parts.event}`, JSON.stringify(recording, null, 2), 'application/json');
    // An event that comes twice is one stop.
    if (kind === 'task-stopped' && written.length > 0) await measureStop(recordedTask(event), stage.name, ports);
  }
  const log = kind === 'task-stopped' ? await logOf(recordedTask(event), ports) : '';
  if (log) await insert(`${base}${late ? parts.later : parts.log}`, log, 'text/plain; charset=utf-8');
  return written;
}

/** The last lines of a task's containers; empty when it wrote none, or when none has arrived yet. */
async function logOf(task: TaskView, { services, logs }: RecordEventPorts): Promise<string> {
  if (task.startedAt === null) return '';
  const definition = await services.taskDefinition(task.taskDefinitionArn);
  const id = task.taskArn.split('/').at(-1);
  const tails = await Promise.all(
    definition.logs.map(({ group, prefix, container }) => logs.tail(group, `${prefix}/${container}/${id}`, linesKept)),
  );
  return tails.flatMap((tail) => (tail ?? []).map(({ at, line }) => `${at} ${line.trimEnd()}`)).join('\n');
}
