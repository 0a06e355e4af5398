import { readStack } from './bundle-of.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { offTheRecord } from './off-the-record.ts';
import { leaksOf } from './planted-secrets.ts';
import { expectExit, patience, type Rehearsed, rehearse } from './run-release.ts';
import { entered, nameOf, roleOf, sealing, undoing } from './what-happened.ts';

describe('an update that completes, and whose service does not know its configuration', () => {
  let copy: CopyOfTree;
  let run: Rehearsed;

  beforeAll(async () => {
    copy = copyOfTree();
    run = await rehearse(copy.folder, '--tag', 'v1.4.0', '--fault', 'config-broken');
  }, patience);
  afterAll(() => copy.remove());

  it('ends with 1: not released, rolled back, proven', () => {
    expectExit(run, 1);
    expect(run.json).toMatchObject({ outcome: 'not-released', failedStep: 'SmokeTest', cause: 'SmokeConfigMismatch' });
    expect(run.json.stages).toEqual([{ name: 'staging', outcome: 'failed', rolledBack: true, proven: true }]);
  });

  it('is seen by the smoke test alone: the stack had completed', () => {
    expect(readStack(run).status).toBe('UPDATE_COMPLETE');
    expect(run.json.sentence).toContain('/config');
  });

  it('never reaches production', () => {
    expect(entered(run).filter((state) => state.startsWith('prod'))).toEqual([]);
  });

  it('returns to last-good by a change set', () => {
    const undone = undoing(run).filter(({ outcome }) => outcome === 'ok');
    expect([...new Set(undone.map(roleOf))]).toEqual(['RollBack']);
    expect([...new Set(undone.map(nameOf))]).toEqual(['cloudformation CreateChangeSet', 'cloudformation ExecuteChangeSet']);
  });

  it('seals the diagnostics before the first call that undoes anything', () => {
    const first = run.calls.indexOf(undoing(run)[0]!);
    expect(sealing(run)).toBeGreaterThan(-1);
    expect(first).toBeGreaterThan(sealing(run));
  });

  it('fails no request of a client that calls both stages throughout, and serves the old version afterwards', () => {
    expect(run.json.availability.map(({ stage, failed, firstFailure }) => ({ stage, failed, firstFailure }))).toEqual([
      { stage: 'staging', failed: 0, firstFailure: null },
      { stage: 'prod', failed: 0, firstFailure: null },
    ]);
    expect(run.json.serving).toEqual({ staging: '1.3.0', prod: '1.3.0' });
  });

  it('asks for nothing that is not on the record', () => {
    expect(offTheRecord(run)).toEqual([]);
  });

  it('shows no planted secret anywhere', () => {
    expect(leaksOf(run)).toEqual([]);
  });
});
