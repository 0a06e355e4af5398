import { retryLines } from '../../../cli/commands/retry.ts';
import { commitToStart } from '../../../cli/commands/start.ts';
import { planRetry } from '../../../cli/retry/plan.ts';
import { knock } from '../../../cli/start.ts';
import type { AskedByHand } from '../../../steps/contract/by-hand.ts';
import type { ReleaseRecord } from '../../../steps/contract/records.ts';
import { exampleSecret } from '../../container/builders.ts';
import { FakeTable, fakeSecrets } from '../../steps/fakes.ts';
import { diagnostics, minute, request, stackView } from '../../steps/incidents.ts';
import { blocked, type ExampleWorld, exampleWorld, lock, operatorArn, record, state } from '../example-world.ts';

const report = { bucket: 'example-diagnostics', key: 'diagnostics/example/report.md' };
const failed = (changes: Partial<ReleaseRecord> = {}) =>
  record({ outcome: 'not-released', cause: 'SecretKeyMissing', report, closedAt: minute(10), ...changes });
const reported = {
  'diagnostics/example/report.json': {
    stage: 'staging',
    failure: { state: 'InspectStage', error: 'example', cause: '' },
    diagnostics: diagnostics(),
  },
};
const plan = (of: ReleaseRecord, example: ExampleWorld = {}) =>
  planRetry('v1.4.0', exampleWorld({ table: new FakeTable(of, state()), ...example, objects: { ...reported, ...example.objects } }));
const broken = fakeSecrets(JSON.stringify(exampleSecret({ client_id: undefined })));

describe('a retry', () => {
  it.each<[string, ReleaseRecord, ExampleWorld, string]>([
    ['runs', record({ outcome: 'running' }), { running: [record().name] }, 'v1.4.0-0123456-1 runs. Next: npx release watch v1.4.0'],
    [
      'died, and its rescue runs',
      failed(),
      { running: [`${record().name}-rescue`] },
      'v1.4.0-0123456-1-rescue runs. Next: npx release watch v1.4.0',
    ],
  ])('is refused for a tag that %s', async (_, of, example, says) => {
    await expect(plan(of, example)).rejects.toThrow(says);
  });

  it('is refused for a tag that every stage runs, and not for one that was rolled back since', async () => {
    const everywhere = new FakeTable(record(), state(), { ...state(), pk: 'STAGE#prod' });
    await expect(plan(record(), { table: everywhere })).rejects.toThrow(
      'v1.4.0-0123456-1 is released, and every stage runs it: there is nothing to retry. Next: npx release status v1.4.0',
    );
    const { mending } = await plan(record());
    expect(mending).toMatchObject({ verdict: 'unknown', says: expect.stringContaining('an operator asked for what ran before') });
  });

  it('is refused for a pre-release that every stage runs which takes it', async () => {
    const ended = record({ endsBefore: 'prod' });
    await expect(plan(ended, { table: new FakeTable(ended, state()) })).rejects.toThrow('there is nothing to retry');
  });

  it('is refused for a tag that was never tried', async () => {
    await expect(planRetry('v9.9.9', exampleWorld())).rejects.toThrow('No release of v9.9.9 is recorded');
  });

  it('is of the newest attempt, also of one that was cut short', async () => {
    const table = new FakeTable(
      failed(),
      failed({ attempt: 2, name: 'v1.4.0-0123456-2', outcome: 'running', cause: undefined, pk: 'RELEASE#v1.4.0', sk: 'ATTEMPT#2' }),
      state(),
    );
    const found = await plan(failed(), { table });
    expect(found.record.attempt).toBe(2);
    expect(retryLines(found)[0]).toMatch(/^v1\.4\.0-0123456-2: cut short, pushed by/);
  });
});

describe('what was wrong', () => {
  it('is mended when the checks of its cause say so', async () => {
    const { mending } = await plan(failed());
    expect(mending).toMatchObject({ verdict: 'mended', says: 'mended, as far as looking can tell' });
    expect(mending.stages.map(({ stage, checks }) => [stage, ...checks.map(({ name }) => name)])).toEqual([
      ['staging', 'secret', 'lock', 'blocked mark'],
      ['prod', 'lock', 'blocked mark'],
    ]);
  });

  it('is not mended while the secret still lacks the key', async () => {
    const { mending } = await plan(failed(), { ports: { secrets: broken } });
    expect(mending).toMatchObject({ verdict: 'not-mended', says: "NOT mended: staging's secret" });
  });

  it("is not mended while the secret does not fit the contract of the tag's own build", async () => {
    const contract = { 'x-key-spellings': ['lower_snake_case'], type: 'object', required: ['added_since'] };
    const { mending } = await plan(failed({ attempt: 2 }), { objects: { 'artefacts/v1.4.0/2/secret-contract.json': contract } });
    expect(mending).toMatchObject({ verdict: 'not-mended' });
    expect(mending.stages[0]?.checks[0]).toMatchObject({
      name: 'secret',
      verdict: 'problem',
      says: expect.stringContaining('added_since'),
    });
  });

  it('is looked for at every stage when the release reached none', async () => {
    const objects = { 'diagnostics/example/report.json': { ...reported['diagnostics/example/report.json'], stage: null } };
    const { mending } = await plan(failed(), { objects });
    expect(mending.stages.map(({ checks }) => checks[0]?.name)).toEqual(['secret', 'secret']);
  });

  it('is not mended while the stage is blocked or its lock is stale, whatever the cause', async () => {
    for (const cause of ['SecretKeyMissing', 'ContainerCrashed', 'ApprovalExpired']) {
      const table = new FakeTable(failed({ cause }), state({ blocked }), lock());
      const { mending } = await plan(failed({ cause }), { table });
      expect(mending).toMatchObject({ verdict: 'not-mended', says: "NOT mended: staging's lock, staging's blocked mark" });
    }
  });

  it('was nothing when nobody decided', async () => {
    expect((await plan(failed({ cause: 'ApprovalExpired' }))).mending).toMatchObject({
      verdict: 'mended',
      says: 'there was nothing to mend',
    });
  });

  it('is not known to be mended when it lies in the tag itself, when Benchling alone knows, or when it cannot be looked at', async () => {
    for (const cause of ['ContainerCrashed', 'CredentialsRejected', 'Unclassified', undefined])
      expect((await plan(failed({ cause }))).mending).toMatchObject({ verdict: 'unknown' });
    const secrets = { read: () => Promise.reject(new Error('example')) };
    expect((await plan(failed(), { ports: { secrets } })).mending).toMatchObject({
      verdict: 'unknown',
      says: expect.stringContaining("staging's secret could not be looked at"),
    });
  });

  it('is not mended while the stack is locked', async () => {
    const { mending } = await plan(failed({ cause: 'StackLocked' }), { stack: stackView('UPDATE_ROLLBACK_FAILED') });
    expect(mending).toMatchObject({ verdict: 'not-mended', says: expect.stringContaining("staging's stack") });
  });
});

describe('the door', () => {
  const door = (answer: { started: string | null; reason: string }) => {
    const heard: AskedByHand['asked'][] = [];
    const starter = () => ({
      ask: async (asked: AskedByHand['asked']) => {
        heard.push(asked);
        return answer;
      },
    });
    return { heard, world: exampleWorld({ ports: { starter } }) };
  };
  const asked = { tag: 'v1.4.0', commit: request.commit, retry: true };

  it('hears who asks for what, and answers with the name of the execution', async () => {
    const { heard, world } = door({ started: 'v1.4.0-0123456-2', reason: 'example' });
    expect(await knock(world, asked)).toBe('v1.4.0-0123456-2');
    expect(heard).toEqual([{ ...asked, repository: 'example-service', by: operatorArn }]);
  });

  it('is where a second person finds that somebody was quicker', async () => {
    const { world } = door({ started: null, reason: 'v1.4.0-0123456-2 already ran or runs' });
    await expect(knock(world, asked)).rejects.toThrow(
      'v1.4.0 was not started: v1.4.0-0123456-2 already ran or runs. Next: npx release status v1.4.0',
    );
  });

  it('is for a start only when the tag is there and was never tried', async () => {
    const at = (commit: string | null) => ({ ...exampleWorld({ table: new FakeTable() }), host: { commitOfTag: async () => commit } });
    expect(await commitToStart('v1.5.0', at(request.commit))).toBe(request.commit);
    await expect(commitToStart('v1.5.0', at(null))).rejects.toThrow(
      'The repository example-service has no tag v1.5.0. Next: git push origin v1.5.0',
    );
    await expect(commitToStart('v1.4.0', exampleWorld())).rejects.toThrow('then npx release retry v1.4.0');
  });
});
