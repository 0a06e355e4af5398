import type { ChangeSetView, StackEvent, Stacks } from '../../steps/contract/ports.ts';
import { deploy } from '../../steps/deploy.ts';
import { changeSetArn, deployment, inspection, minute, plan, release, stackEvent, stackId, stage } from './incidents.ts';
import { clockAt, port } from './ports.ts';

const changeSet = (executionStatus: string): ChangeSetView => ({
  arn: changeSetArn,
  stackId,
  status: 'CREATE_COMPLETE',
  reason: '',
  executionStatus,
  changes: [],
});

function world(view: ChangeSetView | null, events: StackEvent[] = []) {
  const executed: string[] = [];
  const stacks = port<Stacks>({
    changeSet: async () => view,
    events: async () => events,
    execute: async (arn, token) => void executed.push(`${arn} ${token}`),
  });
  const run = (changes: Partial<typeof plan> = {}) =>
    deploy({ release, stage, inspection, plan: { ...plan, ...changes } }, { stacks, clock: clockAt(minute(5)) });
  return { executed, run };
}

describe('Deploy', () => {
  it('executes the change set under a token of its own', async () => {
    const { executed, run } = world(changeSet('AVAILABLE'));
    expect(await run()).toEqual(deployment);
    expect(executed).toEqual([`${changeSetArn} release-v1-4-0-0123456-1-deploy`]);
  });

  it.each(['EXECUTE_IN_PROGRESS', 'EXECUTE_COMPLETE', 'EXECUTE_FAILED'])('executes nothing twice: %s', async (status) => {
    const { executed, run } = world(changeSet(status));
    expect(await run()).toEqual(deployment);
    expect(executed).toEqual([]);
  });

  it('knows its own operation when the executed change set is gone', async () => {
    const { executed, run } = world(null, [stackEvent({ at: minute(5) })]);
    expect(await run()).toEqual(deployment);
    expect(executed).toEqual([]);
  });

  it('began when its operation did, not when it was asked again', async () => {
    const events = [stackEvent({ at: minute(4) }), stackEvent({ at: minute(3) }), stackEvent({ at: minute(1), token: 'example' })];
    for (const view of [changeSet('EXECUTE_IN_PROGRESS'), null])
      expect(await world(view, events).run()).toMatchObject({ startedAt: minute(3) });
  });

  it.each([
    ['is obsolete', changeSet('OBSOLETE')],
    ['is gone without having been executed', null],
  ])('throws PlanStale when the change set %s', async (_, view) => {
    const { executed, run } = world(view, [stackEvent({ token: 'example' })]);
    await expect(run()).rejects.toMatchObject({ name: 'PlanStale' });
    expect(executed).toEqual([]);
  });

  it('throws PlanStale when the change set was never made', async () => {
    await expect(world(null).run({ status: 'heal-first', changeSetArn: null })).rejects.toMatchObject({ name: 'PlanStale' });
  });
});
