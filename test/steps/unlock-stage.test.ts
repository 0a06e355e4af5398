import { keys } from '../../steps/contract/records.ts';
import { unlockStage } from '../../steps/unlock-stage.ts';
import { image } from './builders.ts';
import { FakeTable } from './fakes.ts';
import { lastGood, minute, release, stage } from './incidents.ts';
import { clockAt } from './ports.ts';

const lock = (holder: string) => ({ ...keys.lock('staging'), holder });
const unlock = (table: FakeTable) =>
  unlockStage({ release, stage, image, smoke: { checks: [], failure: null } }, { table, clock: clockAt(minute(9)) });
const state = (table: FakeTable) => table.get('STAGE#staging', 'STATE');

describe('UnlockStage', () => {
  it('records what was proven beside what ran before, and frees the stage', async () => {
    const table = new FakeTable(lock(release.name), { ...keys.state('staging'), lastGood });
    await unlock(table);
    const { tag, attempt, commit } = release;
    expect(await state(table)).toMatchObject({
      lastGood,
      proven: { tag, attempt, commit, digest: image.digest, artefacts: image.artefacts, at: minute(9) },
    });
    expect(await table.get('STAGE#staging', 'LOCK')).toBeNull();
  });

  it("overwrites nothing of a newer release's when it is repeated late", async () => {
    const newer = { ...keys.state('staging'), proven: { tag: 'v1.5.0' } };
    const table = new FakeTable(lock('v1.5.0-bbbbbbb-1'), newer);
    await unlock(table);
    expect(await state(table)).toEqual(newer);
    expect(await table.get('STAGE#staging', 'LOCK')).toMatchObject({ holder: 'v1.5.0-bbbbbbb-1' });
  });
});
