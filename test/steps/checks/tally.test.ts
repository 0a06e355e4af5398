import { costInWords, tallied, tally } from '../../../steps/checks/tally.ts';
import type { MeteredEvent } from '../../../steps/contract/cost.ts';
import { fakeHistory } from '../fakes.ts';
import { minute } from '../incidents.ts';
import { clockAt } from '../ports.ts';

const arn = 'arn:aws:states:us-east-1:111122223333:execution:example:example';
const clock = clockAt(minute(4));

describe('the tally of an execution', () => {
  it('knows how long each step took, the one that asks up to now, and no state that only chooses or waits', async () => {
    const history = fakeHistory([
      { at: minute(0), type: 'WaitStateEntered', state: 'WaitForWatchDeployment' },
      { at: minute(1), type: 'WaitStateExited', state: 'WaitForWatchDeployment' },
      { at: minute(1), type: 'TaskStateEntered', state: 'BuildImage' },
      { at: minute(1), type: 'TaskScheduled', service: 'codebuild' },
      { at: minute(3), type: 'TaskSucceeded' },
      { at: minute(3), type: 'TaskStateExited', state: 'BuildImage' },
      { at: minute(3), type: 'TaskStateEntered', state: 'Report' },
    ]);
    const counted = await tally([arn], { history, clock });
    expect(counted.steps).toEqual(
      new Map([
        ['BuildImage', 120],
        ['Report', 60],
      ]),
    );
    expect(counted.cost).toMatchObject({ transitions: 4, build: { minutes: 2, usd: 0.02 } });
    expect(tallied(counted)).toContainEqual({ metric: 'StepDuration', value: 120, Step: 'BuildImage' });
  });

  it('goes on from a dead execution to the one that took the release over, and counts nothing between them', async () => {
    const start = (minutes: number) => ({ at: minute(minutes), type: 'ExecutionStarted' });
    const enter = (state: string, minutes: number) => ({ at: minute(minutes), type: 'TaskStateEntered', state });
    const histories: Record<string, MeteredEvent[]> = {
      dead: [start(0), enter('Deploy', 0), { at: minute(1), type: 'ExecutionAborted' }],
      rescue: [start(3), enter('Report', 3)],
    };
    const counted = await tally(['dead', 'rescue'], { history: { events: async (name) => histories[name]! }, clock });
    expect(Object.fromEntries(counted.steps)).toEqual({ Deploy: 60, Report: 60 });
    expect(counted.cost.transitions).toBe(3);
  });

  it('is given up when the history does not come: the news is worth more', async () => {
    const history = { events: () => new Promise<never>(() => {}) };
    await expect(tally([arn], { history, clock }, 5)).rejects.toThrow('no answer within');
  });

  it('is worded with the build apart, where there was one', () => {
    expect(costInWords({ transitions: 1, usd: 0.01234, build: { minutes: 0, usd: 0 }, lines: [] })).toBe('$0.0123');
    expect(costInWords({ transitions: 1, usd: 0.01234, build: { minutes: 5, usd: 0.05 }, lines: [] })).toBe(
      '$0.0123, and $0.05 for 5 build minutes',
    );
  });
});
