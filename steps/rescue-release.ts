import * as z from 'zod';
import { givenRescue, type RestoredRescue, rescueOf } from './checks/dead-execution.ts';
import type { Clock, EndedExecution, ExecutionHistory, Executions, Measures, Notifier, Table } from './contract/ports.ts';
import { keys } from './contract/records.ts';
import { type RescueRequest, reportIn, rescueName } from './contract/rescue.ts';

/** Step Functions' event, as EventBridge delivers it; the rule lets only ends through that are no success. */
export const ExecutionEnded = z.object({
  detail: z.object({ executionArn: z.string(), status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']) }),
});
export type ExecutionEnded = z.infer<typeof ExecutionEnded>;

export interface RescueReleasePorts {
  history: ExecutionHistory;
  executions: Executions;
  table: Pick<Table, 'update'>;
  notifier: Notifier;
  measures: Measures;
  clock: Clock;
}
export type Rescued = { rescued: string | null; reason: string };

/**
 * When the machine itself dies, no Catch runs: another execution of it takes the incident to its end. The name is the dead one's, so that an
 * event that comes twice finds it taken. A rescue that dies is not rescued again: a person must act, and is told.
 */
export async function rescueRelease({ detail }: ExecutionEnded, ports: RescueReleasePorts): Promise<Rescued> {
  const dead = await ports.history.read(detail.executionArn);
  if (endedByItself(dead)) return { rescued: null, reason: `${dead.name} came to its own end` };
  const rescue = givenRescue(dead);
  if (rescue) return giveUp(dead, rescue, ports);
  const incident = rescueOf(dead);
  if (!incident) {
    await ports.notifier.notify(
      `${dead.name} died`,
      `${dead.arn} was ${dead.status}, and its input is no release: there is nothing to rescue.`,
    );
    return { rescued: null, reason: `the input of ${dead.name} is no release` };
  }
  const name = rescueName(dead.name);
  const request: RescueRequest = { rescue: incident };
  const outcome = await ports.executions.start(name, request);
  return outcome === 'started'
    ? { rescued: name, reason: `${dead.name} was ${dead.status} in ${incident.failure.state}` }
    : { rescued: null, reason: `${name} already ran or runs` };
}

/** Its last state says what became of the release; a release that could not be reported is not one of these. */
function endedByItself({ status, cause }: EndedExecution): boolean {
  if (status === 'SUCCEEDED') return true;
  return status === 'FAILED' && reportIn(cause) !== null;
}

/** Nothing is known to be recovered: the lock stays, the stage takes no further release, the record says so. */
async function giveUp(
  dead: EndedExecution,
  { request, release, stage, failure }: RestoredRescue,
  ports: RescueReleasePorts,
): Promise<Rescued> {
  const { table, notifier, measures, clock } = ports;
  const at = clock.now().toISOString();
  const reason = `the rescue ${dead.name} was ${dead.status} itself; ${failure?.state ?? 'a state'} had failed: ${failure?.error ?? 'not known'}`;
  const told = notifier.notify(
    `${request.tag} is not recovered${stage ? ` at ${stage.name}` : ''}: its rescue died`,
    `${reason}.\nA person must act. Next: npx release status ${request.tag}\n${dead.arn}`,
  );
  const name = release?.name;
  // No Report ran that would have.
  measures.send([
    { metric: 'NotReleased', value: 1 },
    { metric: 'NotRecovered', value: 1 },
  ]);
  const record = keys.release(request.tag, request.attempt);
  const written = [
    stage && table.update(keys.state(stage.name).pk, keys.state(stage.name).sk, { blocked: { release: name ?? dead.name, reason, at } }),
    name && table.update(record.pk, record.sk, { outcome: 'not-recovered', cause: 'RollbackFailed', closedAt: at }, { name }),
  ];
  // Each is tried whatever becomes of the others; the event comes again when one failed.
  const failed = (await Promise.allSettled([told, ...written])).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return { rescued: null, reason };
}
