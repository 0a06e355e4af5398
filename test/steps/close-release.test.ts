import { closeRelease } from '../../steps/close-release.ts';
import { keys } from '../../steps/contract/records.ts';
import { image } from './builders.ts';
import { FakeAnnouncer, FakePeople, FakeTable } from './fakes.ts';
import { minute, release } from './incidents.ts';
import { clockAt } from './ports.ts';

function world() {
  const table = new FakeTable({ ...keys.release('v1.4.0', 1), name: release.name, outcome: 'running' });
  const ports = { table, notifier: new FakePeople(), announcer: new FakeAnnouncer(), clock: clockAt(minute(10)) };
  return { ...ports, close: (of = release, pinned: typeof image | null = image) => closeRelease({ release: of, image: pinned }, ports) };
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

  it('closes no record of another execution', async () => {
    const { table, close } = world();
    await close({ ...release, name: 'v1.4.0-bbbbbbb-1' });
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).toMatchObject({ outcome: 'running' });
  });
});
