import { checkReleases } from '../../steps/check-releases.ts';
import type { MeteredEvent } from '../../steps/contract/cost.ts';
import { FakeMeasures } from './fakes.ts';
import { clockAt } from './ports.ts';

const hour = (hours: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + hours * 3_600_000).toISOString();
const enter = (state: string, at: number): MeteredEvent => ({ at: hour(at), type: 'TaskStateEntered', state });
const leave = (state: string, at: number): MeteredEvent => ({ at: hour(at), type: 'TaskStateExited', state });

async function check(now: number, running: Readonly<Record<string, MeteredEvent[]>>) {
  const measures = new FakeMeasures();
  const answer = await checkReleases(
    { expectedHours: 3 },
    {
      executions: { recent: async () => Object.keys(running).map((name) => ({ arn: `arn:${name}`, name, status: 'RUNNING' })) },
      history: { events: async (arn) => running[arn.slice('arn:'.length)] ?? [] },
      measures,
      clock: clockAt(hour(now)),
    },
  );
  return { ...answer, measured: measures.sent };
}

describe('CheckReleases', () => {
  it('measures none while nothing runs: silence would be a check that does not run', async () => {
    expect(await check(0, {})).toEqual({ overdue: [], measured: [{ metric: 'OverdueReleases', value: 0 }] });
  });

  it('finds a release that works for longer than expected, and says for how long', async () => {
    const { overdue, measured } = await check(4, { slow: [enter('WatchDeployment', 0)], quick: [enter('WatchDeployment', 2)] });
    expect(overdue).toEqual([{ name: 'slow', workedHours: 4 }]);
    expect(measured).toEqual([{ metric: 'OverdueReleases', value: 1 }]);
  });

  it('takes a wait for a person for no work, while it lasts and after it', async () => {
    const waiting = [enter('AcceptTag', 0), leave('AcceptTag', 1), enter('RequestApproval', 1)];
    const approved = [...waiting, leave('RequestApproval', 48), enter('Deploy', 48)];
    expect((await check(50, { waiting, approved })).overdue).toEqual([]);
    expect((await check(50.5, { approved })).overdue).toEqual([{ name: 'approved', workedHours: 3.5 }]);
  });
});
