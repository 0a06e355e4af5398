import type { Plan } from '../../steps/contract/deployment.ts';
import { deadHolderPolls, loops } from '../../steps/contract/patience.ts';
import type { ChangeSetView, Item, SecretReader, Stacks } from '../../steps/contract/ports.ts';
import { type ApprovalRecord, keys, type ReleaseRecord } from '../../steps/contract/records.ts';
import { lockStage } from '../../steps/lock-stage.ts';
import { exampleSecret } from '../container/builders.ts';
import { image } from './builders.ts';
import { FakeTable, fakeSecrets } from './fakes.ts';
import { changeSetArn, contract as exported, inspection, minute, plan, release, request, stackId, stage } from './incidents.ts';
import { clockAt, port } from './ports.ts';

const available: ChangeSetView = {
  arn: changeSetArn,
  stackId,
  status: 'CREATE_COMPLETE',
  reason: '',
  executionStatus: 'AVAILABLE',
  changes: [],
};
const execution = 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0-0123456-1';
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
  contractHash: inspection.contractHash,
  changeSetArn: plan.changeSetArn,
  changes: [],
  earlier: [],
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
  /** Of the tag's build. */
  contract?: string;
  /** Names of executions that run. */
  running?: string[];
}
function world({ items = [], changeSet = available, secrets = fakeSecrets(), contract = exported, running = [] }: World = {}) {
  const table = new FakeTable(...items);
  const woken: string[] = [];
  const ports = {
    table,
    stacks: port<Stacks>({ changeSet: async () => changeSet }),
    secrets,
    objects: { get: async () => contract },
    executions: {
      status: async (arn: string) => (running.some((name) => arn.endsWith(`:execution:example:${name}`)) ? 'RUNNING' : 'FAILED'),
    },
    waker: {
      wake: async (token: string) => {
        woken.push(token);
        return 'woken' as const;
      },
    },
    clock: clockAt(minute(4)),
  };
  const run = (input: { polls?: number; plan?: Plan; approve?: string | null } = {}) =>
    lockStage(
      {
        release,
        stage: { ...stage, approval: input.approve !== undefined },
        image,
        inspection,
        plan: input.plan ?? plan,
        approval: input.approve ? { id: input.approve } : null,
        execution: { arn: execution },
        polls: input.polls ?? 0,
      },
      ports,
    );
  return { table, woken, run };
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
    const { table, run } = world({ items: [heldBy('v1.3.0-bbbbbbb-1')], changeSet: null, running: ['v1.3.0-bbbbbbb-1'] });
    expect(await run()).toEqual({ status: 'held', holder: 'v1.3.0-bbbbbbb-1', waitingFor: 'v1.3.0-bbbbbbb-1 to leave staging' });
    expect(await table.get('STAGE#staging', 'LOCK')).toMatchObject({ holder: 'v1.3.0-bbbbbbb-1' });
  });

  it('waits for its turn when the holder leaves between two looks', async () => {
    const { table, run } = world();
    table.insert = async () => false;
    expect(await run()).toMatchObject({ status: 'held', holder: 'a release that just left' });
  });

  it('throws StageLocked at its last poll', async () => {
    const held = world({ items: [heldBy('v1.3.0-bbbbbbb-1')], running: ['v1.3.0-bbbbbbb-1'] });
    await expect(held.run({ polls: loops.LockStage.polls - 1 })).rejects.toMatchObject({ name: 'StageLocked' });
  });

  describe('when the holder runs no more', () => {
    const holder = 'v1.3.0-bbbbbbb-1';
    const ended = (outcome: ReleaseRecord['outcome']): ReleaseRecord => ({
      ...keys.release('v1.3.0', 1),
      tag: 'v1.3.0',
      commit: 'b'.repeat(40),
      attempt: 1,
      name: holder,
      pushedBy: request.pushedBy,
      startedAt: minute(0),
      outcome,
    });
    const blocked = { ...keys.state('staging'), blocked: { release: holder, reason: 'RollbackFailed: example', at: minute(2) } };

    it.each(['released', 'not-released'] as const)(
      'takes its lock over when it is on record as %s: nothing is unproven',
      async (outcome) => {
        const { table, run } = world({ items: [heldBy(holder), ended(outcome)] });
        expect(await run()).toEqual({ status: 'locked', holder: release.name });
        expect(await table.get('STAGE#staging', 'LOCK')).toMatchObject({ holder: release.name, reason: expect.stringContaining(holder) });
      },
    );

    it.each<[string, Item[]]>([
      ['it is not on record how it ended', [ended('running')]],
      ['it was not recovered', [ended('not-recovered')]],
      ['staging is blocked since', [ended('not-released'), blocked]],
      ['no release of that name is on record', []],
    ])('leaves it the stage, and says why: %s', async (why, items) => {
      const { table, run } = world({ items: [heldBy(holder), ...items] });
      expect(await run()).toEqual({ status: 'held', holder, waitingFor: expect.stringContaining(why) });
      expect(await table.get('STAGE#staging', 'LOCK')).toMatchObject({ holder });
    });

    it('waits when another release was quicker to take it over', async () => {
      const { table, run } = world({ items: [heldBy(holder), ended('released')] });
      table.update = async () => false;
      expect(await run()).toMatchObject({ status: 'held', holder });
    });

    it('waits while its rescue works', async () => {
      const { run } = world({ items: [heldBy(holder), ended('released')], running: [`${holder}-rescue`] });
      expect(await run()).toEqual({ status: 'held', holder, waitingFor: `${holder} to leave staging` });
    });

    it('throws StageLocked well before its last poll, with what frees the stage', async () => {
      const { run } = world({ items: [heldBy(holder), ended('running')] });
      await expect(run({ polls: deadHolderPolls - 1 })).rejects.toMatchObject({
        name: 'StageLocked',
        message: expect.stringContaining('npx release doctor staging --clear'),
      });
    });
  });

  describe('when a newer tag was quicker', () => {
    const proven = { tag: 'v1.5.0', attempt: 1, commit: 'b'.repeat(40), digest: image.digest, artefacts: image.artefacts, at: minute(3) };

    it('throws Superseded, and holds nothing', async () => {
      const { table, run } = world({ items: [{ ...keys.state('staging'), proven }] });
      await expect(run()).rejects.toMatchObject({ name: 'Superseded', message: expect.stringContaining('v1.5.0') });
      expect(await table.get('STAGE#staging', 'LOCK')).toBeNull();
    });

    it('goes on where an older one, or itself, is proven', async () => {
      for (const tag of ['v1.3.0', 'v1.4.0'])
        expect(await world({ items: [{ ...keys.state('staging'), proven: { ...proven, tag } }] }).run()).toMatchObject({
          status: 'locked',
        });
    });
  });

  it('supersedes an older release that waits for approval where it has come, and wakes it', async () => {
    const older = approval({ id: 'older', ...keys.approval('older'), tag: 'v1.3.0', token: 'older-token', decision: 'pending' });
    const waiting = { ...keys.waiting('staging'), id: 'older', tag: 'v1.3.0', attempt: 1, since: minute(1), expiresAt: minute(60) };
    const { table, woken, run } = world({ items: [older, waiting] });
    await run();
    expect(await table.get('APPROVAL#older', 'REQUEST')).toMatchObject({ decision: 'superseded', decidedBy: 'v1.4.0' });
    expect(woken).toEqual(['older-token']);
  });

  it('throws PlanStale when the contract of the build is not the one that was checked', async () => {
    await expect(world({ contract: '{"type":"object"}' }).run()).rejects.toMatchObject({ name: 'PlanStale' });
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
      ['Superseded', { decision: 'superseded', decidedBy: 'v1.5.0' }],
      ['PlanStale', { templateHash: '9'.repeat(64) }],
      ['PlanStale', { contractHash: '9'.repeat(64) }],
      ['PlanStale', { changeSetArn: `${changeSetArn}-another` }],
      ['PlanStale', { release: 'v1.4.0-0123456-2' }],
      ['PlanStale', { stage: 'prod' }],
    ])('throws %s for a request with %j', async (name, changes) => {
      await expect(world({ items: [approval(changes)] }).run({ approve: 'example' })).rejects.toMatchObject({ name });
    });

    it('takes a change set that was made after the heal for the one that was approved by its template', async () => {
      expect(await world({ items: [approval({ changeSetArn: null })] }).run({ approve: 'example' })).toMatchObject({ status: 'locked' });
    });

    it('does not wait for the stage when a person refused', async () => {
      const items = [approval({ decision: 'rejected', reason: 'not today' }), heldBy('v1.3.0-bbbbbbb-1')];
      await expect(world({ items, running: ['v1.3.0-bbbbbbb-1'] }).run({ approve: 'example' })).rejects.toMatchObject({
        name: 'ApprovalRejected',
        message: expect.stringContaining('not today'),
      });
    });

    it.each([null, 'unknown'])('throws PlanStale when the approval is %j', async (approve) => {
      await expect(world({ items: [approval()] }).run({ approve })).rejects.toMatchObject({ name: 'PlanStale' });
    });
  });
});
