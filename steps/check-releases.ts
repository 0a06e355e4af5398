import { ReleaseMeter } from './checks/release-meter.ts';
import type { ExecutionLookup } from './contract/operator-ports.ts';
import type { Clock, Measures, ReleaseHistory } from './contract/ports.ts';
import type { ReleasesToCheck } from './contract/schedule.ts';

export interface CheckReleasesPorts {
  executions: Pick<ExecutionLookup, 'recent'>;
  history: ReleaseHistory;
  measures: Measures;
  clock: Clock;
}
export type CheckedReleases = { overdue: { name: string; workedHours: number }[] };

/** The state in which a person is asked: there is no hurry in it but the approval's own. */
const asking = 'RequestApproval';

/** Counts the executions that work for longer than a release should take. Each wait has a deadline of its own; this is for what nobody thought of. */
export async function checkReleases({ expectedHours }: ReleasesToCheck, ports: CheckReleasesPorts): Promise<CheckedReleases> {
  const until = ports.clock.now().toISOString();
  const running = await ports.executions.recent('RUNNING');
  const worked = await Promise.all(
    running.map(async ({ arn, name }) => {
      const meter = new ReleaseMeter();
      for (const event of await ports.history.events(arn)) meter.take(event);
      const seconds = [...meter.seconds(until)].reduce((sum, [state, each]) => (state === asking ? sum : sum + each), 0);
      return { name, workedHours: seconds / 3600 };
    }),
  );
  const overdue = worked.filter(({ workedHours }) => workedHours > expectedHours);
  ports.measures.send([{ metric: 'OverdueReleases', value: overdue.length }]);
  return { overdue };
}
