import type { HealPlan } from '../../steps/contract/deployment.ts';
import { loops } from '../../steps/contract/patience.ts';
import type { Stacks } from '../../steps/contract/ports.ts';
import { healStack } from '../../steps/heal-stack.ts';
import { inspection, release, stackId, stackView, stage } from './incidents.ts';
import { port } from './ports.ts';

function world(status: string | null) {
  const deleted: string[] = [];
  const stacks = port<Stacks>({
    describe: async () => (status === null ? null : stackView(status)),
    deleteStack: async (id, token) => void deleted.push(`${id} ${token}`),
  });
  const run = (heal: HealPlan | null = { action: 'delete-stack', status: 'ROLLBACK_COMPLETE' }, polls = 0) =>
    healStack({ release, stage, inspection: { ...inspection, heal }, polls }, { stacks });
  return { deleted, run };
}

describe('HealStack', () => {
  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'])('deletes, by id, a stack that is %s', async (status) => {
    const { deleted, run } = world(status);
    expect(await run()).toEqual({ status: 'running', waitingFor: 'StagingService to be deleted' });
    expect(deleted).toEqual([`${stackId} release-v1-4-0-0123456-1-heal`]);
  });

  it('waits while the stack is deleted', async () => {
    const { deleted, run } = world('DELETE_IN_PROGRESS');
    expect(await run()).toMatchObject({ status: 'running' });
    expect(deleted).toEqual([]);
  });

  it.each(['DELETE_COMPLETE', null])('is done when the stack is %s', async (status) => {
    expect(await world(status).run()).toEqual({ status: 'healed', waitingFor: '' });
  });

  it.each(['UPDATE_COMPLETE', 'CREATE_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED', 'UPDATE_IN_PROGRESS', 'EXAMPLE_STATE'])(
    'deletes nothing that became %s meanwhile',
    async (status) => {
      const { deleted, run } = world(status);
      await expect(run()).rejects.toMatchObject({ name: 'StackLocked' });
      expect(deleted).toEqual([]);
    },
  );

  it.each<HealPlan | null>([null, { action: 'continue-rollback', status: 'UPDATE_ROLLBACK_FAILED' }])(
    'deletes nothing for the plan %j',
    async (heal) => {
      const { deleted, run } = world('ROLLBACK_COMPLETE');
      await expect(run(heal)).rejects.toMatchObject({ name: 'StackLocked' });
      expect(deleted).toEqual([]);
    },
  );

  it('gives up at its last poll', async () => {
    const last = loops.HealStack.polls - 1;
    await expect(world('DELETE_IN_PROGRESS').run(undefined, last)).rejects.toMatchObject({ name: 'StackLocked' });
  });
});
