import { readStack } from './bundle-of.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { offTheRecord } from './off-the-record.ts';
import { leaksOf } from './planted-secrets.ts';
import { expectExit, patience, type Rehearsed, rehearse } from './run-release.ts';
import { entered, nameOf, roleOf, sealing, undoing } from './what-happened.ts';

describe('an update that passes its smoke test, and whose callers then meet errors', () => {
  let copy: CopyOfTree;
  let run: Rehearsed;

  beforeAll(async () => {
    copy = copyOfTree();
    run = await rehearse(copy.folder, '--tag', 'v1.4.0', '--fault', 'errors-rise');
  }, patience);
  afterAll(() => copy.remove());

  const enteredAt = (state: string) => run.json.timeline.find((moment) => moment.event === 'entered' && moment.state === state)?.at ?? '';

  it('ends with 1: not released, rolled back, proven', () => {
    expectExit(run, 1);
    expect(run.json).toMatchObject({ outcome: 'not-released', failedStep: 'WatchAlarms', cause: 'AlarmDuringWatch', differences: [] });
    expect(run.json.stages).toEqual([{ name: 'staging', outcome: 'failed', rolledBack: true, proven: true }]);
  });

  it('is seen by an alarm on what the load balancer measured, which is named with its value and threshold', () => {
    expect(readStack(run).status).toBe('UPDATE_COMPLETE');
    expect(run.json.sentence).toMatch(
      /release-staging-target-errors went off .*HTTPCode_Target_5XX_Count \(Sum\) \d+ against a threshold of 5/,
    );
  });

  it('is stopped before the stage counts as proven, and never reaches production', () => {
    const states = entered(run);
    expect(states.slice(states.indexOf('staging SmokeTest')).slice(0, 3)).toEqual([
      'staging SmokeTest',
      'staging WatchAlarms',
      'staging CollectDiagnostics',
    ]);
    expect(states.filter((state) => state.endsWith('UnlockStage') || state.startsWith('prod'))).toEqual([]);
  });

  it('returns to last-good by a change set', () => {
    const undone = undoing(run).filter(({ outcome }) => outcome === 'ok');
    expect([...new Set(undone.map(roleOf))]).toEqual(['RollBack']);
    expect([...new Set(undone.map(nameOf))]).toEqual(['cloudformation CreateChangeSet', 'cloudformation ExecuteChangeSet']);
  });

  it('seals the diagnostics before the first call that undoes anything', () => {
    expect(sealing(run)).toBeGreaterThan(-1);
    expect(run.calls.indexOf(undoing(run)[0]!)).toBeGreaterThan(sealing(run));
  });

  it('lets callers fail no earlier than the watch and no longer than the rollback, and those of production never', () => {
    const [staging, prod] = run.json.availability;
    expect(staging?.failed).toBeGreaterThan(0);
    expect((staging?.firstFailure ?? '') > enteredAt('WatchAlarms')).toBe(true);
    expect((staging?.lastFailure ?? '') < enteredAt('ProveRollback')).toBe(true);
    expect(prod).toMatchObject({ failed: 0, firstFailure: null });
    expect(run.json.serving).toEqual({ staging: '1.3.0', prod: '1.3.0' });
  });

  it('asks for nothing that is not on the record', () => {
    expect(offTheRecord(run)).toEqual([]);
  });

  it('shows no planted secret anywhere', () => {
    expect(leaksOf(run)).toEqual([]);
  });
});
