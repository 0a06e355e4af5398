import type { Item, Waker } from '../../steps/contract/ports.ts';
import { ApprovalRecord, keys } from '../../steps/contract/records.ts';
import { requestApproval } from '../../steps/request-approval.ts';
import { image } from './builders.ts';
import { FakePeople, FakeTable } from './fakes.ts';
import { inspection, minute, plan, release, stage } from './incidents.ts';
import { clockAt } from './ports.ts';

const newerWaitsUntil = new Date(Date.parse(minute(60)) + 86_400_000).toISOString();
const token = 'example-token-'.repeat(20);
const example: Omit<ApprovalRecord, 'pk' | 'sk' | 'id' | 'tag' | 'token'> = {
  release: 'example',
  attempt: 1,
  commit: release.commit,
  stage: 'staging',
  digest: image.digest,
  templateHash: plan.templateHash,
  contractHash: inspection.contractHash,
  changeSetArn: plan.changeSetArn,
  changes: [],
  earlier: [],
  pushedBy: release.pushedBy,
  executionArn: 'example',
  requestedAt: minute(1),
  expiresAt: newerWaitsUntil,
  decision: 'pending',
};
const opened = { ...keys.release('v1.4.0', 1), name: release.name };

const newerWaits = {
  ...keys.waiting('staging'),
  id: 'newer',
  tag: 'v1.5.0',
  attempt: 1,
  since: minute(1),
  expiresAt: newerWaitsUntil,
};
const pending = (id: string, tag: string) => ({ ...keys.approval(id), ...example, id, tag, token: `${id}-token` });
const proven = (stage: string, tag: string) => ({
  ...keys.state(stage),
  proven: {
    tag,
    attempt: 1,
    commit: release.commit,
    digest: image.digest,
    artefacts: image.artefacts,
    smoke: ['health', 'config'],
    at: minute(2),
  },
});

function world(...items: Item[]) {
  const table = new FakeTable(opened, ...items);
  const woken: string[] = [];
  const waker: Waker = {
    async wake(given) {
      woken.push(given);
      return 'woken';
    },
  };
  const people = new FakePeople();
  const changes = [
    { logicalId: 'Task', type: 'AWS::ECS::TaskDefinition', action: 'Modify', replacement: 'True' },
    { logicalId: 'Service', type: 'AWS::ECS::Service', action: 'Modify', replacement: 'False' },
    { logicalId: 'TaskRole', type: 'AWS::IAM::Role', action: 'Modify', replacement: 'Conditional' },
    { logicalId: 'Old', type: 'AWS::IAM::Policy', action: 'Remove', replacement: null },
  ];
  const stages = [{ ...stage, name: 'test' }, stage];
  const input = { release, stage, stages, image, inspection, plan: { ...plan, changes }, token, execution: { arn: 'example-execution' } };
  const ask = (changed: Partial<typeof input> = {}) =>
    requestApproval({ ...input, ...changed }, { table, notifier: people, waker, clock: clockAt(minute(4)) });
  return { table, people, woken, ask };
}
const requestOf = async (table: FakeTable, id: string) => ApprovalRecord.parse(await table.get(`APPROVAL#${id}`, 'REQUEST'));

describe('RequestApproval', () => {
  it('keeps what is asked beside the token, undecided', async () => {
    const { table, ask } = world();
    const { id } = await ask();
    expect(await requestOf(table, id)).toMatchObject({
      token,
      release: release.name,
      stage: 'staging',
      digest: image.digest,
      templateHash: plan.templateHash,
      contractHash: inspection.contractHash,
      changeSetArn: plan.changeSetArn,
      // What takes something away, or moves rights, is marked.
      changes: [
        'Modify AWS::ECS::TaskDefinition Task (REPLACED)',
        'Modify AWS::ECS::Service Service',
        'Modify AWS::IAM::Role TaskRole (may be REPLACED, IAM)',
        'Remove AWS::IAM::Policy Old (REMOVED, IAM)',
      ],
      decision: 'pending',
      requestedAt: minute(4),
      expiresAt: new Date(Date.parse(minute(4)) + 24 * 3_600_000).toISOString(),
    });
  });

  it('lets the release be found by its tag', async () => {
    const { table, ask } = world();
    const { id } = await ask();
    expect(await table.get('RELEASE#v1.4.0', 'ATTEMPT#1')).toMatchObject({ approvalId: id });
  });

  it('lets nobody learn the token from the request id, the answer or the message', async () => {
    const { people, ask } = world();
    const answer = await ask();
    expect(answer.id).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify([answer, people.told])).not.toContain('example-token');
  });

  it('tells people what they decide about, and how', async () => {
    const { people, ask } = world();
    await ask();
    expect(people.told).toHaveLength(1);
    expect(people.told[0]?.subject).toBe('v1.4.0 waits for approval of staging');
    for (const line of [image.digest, plan.templateHash, 'npx release approve v1.4.0', 'npx release reject v1.4.0']) {
      expect(people.told[0]?.message).toContain(line);
    }
  });

  it('tells what the stages before have proven, and of which image', async () => {
    const mine = world(proven('test', 'v1.4.0'));
    const { id } = await mine.ask();
    expect((await requestOf(mine.table, id)).earlier).toEqual([
      `test: this image proven ${minute(2)}, all 2 smoke checks passed: health, config`,
    ]);
    const other = world(proven('test', 'v1.5.0'));
    await other.ask({ image: { ...image, digest: `sha256:${'9'.repeat(64)}` } });
    expect(other.people.told[0]?.message).toContain('test: another image, that of v1.5.0, proven');
  });

  describe('when another release waits for the same stage', () => {
    it('supersedes an older one, wakes it, and takes its place', async () => {
      const { table, woken, people, ask } = world(pending('older', 'v1.3.0'), { ...newerWaits, id: 'older', tag: 'v1.3.0' });
      const { id } = await ask();
      expect(await table.get('APPROVAL#older', 'REQUEST')).toMatchObject({
        decision: 'superseded',
        decidedBy: 'v1.4.0',
        decidedAt: minute(4),
      });
      expect(woken).toEqual(['older-token']);
      expect(await table.get('STAGE#staging', 'WAITING')).toMatchObject({ id, tag: 'v1.4.0', since: minute(4) });
      expect(people.told).toHaveLength(1);
    });

    it('is superseded itself by a newer one, and asks nobody', async () => {
      const { table, woken, people, ask } = world(pending('newer', 'v1.5.0'), newerWaits);
      const { id } = await ask();
      expect(await requestOf(table, id)).toMatchObject({ decision: 'superseded', decidedBy: 'v1.5.0' });
      expect(woken).toEqual([token]);
      expect(await table.get('STAGE#staging', 'WAITING')).toMatchObject({ id: 'newer' });
      expect(people.told).toEqual([]);
    });

    it.each([
      ['was decided', { decision: 'rejected' }, {}],
      ['expired', {}, { expiresAt: minute(3) }],
    ])('takes the place of a newer one whose request %s', async (_, decided, note) => {
      const { table, woken, ask } = world({ ...pending('newer', 'v1.5.0'), ...decided }, { ...newerWaits, ...note });
      const { id } = await ask();
      expect(await requestOf(table, id)).toMatchObject({ decision: 'pending' });
      expect(await table.get('STAGE#staging', 'WAITING')).toMatchObject({ id });
      expect(woken.filter((each) => each === token)).toEqual([]);
    });

    it('changes nothing of a decision that was made meanwhile', async () => {
      const older = { ...pending('older', 'v1.3.0'), decision: 'approved', decidedBy: 'example' };
      const { table, woken, ask } = world(older, { ...newerWaits, id: 'older', tag: 'v1.3.0' });
      await ask();
      expect(await table.get('APPROVAL#older', 'REQUEST')).toMatchObject({ decision: 'approved', decidedBy: 'example' });
      expect(woken).toEqual([]);
    });

    it('gives up when it loses its turn again and again, rather than to ask beside another', async () => {
      const { table, ask } = world(pending('older', 'v1.3.0'), { ...newerWaits, id: 'older', tag: 'v1.3.0' });
      const update = table.update.bind(table);
      table.update = async (pk, sk, ...rest) => (sk === 'WAITING' ? false : update(pk, sk, ...rest));
      await expect(ask()).rejects.toThrow('was lost 5 times');
    });
  });

  it('throws Superseded where a newer tag runs already', async () => {
    const { people, ask } = world(proven('staging', 'v1.5.0'));
    await expect(ask()).rejects.toMatchObject({ name: 'Superseded', message: 'staging runs v1.5.0, which is newer than v1.4.0.' });
    expect(people.told).toEqual([]);
  });

  it('says that the stack is healed first', async () => {
    const { table, ask } = world();
    const { id } = await ask({ inspection: { ...inspection, heal: { action: 'delete-stack', status: 'ROLLBACK_COMPLETE' } } });
    expect((await requestOf(table, id)).changes[0]).toBe('heals the stack first: delete-stack, because it is ROLLBACK_COMPLETE');
  });

  it('asks once when it is repeated, and keeps a decision that was made meanwhile', async () => {
    const { table, people, ask } = world();
    const { id } = await ask();
    await table.update(`APPROVAL#${id}`, 'REQUEST', { decision: 'approved' });
    expect(await ask()).toEqual({ id });
    expect(await requestOf(table, id)).toMatchObject({ decision: 'approved' });
    expect(people.told).toHaveLength(1);
  });
});
