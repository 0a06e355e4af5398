import type { ApprovalRules } from '../../steps/contract/decision.ts';
import type { Item } from '../../steps/contract/ports.ts';
import { type ApprovalRecord, keys } from '../../steps/contract/records.ts';
import { type DecisionCall, decideApproval } from '../../steps/decide-approval.ts';
import { image } from './builders.ts';
import { FakeTable } from './fakes.ts';
import { changeSetArn, inspection, minute, plan, release } from './incidents.ts';
import { clockAt } from './ports.ts';

const id = 'a'.repeat(32);
const approver = 'arn:aws:sts::111122223333:assumed-role/Approver/grace';
const pusher = 'arn:aws:iam::111122223333:user/ada';
const request: ApprovalRecord = {
  ...keys.approval(id),
  id,
  token: 'example-token',
  release: release.name,
  tag: release.tag,
  attempt: 1,
  commit: release.commit,
  stage: 'prod',
  digest: image.digest,
  templateHash: plan.templateHash,
  contractHash: inspection.contractHash,
  changeSetArn,
  changes: ['Modify AWS::ECS::Service Service'],
  earlier: ['staging: this image'],
  pushedBy: pusher,
  executionArn: 'example-execution',
  requestedAt: minute(0),
  expiresAt: minute(60),
  decision: 'pending',
};
const attempt = (number: number, by = pusher, approvalId: string | undefined = id) => ({
  ...keys.release(release.tag, number),
  tag: release.tag,
  commit: release.commit,
  attempt: number,
  name: `v1.4.0-0123456-${number}`,
  pushedBy: by,
  startedAt: minute(0),
  outcome: 'running',
  ...(approvalId && { approvalId }),
});
const waiting = { ...keys.waiting('prod'), id, tag: 'v1.4.0', attempt: 1, since: minute(0), expiresAt: minute(60) };
const fourEyes: ApprovalRules = { fourEyes: true, pushers: { [pusher]: [] } };

function world({ items = [request, attempt(1), waiting], rules = fourEyes, now = minute(5), late = false } = {}) {
  const table = new FakeTable(...(items as Item[]));
  const woken: [string, unknown][] = [];
  const waker = {
    async wake(token: string, output: unknown) {
      woken.push([token, output]);
      return late ? ('late' as const) : ('woken' as const);
    },
  };
  const call = (given: Partial<DecisionCall>) =>
    decideApproval({ method: 'POST', by: approver, ...given }, rules, { table, waker, clock: clockAt(now) });
  const record = async () => (await table.get(`APPROVAL#${id}`, 'REQUEST')) as ApprovalRecord;
  return { table, woken, call, record };
}
const approve = { id, decision: 'approved' };

describe('DecideApproval', () => {
  describe('asked with GET', () => {
    it('shows what waits, without the token', async () => {
      const { call } = world();
      const { status, answer } = await call({ method: 'GET', tag: 'v1.4.0' });
      expect(status).toBe(200);
      expect(answer).toMatchObject({ message: 'v1.4.0 at prod waits.', request: { id, digest: image.digest, changes: request.changes } });
      expect(JSON.stringify(answer)).not.toContain('example-token');
    });

    it('decides nothing, whatever it carries', async () => {
      const { table, woken, call } = world();
      const before = structuredClone([...table.items]);
      await call({ method: 'GET', tag: 'v1.4.0', body: approve });
      expect([...table.items]).toEqual(before);
      expect(woken).toEqual([]);
    });

    it('shows the newest attempt', async () => {
      const { call } = world({ items: [request, attempt(2), attempt(1, pusher, 'b'.repeat(32))] });
      expect((await call({ method: 'GET', tag: 'v1.4.0' })).answer.request?.id).toBe(id);
    });

    it.each([
      ['expired', {}, minute(60)],
      ['is rejected', { decision: 'rejected' as const }, minute(5)],
    ])('says that the request %s', async (state, changes, now) => {
      const { call } = world({ items: [{ ...request, ...changes }, attempt(1)], now } as Parameters<typeof world>[0]);
      expect((await call({ method: 'GET', tag: 'v1.4.0' })).answer.message).toBe(`v1.4.0 at prod ${state}.`);
    });

    it('answers 404 for a tag that waits for nothing, and 400 without a tag', async () => {
      const { call } = world();
      expect((await call({ method: 'GET', tag: 'v9.9.9' })).status).toBe(404);
      expect((await call({ method: 'GET' })).status).toBe(400);
    });
  });

  it.each([['approved'], ['rejected']])(
    'records that it was %s, by whom, when and why, and wakes the machine afterwards',
    async (decision) => {
      const { table, woken, call, record } = world();
      const { status, answer } = await call({ body: { id, decision, reason: 'as agreed' } });
      expect(status).toBe(200);
      expect(answer.message).toBe(`v1.4.0 is ${decision} for prod by ${approver}.`);
      expect(await record()).toMatchObject({ decision, decidedBy: approver, decidedAt: minute(5), reason: 'as agreed' });
      expect(woken).toEqual([['example-token', { id }]]);
      expect(await table.get('STAGE#prod', 'WAITING')).toBeNull();
    },
  );

  it('lets the first decision stay, and wakes again in case its own wake-up was lost', async () => {
    const { woken, call, record } = world();
    await call({ body: { id, decision: 'rejected' }, by: 'arn:aws:iam::111122223333:user/grace' });
    const { status, answer } = await call({ body: approve });
    expect(status).toBe(409);
    expect(answer.message).toContain('already rejected by arn:aws:iam::111122223333:user/grace');
    expect(await record()).toMatchObject({ decision: 'rejected' });
    expect(woken).toHaveLength(2);
  });

  it('lets one of two that decide at once win', async () => {
    const { table, call, record } = world();
    const get = table.get.bind(table);
    // Both have seen it undecided.
    let first = true;
    table.get = async (pk, sk) => {
      const found = await get(pk, sk);
      if (first && sk === 'REQUEST') {
        first = false;
        await table.update(pk, sk, { decision: 'rejected', decidedBy: 'another' });
      }
      return found;
    };
    expect((await call({ body: approve })).status).toBe(409);
    expect(await record()).toMatchObject({ decision: 'rejected', decidedBy: 'another' });
  });

  it('leaves the note of a newer request that waits', async () => {
    const { table, call } = world({ items: [request, attempt(1), { ...waiting, id: 'newer' }] });
    await call({ body: approve });
    expect(await table.get('STAGE#prod', 'WAITING')).toMatchObject({ id: 'newer' });
  });

  it('refuses after the request expired', async () => {
    const { woken, call, record } = world({ now: minute(60) });
    expect((await call({ body: approve })).status).toBe(410);
    expect(await record()).toMatchObject({ decision: 'pending' });
    expect(woken).toEqual([]);
  });

  it('says so when the release waits no more', async () => {
    const { call } = world({ late: true });
    expect(await call({ body: approve })).toMatchObject({
      status: 410,
      answer: { message: expect.stringContaining('its execution ended') },
    });
  });

  it.each<[string, unknown]>([
    ['no JSON', undefined],
    ['no id', { decision: 'approved' }],
    ['an id of another form', { id: '../../x', decision: 'approved' }],
    ['another decision', { id, decision: 'superseded' }],
    ['more than it may', { ...approve, decidedBy: 'somebody' }],
  ])('answers 400 to a body with %s', async (_, body) => {
    const { call, record } = world();
    expect((await call({ body })).status).toBe(400);
    expect(await record()).toMatchObject({ decision: 'pending' });
  });

  it('answers 404 for a request that there is not, and 405 for other methods', async () => {
    const { call } = world();
    expect((await call({ body: { ...approve, id: 'b'.repeat(32) } })).status).toBe(404);
    expect((await call({ method: 'PUT', body: approve })).status).toBe(405);
  });

  describe('where four eyes are required', () => {
    it.each<[string, string, ApprovalRules['pushers']]>([
      ['whoever pushed', pusher, { [pusher]: [] }],
      ['a principal by which the pusher is known', approver, { [pusher]: [approver] }],
      ['any session of a role of theirs', approver, { [pusher]: ['arn:aws:iam::111122223333:role/people/Approver'] }],
    ])('lets %s not approve', async (_, by, pushers) => {
      const { woken, call, record } = world({ rules: { fourEyes: true, pushers } });
      const { status, answer } = await call({ by, body: approve });
      expect(status).toBe(403);
      expect(answer.message).toContain('a second person must');
      expect(await record()).toMatchObject({ decision: 'pending' });
      expect(woken).toEqual([]);
    });

    it('lets whoever pushed reject', async () => {
      expect((await world().call({ by: pusher, body: { id, decision: 'rejected' } })).status).toBe(200);
    });

    it('does not forget who pushed first when another had the tag tried again', async () => {
      const grace = 'arn:aws:iam::111122223333:user/grace';
      const rules = { fourEyes: true, pushers: { [pusher]: [], [grace]: [] } };
      const items = [{ ...request, attempt: 2, pushedBy: grace }, attempt(1), attempt(2, grace)];
      expect((await world({ items, rules }).call({ by: pusher, body: approve })).status).toBe(403);
      expect((await world({ items, rules }).call({ by: grace, body: approve })).status).toBe(403);
      expect((await world({ items, rules }).call({ by: approver, body: approve })).status).toBe(200);
    });

    it.each(['toString', pusher])('refuses while nobody can tell who the pusher "%s" is, with what to write where', async (name) => {
      const items = [{ ...request, pushedBy: name }, attempt(1, name)];
      const { status, answer } = await world({ items, rules: { fourEyes: true, pushers: {} } }).call({ body: approve });
      expect(status).toBe(403);
      expect(answer.next).toContain(`add "${name}"`);
      expect(answer.next).toContain('pipeline/config.json');
    });

    it('refuses a principal that is nobody', async () => {
      expect((await world().call({ by: 'arn:aws:sts::111122223333:federated-user/ada', body: approve })).status).toBe(403);
    });
  });

  it('lets whoever pushed approve where four eyes are not required', async () => {
    expect((await world({ rules: { fourEyes: false, pushers: {} } }).call({ by: pusher, body: approve })).status).toBe(200);
  });
});
