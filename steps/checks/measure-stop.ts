import type { Measures, Table, TaskView } from '../contract/ports.ts';
import { keys } from '../contract/records.ts';

/** StopCodes of ECS. A word that is none of them is not made a metric of its own. */
const stopCodes = [
  'TaskFailedToStart',
  'EssentialContainerExited',
  'UserInitiated',
  'ServiceSchedulerInitiated',
  'SpotInterruption',
  'TerminationNotice',
];

/** ECS's own words for a task of which there were too many, or that a newer one replaced. */
const wanted = /^Scaling activity initiated by/;

/** Counts a stop by its cause, and once more when nobody wanted it and no release was at work at the stage. */
export async function measureStop(
  { stopCode, stoppedReason }: Pick<TaskView, 'stopCode' | 'stoppedReason'>,
  stage: string,
  { table, measures }: { table: Pick<Table, 'get'>; measures: Measures },
): Promise<void> {
  const Cause = stopCodes.includes(stopCode) ? stopCode : 'Other';
  measures.send([{ metric: 'TaskStopped', value: 1, Stage: stage, Cause }]);
  if (wanted.test(stoppedReason) || stopCode === 'UserInitiated') return;
  const lock = keys.lock(stage);
  // Evidence does not wait for the table: who cannot be asked counts as nobody, and a person looks once too often.
  const held = await table.get(lock.pk, lock.sk).catch(() => null);
  if (!held) measures.send([{ metric: 'TaskLost', value: 1, Stage: stage }]);
}
