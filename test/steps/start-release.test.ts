import type { Executions } from '../../steps/contract/ports.ts';
import { keys, type ReleaseRecord } from '../../steps/contract/records.ts';
import { type GitHubTagEvent, pushedTag, TagEvent } from '../../steps/contract/source.ts';
import { StartEvent, startRelease } from '../../steps/start-release.ts';
import { otherCommit } from './builders.ts';
import { FakeTable } from './fakes.ts';
import { minute, request } from './incidents.ts';

const { commit, pushedBy, repository } = request;

type Detail = TagEvent['detail'];
const tagEvent = (changes: Partial<Detail> = {}): TagEvent => ({
  detail: {
    event: 'referenceCreated',
    repositoryName: repository,
    referenceType: 'tag',
    referenceName: 'v1.4.0',
    commitId: commit,
    callerUserArn: pushedBy,
    ...changes,
  },
});

const record = (attempt: number, of = commit): ReleaseRecord => ({
  ...keys.release('v1.4.0', attempt),
  tag: 'v1.4.0',
  commit: of,
  attempt,
  name: `v1.4.0-${of.slice(0, 7)}-${attempt}`,
  pushedBy,
  startedAt: minute(0),
  outcome: 'released',
});

class FakeExecutions implements Executions {
  readonly started: { name: string; input: unknown }[] = [];

  async start(name: string, input: unknown) {
    if (this.started.some((each) => each.name === name)) return 'exists' as const;
    this.started.push({ name, input });
    return 'started' as const;
  }
}

describe('StartRelease', () => {
  it('names the execution after tag, commit and attempt, and gives it the request', async () => {
    const executions = new FakeExecutions();
    const answer = await startRelease(tagEvent(), { executions, repository, table: new FakeTable() });
    expect(answer.started).toBe('v1.4.0-0123456-1');
    expect(executions.started).toEqual([{ name: 'v1.4.0-0123456-1', input: request }]);
  });

  it('starts nothing when the event comes twice', async () => {
    const executions = new FakeExecutions();
    await startRelease(tagEvent(), { executions, repository, table: new FakeTable() });
    const second = await startRelease(tagEvent(), { executions, repository, table: new FakeTable(record(1)) });
    expect(second).toEqual({ started: null, reason: 'v1.4.0-0123456-1 already ran or runs' });
    expect(executions.started).toHaveLength(1);
  });

  it('starts nothing when the event comes again after retries', async () => {
    const executions = new FakeExecutions();
    await startRelease(tagEvent(), { executions, repository, table: new FakeTable() });
    const late = await startRelease(tagEvent(), { executions, repository, table: new FakeTable(record(1), record(2), record(3)) });
    expect(late.started).toBeNull();
  });

  it('starts an attempt of its own for a moved tag, so that its refusal is on record', async () => {
    const executions = new FakeExecutions();
    const event = tagEvent({ event: 'referenceUpdated', commitId: otherCommit });
    const answer = await startRelease(event, { executions, repository, table: new FakeTable(record(1), record(2)) });
    expect(answer.started).toBe('v1.4.0-bbbbbbb-3');
    expect(executions.started[0]?.input).toEqual({ ...request, commit: otherCommit, attempt: 3 });
  });

  it('starts nothing for a deleted tag', async () => {
    const executions = new FakeExecutions();
    const event = tagEvent({ event: 'referenceDeleted', commitId: undefined });
    expect(await startRelease(event, { executions, repository, table: new FakeTable() })).toEqual({
      started: null,
      reason: `${pushedBy} deleted v1.4.0`,
    });
    expect(executions.started).toEqual([]);
  });

  it("starts nothing for another repository's tag", async () => {
    const executions = new FakeExecutions();
    const event = tagEvent({ repositoryName: 'other' });
    expect(await startRelease(event, { executions, repository, table: new FakeTable() })).toEqual({
      started: null,
      reason: `v1.4.0 is a tag of other, not of ${repository}`,
    });
    expect(executions.started).toEqual([]);
  });

  it('does not take a branch for a tag', () => {
    const branch = { detail: { ...tagEvent().detail, referenceType: 'branch' } };
    expect(TagEvent.safeParse(branch).success).toBe(false);
  });

  it('names executions in at most 80 characters that Step Functions allows', async () => {
    const executions = new FakeExecutions();
    const tag = `v1.0.0-${'x/+'.repeat(40)}`;
    const { started } = await startRelease(tagEvent({ referenceName: tag }), { executions, repository, table: new FakeTable() });
    expect(started).toMatch(/^[A-Za-z0-9._-]{1,80}$/);
    expect(started).toMatch(/-0123456-1$/);
  });
});

describe('StartRelease, told by GitHub', () => {
  const onGitHub = 'example/webhook';
  const told = (detail: object = {}): GitHubTagEvent => ({
    source: pushedTag.source,
    'detail-type': pushedTag.detailType,
    detail: { repository: onGitHub, tag: 'v1.4.0', commit, actor: 'octocat', ...detail },
  });
  const start = (event: GitHubTagEvent, executions: Executions = new FakeExecutions(), table = new FakeTable()) =>
    startRelease(event, { executions, repository: onGitHub, table });

  it("makes of the workflow's event what it makes of CodeCommit's", async () => {
    const executions = new FakeExecutions();
    expect((await start(told(), executions)).started).toBe('v1.4.0-0123456-1');
    expect(executions.started[0]?.input).toEqual({ ...request, repository: onGitHub, pushedBy: 'github:octocat' });
  });

  it('starts one release for ten deliveries', async () => {
    const executions = new FakeExecutions();
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(told(), executions)));
    expect(answers.filter(({ started }) => started !== null)).toHaveLength(1);
    expect(executions.started).toHaveLength(1);
  });

  it("starts nothing for another repository's tag, and says whose it is", async () => {
    expect(await start(told({ repository: 'stranger/webhook' }))).toEqual({
      started: null,
      reason: 'v1.4.0 is a tag of stranger/webhook, not of example/webhook',
    });
  });

  it.each([
    ['a repository that leads elsewhere', { repository: '../example/webhook' }],
    ['no commit', { commit: 'main' }],
    ['a commit that is shortened', { commit: '0123456' }],
    ['a name that is no login', { actor: 'octocat\nadmin' }],
    ['a tag without end', { tag: 'v'.repeat(200) }],
    ['more than it is asked for', { attempt: 7 }],
  ])('cannot be told %s', (_, detail) => {
    expect(StartEvent.safeParse(told()).success).toBe(true);
    expect(StartEvent.safeParse(told(detail)).success).toBe(false);
  });

  it('does not take an event of another kind, whoever put it', () => {
    expect(StartEvent.safeParse({ ...told(), source: 'release.other' }).success).toBe(false);
    expect(StartEvent.safeParse({ ...told(), 'detail-type': 'Release Outcome' }).success).toBe(false);
  });
});

describe('StartRelease, asked by hand', () => {
  const asked = (retry: boolean) => ({ asked: { tag: 'v1.4.0', commit, repository, by: pushedBy, retry } });
  const failed = (attempt: number): ReleaseRecord => ({ ...record(attempt), outcome: 'not-released' });
  const answer = async (retry: boolean, ...records: ReleaseRecord[]) => {
    const executions = new FakeExecutions();
    const said = await startRelease(asked(retry), { executions, repository, table: new FakeTable(...records) });
    return { ...said, inputs: executions.started.map(({ input }) => input) };
  };

  it('retries as the next attempt of the tag', async () => {
    expect(await answer(true, failed(1), failed(2))).toEqual({
      started: 'v1.4.0-0123456-3',
      reason: `${pushedBy} retried v1.4.0`,
      inputs: [{ ...request, attempt: 3 }],
    });
  });

  it('retries nothing that was never tried', async () => {
    expect(await answer(true)).toEqual({ started: null, reason: 'v1.4.0 was never tried', inputs: [] });
  });

  it('retries also what was released: a stage may have been rolled back since, and stages that run it are skipped', async () => {
    expect(await answer(true, record(1))).toMatchObject({ started: 'v1.4.0-0123456-2' });
  });

  it('retries once when two people ask at the same time', async () => {
    const ports = { executions: new FakeExecutions(), repository, table: new FakeTable(failed(1)) };
    const both = await Promise.all([startRelease(asked(true), ports), startRelease(asked(true), ports)]);
    expect(both.map(({ started }) => started)).toEqual(['v1.4.0-0123456-2', null]);
  });

  it("starts what the push's own event would have started", async () => {
    expect(await answer(false)).toMatchObject({ started: 'v1.4.0-0123456-1', inputs: [request] });
    expect(await answer(false, failed(1))).toMatchObject({ started: 'v1.4.0-0123456-1', inputs: [request] });
  });

  it('takes nothing that is neither a push nor asked in full', () => {
    expect(StartEvent.safeParse(tagEvent()).success).toBe(true);
    expect(StartEvent.safeParse(asked(true)).success).toBe(true);
    expect(StartEvent.safeParse({ asked: { ...asked(true).asked, attempt: 9 } }).success).toBe(false);
    expect(StartEvent.safeParse({ asked: { ...asked(true).asked, by: '' } }).success).toBe(false);
  });
});
