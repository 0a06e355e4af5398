import { ApprovalRecord, keys } from '../../steps/contract/records.ts';
import { requestApproval } from '../../steps/request-approval.ts';
import { image } from './builders.ts';
import { FakePeople, FakeTable } from './fakes.ts';
import { inspection, minute, plan, release, stage } from './incidents.ts';
import { clockAt } from './ports.ts';

const token = 'example-token-'.repeat(20);
const opened = { ...keys.release('v1.4.0', 1), name: release.name };

function world() {
  const table = new FakeTable(opened);
  const people = new FakePeople();
  const changes = [
    { logicalId: 'Task', type: 'AWS::ECS::TaskDefinition', action: 'Modify', replacement: 'True' },
    { logicalId: 'Service', type: 'AWS::ECS::Service', action: 'Modify', replacement: 'False' },
  ];
  const input = { release, stage, image, inspection, plan: { ...plan, changes }, token, execution: { arn: 'example-execution' } };
  const ask = (changed: Partial<typeof input> = {}) =>
    requestApproval({ ...input, ...changed }, { table, notifier: people, clock: clockAt(minute(4)) });
  return { table, people, ask };
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
      changes: ['Modify AWS::ECS::TaskDefinition Task (replaced)', 'Modify AWS::ECS::Service Service'],
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
