import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { RehearsalResult } from '../../cli/rehearse.ts';
import type { ApprovalRecord, ReleaseRecord } from '../../steps/contract/records.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { recordsOf } from './join.ts';
import { type Ended, expectExit, patience, type Running, release, startRehearsal } from './run-release.ts';
import { WaitingRelease } from './waiting-release.ts';

/**
 * One world, in which a release waits for approval of prod and everything is tried that is no approval; then a newer tag, a digest that
 * changed, and at last somebody who may decide.
 */
describe('the gate before prod', () => {
  /** Two releases, one after the other. */
  const patienceForTwo = 2 * patience;
  let copy: CopyOfTree;
  let running: Running;
  let people: WaitingRelease;
  let first: ApprovalRecord;

  beforeAll(async () => {
    copy = copyOfTree();
    running = startRehearsal(copy.folder, '--tag', 'v1.4.0', '--approve', 'ask', '--keep', '--json', join(copy.folder, 'result.json'));
    await running.untilSays('Waiting for a person');
    people = await WaitingRelease.join(copy);
    first = await people.asks('v1.4.0');
  }, patience);
  afterAll(async () => {
    running.interrupt();
    await running.ended;
    copy.remove();
  }, patience);

  const stillUndecided = async () => expect(await people.request('v1.4.0')).toEqual(first);
  const refusalOf = (sent: Promise<unknown>) =>
    sent.then(
      () => 'allowed',
      ({ name }: Error) => name,
    );

  describe('while v1.4.0 waits', () => {
    it('shows what would be deployed, without the token, and has decided nothing by that', async () => {
      const { status, answer } = await people.see('v1.4.0', people.approver);
      expect(status).toBe(200);
      expect(answer['request']).toMatchObject({
        id: first.id,
        digest: first.digest,
        changeSetArn: first.changeSetArn,
        decision: 'pending',
      });
      expect((answer['request'] as ApprovalRecord).earlier).toEqual([
        expect.stringMatching(/^staging: this image proven .* smoke checks passed/),
      ]);
      expect((answer['request'] as ApprovalRecord).changes).toContainEqual(expect.stringMatching(/AWS::IAM::Role .*\(IAM\)$/));
      expect(JSON.stringify(answer)).not.toContain(first.token);
      await stillUndecided();
    });

    it('answers nobody who did not sign', async () => {
      const address = people.pipeline['ApprovalUrl'] ?? '';
      const body = JSON.stringify({ id: first.id, decision: 'approved' });
      expect((await fetch(`${address}?tag=v1.4.0`)).status).toBe(403);
      expect((await fetch(address, { method: 'POST', body })).status).toBe(403);
      await stillUndecided();
    });

    it('answers nobody without the right', async () => {
      expect(await people.see('v1.4.0', people.stranger)).toEqual({ status: 403, answer: { Message: 'Forbidden' } });
      expect((await people.decide(people.stranger, { id: first.id, decision: 'approved' })).status).toBe(403);
      await stillUndecided();
    });

    it('does not let whoever pushed approve', async () => {
      const { status, answer } = await people.decide(people.operator, { id: first.id, decision: 'approved' });
      expect([status, answer['message']]).toEqual([403, expect.stringContaining(':user/operator may not approve what')]);
      await stillUndecided();
    });

    it('gives those who decide no way past the endpoint: no table, no token, no function called as if it were it', async () => {
      const approver = people.as(people.approver);
      const Key = { pk: { S: `APPROVAL#${first.id}` }, sk: { S: 'REQUEST' } };
      const forged = {
        requestContext: { http: { method: 'POST' }, authorizer: { iam: { userArn: 'arn:aws:iam::111122223333:user/nobody' } } },
      };
      const [, FunctionName = ''] = /function:([\w-]*DecideApproval[\w-]*)/.exec(await nameOfDecider()) ?? [];
      expect(
        await Promise.all([
          refusalOf(new DynamoDBClient(approver).send(new GetItemCommand({ TableName: people.pipeline['ReleaseTable'], Key }))),
          refusalOf(new SFNClient(approver).send(new SendTaskSuccessCommand({ taskToken: first.token, output: '{}' }))),
          refusalOf(new LambdaClient(approver).send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(forged) }))),
        ]),
      ).toEqual(['AccessDeniedException', 'AccessDeniedException', 'AccessDeniedException']);
      await stillUndecided();
    });

    it('is what release status says, with the command that decides', async () => {
      const { stdout } = await release(copy.folder, 'status');
      expect(stdout).toMatch(
        /prod: nothing proven yet\n {2}v1\.4\.0 waits for approval since .*, until .*\n {2}Decide: npx release approve v1\.4\.0/,
      );
    });
  });

  describe('when somebody wakes the machine with the stolen token', () => {
    let ended: ReleaseRecord;
    beforeAll(async () => {
      const states = new SFNClient(people.as(people.operator));
      await states.send(
        new SendTaskSuccessCommand({ taskToken: first.token, output: JSON.stringify({ id: first.id, decision: 'approved' }) }),
      );
      ended = await people.ends('v1.4.0');
      await running.untilSays('Still running');
    }, patience);

    it('deploys nothing: nobody decided', async () => {
      expect(ended).toMatchObject({ outcome: 'not-released', cause: 'ApprovalRejected' });
      expect(await people.isEmpty('ProdService')).toBe(true);
      expect(await people.holder('prod')).toBeUndefined();
    });

    it('writes so, as the outcome of the release', () => {
      const json = JSON.parse(readFileSync(join(copy.folder, 'result.json'), 'utf8')) as RehearsalResult;
      expect(json).toMatchObject({ outcome: 'not-released', failedStep: 'LockStage', cause: 'ApprovalRejected' });
    });
  });

  describe('when two tags come at once', () => {
    let older: ReleaseRecord;
    beforeAll(async () => {
      people.push('v1.5.0');
      await people.until('v1.5.0 holds staging', async () => (await people.holder('staging'))?.startsWith('v1.5.0-'));
      people.push('v1.6.0');
      older = await people.ends('v1.5.0');
      await people.asks('v1.6.0');
    }, patienceForTwo);

    it('lets one release at a time into a stage', async () => {
      const spans = await Promise.all(['v1.5.0', 'v1.6.0'].map((tag) => holding(tag, 'staging')));
      const [one, other] = spans.sort((a, b) => a.from - b.from);
      expect(one!.to).toBeGreaterThan(one!.from);
      expect(other!.from).toBeGreaterThanOrEqual(one!.to);
    });

    it('supersedes the older one that waits, by the newer one, which waits in its place', async () => {
      expect(older).toMatchObject({ outcome: 'not-released', cause: 'Superseded' });
      expect(await people.request('v1.5.0')).toMatchObject({ decision: 'superseded', decidedBy: 'v1.6.0' });
      expect(await people.request('v1.6.0')).toMatchObject({ decision: 'pending' });
      expect(await people.isEmpty('ProdService')).toBe(true);
    });
  });

  describe('when the digest is another one than was shown', () => {
    let ended: ReleaseRecord;
    let id: string;
    let second: { status: number; answer: Record<string, unknown> };
    beforeAll(async () => {
      id = (await people.request('v1.6.0'))!.id;
      await people.tamper(id, 'digest', `sha256:${'9'.repeat(64)}`);
      expect((await people.decide(people.approver, { id, decision: 'approved' })).status).toBe(200);
      ended = await people.ends('v1.6.0');
      second = await people.decide(people.approver, { id, decision: 'approved' });
    }, patienceForTwo);

    it('deploys nothing, though it was approved', async () => {
      expect(ended).toMatchObject({ outcome: 'not-released', cause: 'PlanStale' });
      expect(await people.isEmpty('ProdService')).toBe(true);
    });

    it('takes no approval twice, and not for another release', async () => {
      expect([second.status, second.answer['message']]).toEqual([
        409,
        expect.stringContaining('already approved by arn:aws:sts::111122223333:assumed-role/'),
      ]);
      expect((await people.decide(people.approver, { id: first.id, decision: 'approved' })).status).not.toBe(200);
    });
  });

  describe('when somebody approves who may', () => {
    let approved: Ended;
    let retried: Ended;
    beforeAll(async () => {
      const retry = release(copy.folder, 'retry', 'v1.6.0', '--yes');
      await people.asks('v1.6.0', 2);
      approved = await release(copy.folder, 'approve', 'v1.6.0', '--reason', 'as agreed');
      retried = await retry;
    }, patienceForTwo);

    it('says what is decided about, and what was decided', () => {
      expect(approved).toMatchObject({ code: 0, stderr: '' });
      expect(approved.stdout).toContain('Stages before:\n- staging: this image proven');
      expect(approved.stdout).toMatch(
        /v1\.6\.0 is approved for prod by arn:aws:sts::111122223333:assumed-role\/RehearsalPeople-Approver-\w+\/approver\.\n$/,
      );
    });

    it('keeps who it was, when and why', async () => {
      expect(await people.request('v1.6.0', 2)).toMatchObject({
        decision: 'approved',
        decidedBy: expect.stringMatching(/:assumed-role\/RehearsalPeople-Approver-\w+\/approver$/),
        decidedAt: expect.any(String),
        reason: 'as agreed',
      });
    });

    it('releases the newest tag: what the others would have brought is not lost', async () => {
      expectExit(retried, 0);
      expect(await people.release('v1.6.0', 2)).toMatchObject({ outcome: 'released' });
      expect((await people.get({ pk: 'STAGE#prod', sk: 'STATE' }))?.['proven']).toMatchObject({
        tag: 'v1.6.0',
        attempt: 2,
        digest: (await people.request('v1.6.0', 2))!.digest,
      });
      expect(await people.holder('prod')).toBeUndefined();
    });
  });

  /** When a release held a stage: from the answer of LockStage to that of UnlockStage, milliseconds. */
  async function holding(tag: string, stage: string): Promise<{ from: number; to: number }> {
    const histories = await recordsOf(environmentOf());
    const [, text = '[]'] = [...histories].find(([where]) => where.startsWith('history of') && where.includes(`:${tag}-`)) ?? [];
    type Event = {
      timestamp: string;
      type: string;
      stateExitedEventDetails?: { name: string };
      stateEnteredEventDetails?: { name: string };
    };
    const events = (JSON.parse(text) as Event[][]).flat();
    const at = (name: string, kind: 'stateExitedEventDetails' | 'stateEnteredEventDetails', last: boolean) => {
      const found = events.filter((event) => event[kind]?.name === name);
      return Date.parse((last ? found.at(-1) : found[0])?.timestamp ?? '');
    };
    // Staging is the first stage, and the only one that these releases come through.
    expect(stage).toBe('staging');
    return { from: at('Deploy', 'stateEnteredEventDetails', false), to: at('UnlockStage', 'stateExitedEventDetails', false) };
  }

  const environmentOf = () =>
    (JSON.parse(readFileSync(join(copy.folder, '.local', 'endpoint.json'), 'utf8')) as { environment: Record<string, string> }).environment;

  async function nameOfDecider(): Promise<string> {
    const { ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
    const { Functions = [] } = await new LambdaClient(people.as(people.operator)).send(new ListFunctionsCommand({}));
    return Functions.map(({ FunctionArn }) => FunctionArn).join(' ');
  }
});
