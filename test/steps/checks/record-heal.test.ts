import { healInWords, readHeals, recordHeal } from '../../../steps/checks/record-heal.ts';
import { keys } from '../../../steps/contract/records.ts';
import { FakeTable } from '../fakes.ts';
import { minute, release } from '../incidents.ts';

const healed = { stage: 'staging', from: 'UPDATE_ROLLBACK_FAILED', did: ['continue-rollback'], at: minute(4) };

describe('what a release healed', () => {
  it('is nothing while it has no record, or a record without heals', async () => {
    expect(await readHeals(release, new FakeTable())).toEqual([]);
    expect(await readHeals(release, new FakeTable({ ...keys.release(release.tag, release.attempt), name: release.name }))).toEqual([]);
  });

  it('is written beside what was healed before, once a stage', async () => {
    const table = new FakeTable({ ...keys.release(release.tag, release.attempt), name: release.name });
    await recordHeal({ release }, healed, table);
    await recordHeal({ release }, { ...healed, stage: 'prod' }, table);
    await recordHeal({ release }, { ...healed, did: ['redeploy'] }, table);
    expect(await readHeals(release, table)).toEqual([
      { ...healed, stage: 'prod' },
      { ...healed, did: ['redeploy'] },
    ]);
  });

  it('is told in words, also when somebody else had done it meanwhile', () => {
    expect(healInWords(healed)).toBe('the stack of staging was healed first (UPDATE_ROLLBACK_FAILED: continue-rollback)');
    expect(healInWords({ ...healed, did: [] })).toBe(
      'the stack of staging was healed first (UPDATE_ROLLBACK_FAILED: by somebody else meanwhile)',
    );
  });
});
