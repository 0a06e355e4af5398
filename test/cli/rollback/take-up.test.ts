import { jest } from '@jest/globals';
import { takeUp } from '../../../cli/commands/rollback.ts';
import { factsOf } from '../../../cli/doctor/facts.ts';
import { beginRollback } from '../../../cli/rollback/perform.ts';
import { planRollback, unfinishedRollback } from '../../../cli/rollback/plan.ts';
import type { World } from '../../../cli/world.ts';
import { stage } from '../../steps/incidents.ts';
import { exampleWorld, operatorArn } from '../example-world.ts';

/** A rollback that somebody began, whose execution has this status. */
async function begun(status: string | null) {
  const find: World['executions']['find'] = async (name) => (status && name.includes('-back-') ? { arn: 'example', name, status } : null);
  const world = exampleWorld({ ports: { start: async () => 'started', executions: { find, recent: async () => [] } } });
  const plan = await planRollback(factsOf(stage, world), world);
  return { world, deed: await beginRollback(stage, plan, { by: operatorArn, reason: 'example' }, world) };
}

describe('a rollback that somebody else began', () => {
  beforeEach(() => void jest.spyOn(console, 'log').mockImplementation(() => {}));
  afterEach(() => void jest.restoreAllMocks());

  it.each([
    ['RUNNING', /and it runs\. Next: npx release rollback staging --yes, which follows it to its end and begins no other$/],
    ['FAILED', /and nobody wrote down how it ended\. Next: npx release rollback staging --yes/],
  ])('comes before any other, also when it is %s', async (status, says) => {
    const { world, deed } = await begun(status);
    await expect(takeUp(stage, deed, { yes: false, reason: '' }, world)).rejects.toThrow(says);
    expect(await unfinishedRollback('staging', world)).toEqual(deed);
  });

  it('is dropped when the machine never began it, and the stage is free', async () => {
    const { world, deed } = await begun(null);
    await expect(takeUp(stage, deed, { yes: true, reason: '' }, world)).rejects.toThrow('was never started: nothing was changed');
    expect(await world.table.get('STAGE#staging', 'LOCK')).toBeNull();
    expect(await unfinishedRollback('staging', world)).toBeNull();
  });
});
