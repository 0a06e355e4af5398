import { readStoppedTasks } from './bundle-of.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { offTheRecord } from './off-the-record.ts';
import { leaksOf } from './planted-secrets.ts';
import { expectExit, patience, type Rehearsed, rehearse } from './run-release.ts';
import { nameOf, sealing, undoing } from './what-happened.ts';

describe('an update whose containers crash at start', () => {
  let copy: CopyOfTree;
  let run: Rehearsed;

  beforeAll(async () => {
    copy = copyOfTree();
    run = await rehearse(copy.folder, '--tag', 'v1.4.0', '--fault', 'boot-crash');
  }, patience);
  afterAll(() => copy.remove());

  it('ends with 1: not released, rolled back, proven', () => {
    expectExit(run, 1);
    expect(run.json).toMatchObject({ outcome: 'not-released', failedStep: 'WatchDeployment', cause: 'ContainerCrashed' });
    expect(run.json.stages).toEqual([{ name: 'staging', outcome: 'failed', rolledBack: true, proven: true }]);
  });

  it('is decided by the machine, before the breaker of ECS counts five', () => {
    // Two stops decide; tasks start in pairs, so that a look may find more of them.
    expect(run.json.sentence).toMatch(/^[234] tasks of StagingService stopped by themselves/);
    const crashed = readStoppedTasks(run).filter(({ containers }) => containers.some(({ exitCode }) => exitCode === 1));
    expect(crashed.length).toBeGreaterThanOrEqual(2);
  });

  it('fails no request of a client that calls both stages throughout', () => {
    expect(run.json.availability.map(({ stage }) => stage)).toEqual(['staging', 'prod']);
    for (const { requests, failed, firstFailure } of run.json.availability) {
      expect({ failed, firstFailure }).toEqual({ failed: 0, firstFailure: null });
      expect(requests).toBeGreaterThan(20);
    }
  });

  it('serves the old version afterwards', () => {
    expect(run.stdout).toContain('v1.3.0 runs in every stage');
    expect(run.json.serving).toEqual({ staging: '1.3.0', prod: '1.3.0' });
  });

  it('lets ECS promote the old tasks that still run', () => {
    expect(undoing(run).map(nameOf)).toContain('ecs StopServiceDeployment');
  });

  it('seals the diagnostics before the first call that undoes anything', () => {
    const first = run.calls.indexOf(undoing(run)[0]!);
    expect(sealing(run)).toBeGreaterThan(-1);
    expect(first).toBeGreaterThan(sealing(run));
  });

  it('misses nothing that it meant to keep', () => {
    expect(run.json.diagnostics?.missing).toEqual([]);
  });

  it('asks for nothing that is not on the record', () => {
    expect(offTheRecord(run)).toEqual([]);
  });

  it('shows no planted secret anywhere', () => {
    expect(leaksOf(run)).toEqual([]);
  });
});
