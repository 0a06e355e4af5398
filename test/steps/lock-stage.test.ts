import type { Plan } from '../../steps/contract/deployment.ts';
import { loops } from '../../steps/contract/patience.ts';
import type { ChangeSetView, Item, SecretReader, Stacks } from '../../steps/contract/ports.ts';
import { type ApprovalRecord, keys } from '../../steps/contract/records.ts';
import { lockStage } from '../../steps/lock-stage.ts';
import { exampleSecret } from '../container/builders.ts';
import { image } from './builders.ts';
import { FakeTable, fakeSecrets } from './fakes.ts';
import { changeSetArn, inspection, minute, plan, release, request, stackId, stage } from './incidents.ts';
import { clockAt, port } from './ports.ts';

const available: ChangeSetView = {
  arn: changeSetArn,
  stackId,
  status: 'CREATE_COMPLETE',
  reason: '',
  executionStatus: 'AVAILABLE',
  changes: [],
};
const heldBy = (holder: string): Item => ({ ...keys.lock('staging'), holder, tag: 'v1.3.0', pushedBy: request.pushedBy, since: minute(0) });
const approval = (changes: Partial<ApprovalRecord> = {}): ApprovalRecord => ({
  ...keys.approval('example'),
  id: 'example',
  token: 'example-token',
  release: release.name,
  tag: release.tag,
  attempt: 1,
  commit: release.commit,
  stage: 'staging',
  digest: image.digest,
  templateHash: plan.templateHash,
  changes: [],
  pushedBy: request.pushedBy,
  executionArn: 'example',
  requestedAt: minute(0),
  expiresAt: minute(60),
  decision: 'approved',
  ...changes,
});

interface World {
  items?: Item[];
  changeSet?: ChangeSetView | null;
  secrets?: SecretReader;
}
function world({ items = [], changeSet = available, secrets = fakeSecrets() }: World = {}) {
  const table = new FakeTable(...items);
  const ports = { table, stacks: port<Stacks>({ changeSet: async () => changeSet }), secrets, clock: clockAt(minute(4)) };
  const run = (input: { polls?: number; plan?: Plan; approve?: string | null } = {}) =>
    lockStage(
      {
        release,
        stage: { ...stage, approval: input.approve !== undefined },
        image,
        inspection,
        plan: input.plan ?? plan,
        approval: input.approve ? { id: input.approve } : null,
        polls: input.polls ?? 0,
      },
      ports,
    );
  return { table, run };
}

describe('LockStage', () => {
  it('takes a free stage and says who holds it', async () => {
    const { table, run } = world();
    expect(await run()).toEqual({ status: 'locked', holder: release.name });
    expect(await table.get('STAGE#staging', 'LOCK')).toMatchObject({ holder: release.name, tag: 'v1.4.0', since: minute(4) });
  });

  it('takes its own lock for taken when it is repeated', async () => {
    expect(await world({ items: [heldBy(release.name)] }).run()).toMatchObject({ status: 'locked' });
  });

  it('waits for another release, and looks at nothing meanwhile', async () => {
    const { table, run } = world({ items: [heldBy('v1.3.0-bbbbbbb-1')], changeSet: null });
    expect(await run()).toEqual({ status: 'held', holder: 'v1.3.0-bbbbbbb-1' });
    expect(await table.get('STAGE#staging', 'LOCK')).toMatchObject({ holder: 'v1.3.0-bbbbbbb-1' });
  });

  it('waits for its turn when the holder leaves between two looks', async () => {
    const { table, run } = world();
    table.insert = async () => false;
    expect(await run()).toEqual({ status: 'held', holder: 'a release that just left' });
  });

  it('throws StageLocked at its last poll', async () => {
    const held = world({ items: [heldBy('v1.3.0-bbbbbbb-1')] });
    await expect(held.run({ polls: loops.LockStage.polls - 1 })).rejects.toMatchObject({ name: 'StageLocked' });
  });

  it.each([
    ['became obsolete', { ...available, executionStatus: 'OBSOLETE' }],
    ['is gone', null],
  ])('throws PlanStale when the change set %s', async (_, changeSet) => {
    await expect(world({ changeSet }).run()).rejects.toMatchObject({ name: 'PlanStale' });
  });

  it('asks for no change set while the stack is to be healed first', async () => {
    const healFirst = { ...plan, status: 'heal-first' as const, changeSetArn: null };
    expect(await world({ changeSet: null }).run({ plan: healFirst })).toMatchObject({ status: 'locked' });
  });

  it('throws PlanStale when the secret has another version than the one that was checked', async () => {
    const secrets = fakeSecrets(undefined, 'another-version');
    await expect(world({ secrets }).run()).rejects.toMatchObject({ name: 'PlanStale' });
  });

  it('names the key that the secret lost meanwhile', async () => {
    const secrets = fakeSecrets(JSON.stringify(exampleSecret({ app_definition_id: undefined })), 'another-version');
    await expect(world({ secrets }).run()).rejects.toMatchObject({ name: 'SecretKeyMissing' });
  });

  describe('where a person decides', () => {
    it('takes the stage when this digest by this template was approved', async () => {
      expect(await world({ items: [approval()] }).run({ approve: 'example' })).toMatchObject({ status: 'locked' });
    });

    it.each<[string, Partial<ApprovalRecord>]>([
      ['ApprovalRejected', { decision: 'rejected', decidedBy: 'arn:aws:iam::111122223333:user/example' }],
      // A token alone approves nothing: whoever sent it wrote no decision.
      ['ApprovalRejected', { decision: 'pending' }],
      ['PlanStale', { digest: `sha256:${'9'.repeat(64)}` }],
      ['PlanStale', { templateHash: '9'.repeat(64) }],
      ['PlanStale', { release: 'v1.4.0-0123456-2' }],
      ['PlanStale', { stage: 'prod' }],
    ])('throws %s for a request with %j', async (name, changes) => {
      await expect(world({ items: [approval(changes)] }).run({ approve: 'example' })).rejects.toMatchObject({ name });
    });

    it.each([null, 'unknown'])('throws PlanStale when the approval is %j', async (approve) => {
      await expect(world({ items: [approval()] }).run({ approve })).rejects.toMatchObject({ name: 'PlanStale' });
    });
  });
});
