import { closeRelease } from '../../steps/close-release.ts';
import type { ReleaseHistory } from '../../steps/contract/ports.ts';
import { keys, ReleaseRecord } from '../../steps/contract/records.ts';
import { image } from './builders.ts';
import { FakeAnnouncer, FakeMeasures, FakePeople, FakeTable, fakeHistory } from './fakes.ts';
import { minute, release } from './incidents.ts';
import { clockAt } from './ports.ts';

const execution = { arn: 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0-0123456-1' };

function world(history: ReleaseHistory = fakeHistory()) {
  const table = new FakeTable({ ...keys.release('v1.4.0', 1), name: release.name, outcome: 'running' });
  const ports = {
    table,
    notifier: new FakePeople(),
    announcer: new FakeAnnouncer(),
    history,
    measures: new FakeMeasures(),
    clock: clockAt(minute(10)),
  };
  return {
    ...ports,
    close: (of = release, pinned: typeof image | null = image) => closeRelease({ release: of, image: pinned, execution }, ports),
  };
}

describe('CloseRelease', () => {
  it('records, announces and tells that the tag is released', async () => {
    const { table, announcer, notifier, close } = world();
    expect(await close()).toEqual({ outcome: 'released' });
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).toMatchObject({
      outcome: 'released',
      digest: image.digest,
      closedAt: minute(10),
    });
    const { tag, commit, attempt, name, stages } = release;
    expect(announcer.announced).toEqual([{ outcome: 'released', tag, commit, attempt, name, stages, digest: image.digest }]);
    expect(notifier.told[0]?.subject).toBe('v1.4.0 is released');
    expect(notifier.told[0]?.message).toContain('now runs in staging');
  });

  it('says so when every stage had proven the tag before', async () => {
    const { notifier, close } = world();
    await close({ ...release, stages: [] }, null);
    expect(notifier.told[0]?.message).toContain('nothing was changed.\nImage: none was built');
  });

  it('records and tells what the release cost, by the history of its execution and the one state that is still to come', async () => {
    const { table, notifier, close } = world();
    await close();
    const { cost } = ReleaseRecord.partial().parse(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1'));
    expect(cost).toMatchObject({ transitions: 3, build: { minutes: 0, usd: 0 } });
    expect(notifier.told[0]?.message).toMatch(/\nCost: \$0\.\d{4}$/);
  });

  it('measures the outcome, the lead time from the push, the cost, and how long each step took', async () => {
    const { measures, close } = world();
    await close();
    expect(measures.sent).toEqual([
      { metric: 'Released', value: 1 },
      { metric: 'Changed', value: 1 },
      { metric: 'LeadTime', value: 600 },
      { metric: 'ReleaseCost', value: expect.any(Number) },
      { metric: 'StepDuration', value: 60, Step: 'Deploy' },
    ]);
  });

  it('counts a release that found nothing to do as released, and as no change', async () => {
    const { measures, close } = world();
    await close({ ...release, stages: [] }, null);
    expect(measures.sent.map(({ metric }) => metric)).toEqual(['Released', 'ReleaseCost', 'StepDuration']);
  });

  it('closes the release although its history cannot be read, and says that its cost is not known', async () => {
    const { table, notifier, measures, close } = world({ events: () => Promise.reject(new Error('example trouble')) });
    expect(await close()).toEqual({ outcome: 'released' });
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).not.toHaveProperty('cost');
    expect(notifier.told[0]?.message).toMatch(/\nCost: not known: example trouble$/);
    expect(measures.sent.map(({ metric }) => metric)).toEqual(['Released', 'Changed', 'LeadTime']);
  });

  it('tells that it had to free a stack first', async () => {
    const { table, announcer, notifier, close } = world();
    const healed = [{ stage: 'staging', from: 'UPDATE_ROLLBACK_FAILED', did: ['continue-rollback', 'repair'], at: minute(4) }];
    await table.update('RELEASE#v1.4.0', 'ATTEMPT#1', { healed });
    await close();
    expect(announcer.announced).toMatchObject([{ outcome: 'released', healed }]);
    expect(notifier.told[0]?.message).toContain(
      'Note: the stack of staging was healed first (UPDATE_ROLLBACK_FAILED: continue-rollback, repair).',
    );
  });

  it('says how far a tag went that does not go all the way', async () => {
    const { announcer, notifier, measures, close } = world();
    await close({ ...release, endsBefore: 'prod' });
    expect(notifier.told[0]?.message).toContain('now runs in staging; prod takes no tag like it.');
    expect(announcer.announced).toMatchObject([{ outcome: 'released', stages: ['staging'], endsBefore: 'prod' }]);
    // The way to production takes longer than that.
    expect(measures.sent.map(({ metric }) => metric)).not.toContain('LeadTime');
  });

  it('closes no record of another execution', async () => {
    const { table, close } = world();
    await close({ ...release, name: 'v1.4.0-bbbbbbb-1' });
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).toMatchObject({ outcome: 'running' });
  });
});
