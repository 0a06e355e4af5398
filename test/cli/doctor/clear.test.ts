import { clear, clearingOf } from '../../../cli/doctor/clear.ts';
import { examine } from '../../../cli/doctor/examine.ts';
import { factsOf } from '../../../cli/doctor/facts.ts';
import { FakeTable } from '../../steps/fakes.ts';
import { minute, stackView, stage } from '../../steps/incidents.ts';
import { blocked, type ExampleWorld, exampleWorld, lock, operatorArn, proven, record, state } from '../example-world.ts';

const wanted = async (example: ExampleWorld) => {
  const world = exampleWorld(example);
  const facts = factsOf(stage, world);
  return clearingOf(facts, await examine(facts, world));
};
const blockedAndHeld = () => new FakeTable(record(), state({ blocked }), lock());

describe('clearing a stage', () => {
  it('removes a blocked mark and a stale lock when all else is in order', async () => {
    expect(await wanted({ table: blockedAndHeld() })).toEqual({ remove: { blocked, lock: lock() } });
  });

  it('removes nothing under a release that runs, or under its rescue', async () => {
    for (const running of [lock().holder, `${lock().holder}-rescue`])
      expect(await wanted({ table: blockedAndHeld(), running: [running] })).toEqual({
        refused: expect.stringContaining(`${running} runs`),
      });
  });

  it('removes nothing while anything else is wrong or not known', async () => {
    expect(await wanted({ table: blockedAndHeld(), stack: stackView('UPDATE_ROLLBACK_FAILED') })).toEqual({
      refused: expect.stringMatching(/^stack.* must be ok first/),
    });
    const sampleKeys = { describe: () => Promise.reject(new Error('example')) };
    expect(await wanted({ table: blockedAndHeld(), ports: { sampleKeys } })).toEqual({
      refused: expect.stringMatching(/^sample key must be ok/),
    });
  });

  it('has nothing to do where nothing is in the way', async () => {
    expect(await wanted({})).toEqual({ nothing: expect.stringContaining('nothing to clear') });
  });

  it('keeps who did it, when and why, and what is proven stays', async () => {
    const table = blockedAndHeld();
    const person = { by: operatorArn, at: minute(40), reason: 'the stack was continued by hand' };
    expect(await clear('staging', { blocked, lock: lock() }, person, { table })).toBe(true);
    expect(await table.get('STAGE#staging', 'LOCK')).toBeNull();
    expect(await table.get('STAGE#staging', 'STATE')).toEqual(state());
    expect(await table.get('STAGE#staging', `DEED#${minute(40)}`)).toMatchObject({
      deed: 'clear',
      ...person,
      outcome: 'done',
      what: [expect.stringContaining('RollbackFailed'), expect.stringContaining(lock().holder)],
    });
  });

  it('removes nothing that is not what was seen', async () => {
    const since = [state({ blocked: { ...blocked, reason: 'another one' } }), state({ proven })];
    for (const now of since) {
      const table = new FakeTable(now, lock());
      expect(await clear('staging', { blocked, lock: lock() }, { by: operatorArn, at: minute(40), reason: 'example' }, { table })).toBe(
        false,
      );
      expect(await table.get('STAGE#staging', 'LOCK')).not.toBeNull();
      expect(await table.get('STAGE#staging', `DEED#${minute(40)}`)).toMatchObject({ outcome: 'refused' });
    }
  });

  it('leaves the lock to a release that took it meanwhile', async () => {
    const taken = lock({ holder: 'v1.5.0-aaaaaaa-1', since: minute(39) });
    const table = new FakeTable(state(), taken);
    expect(await clear('staging', { blocked: null, lock: lock() }, { by: operatorArn, at: minute(40), reason: 'example' }, { table })).toBe(
      false,
    );
    expect(await table.get('STAGE#staging', 'LOCK')).toEqual(taken);
  });
});
