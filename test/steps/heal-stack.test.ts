import type { Heal, HealPlan } from '../../steps/contract/deployment.ts';
import { loops } from '../../steps/contract/patience.ts';
import { keys } from '../../steps/contract/records.ts';
import { type OperationVerb, operationToken } from '../../steps/contract/release.ts';
import { healStack } from '../../steps/heal-stack.ts';
import { FakeTable } from './fakes.ts';
import { inspection, minute, release, repairArn, request, stackId, stage } from './incidents.ts';
import { awsError, clockAt, memoryObjects, port } from './ports.ts';
import { failedRollback, lastGoodTemplate, type RollbackWorld, rollbackWorld } from './rollback-world.ts';

const key = keys.release(release.tag, release.attempt);
const record = { ...key, ...request, name: release.name, startedAt: minute(0), outcome: 'running' };
const deleting: HealPlan = { action: 'delete-stack', status: 'ROLLBACK_COMPLETE' };
const continuing: HealPlan = { action: 'continue-rollback', status: 'UPDATE_ROLLBACK_FAILED' };
const tried = (...verbs: OperationVerb[]) => ({ tokens: verbs.map((verb) => operationToken(release, verb)) });

function world(initial: Partial<RollbackWorld>, template: string = JSON.stringify(lastGoodTemplate)) {
  const cloud = rollbackWorld(initial);
  const objects = memoryObjects();
  const table = new FakeTable(record);
  const stacks = port<typeof cloud.ports.stacks>({
    describe: async (id) => {
      const view = await cloud.ports.stacks.describe(id);
      return view && { ...view, parameters: { ImageDigest: 'example' } };
    },
    events: cloud.ports.stacks.events,
    changeSet: cloud.ports.stacks.changeSet,
    createChangeSet: cloud.ports.stacks.createChangeSet,
    execute: cloud.ports.stacks.execute,
    deleteStack: cloud.ports.stacks.deleteStack,
    continueRollback: cloud.ports.stacks.continueRollback,
    detectDrift: cloud.ports.stacks.detectDrift,
    drift: cloud.ports.stacks.drift,
    template: async () => template,
  });
  const ports = { stacks, objects, table, clock: clockAt(minute(4)), diagnosticsBucket: 'example-diagnostics' };
  const run = (plan: HealPlan | null = deleting, polls = 0, heal: Heal | null = null) =>
    healStack({ release, stage, inspection: { ...inspection, heal: plan }, heal, polls }, ports);
  const healed = async () => (await table.get(key.pk, key.sk))?.['healed'];
  return { cloud: cloud.world, objects, ports, run, healed };
}

describe('HealStack of a stack that must go', () => {
  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'])('deletes, by id, a stack that is %s', async (status) => {
    const { cloud, run } = world({ status });
    expect(await run()).toEqual({ status: 'running', waitingFor: 'StagingService to be deleted', did: ['delete-stack'] });
    expect(cloud.calls).toEqual([`delete stack ${stackId} as release-v1-4-0-0123456-1-heal`]);
  });

  it('waits while the stack is deleted', async () => {
    const { cloud, run } = world({ status: 'DELETE_IN_PROGRESS' });
    expect(await run()).toMatchObject({ status: 'running' });
    expect(cloud.calls).toEqual([]);
  });

  it.each(['DELETE_COMPLETE', null])('is done, on record, when the stack is %s', async (status) => {
    const { run, healed } = world({ status });
    const before: Heal = { status: 'running', waitingFor: '', did: ['delete-stack'] };
    expect(await run(deleting, 3, before)).toEqual({ status: 'healed', waitingFor: '', did: ['delete-stack'] });
    expect(await healed()).toEqual([{ stage: 'staging', from: 'ROLLBACK_COMPLETE', did: ['delete-stack'], at: minute(4) }]);
  });

  it.each(['UPDATE_COMPLETE', 'CREATE_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED', 'UPDATE_IN_PROGRESS', 'EXAMPLE_STATE'])(
    'deletes nothing that became %s meanwhile',
    async (status) => {
      const { cloud, run } = world({ status });
      await expect(run()).rejects.toMatchObject({ name: 'StackLocked' });
      expect(cloud.calls).toEqual([]);
    },
  );

  it('touches nothing without a plan', async () => {
    const { cloud, run } = world({ status: 'ROLLBACK_COMPLETE' });
    await expect(run(null)).rejects.toMatchObject({ name: 'StackLocked' });
    expect(cloud.calls).toEqual([]);
  });

  it('gives up at its last poll', async () => {
    const last = loops.HealStack.polls - 1;
    await expect(world({ status: 'DELETE_IN_PROGRESS' }).run(deleting, last)).rejects.toMatchObject({ name: 'StackLocked' });
  });
});

describe('HealStack of a rollback that failed', () => {
  const locked: Partial<RollbackWorld> = { status: 'UPDATE_ROLLBACK_FAILED', events: failedRollback };

  it('goes the whole way again first', async () => {
    const { cloud, run } = world(locked);
    expect(await run(continuing)).toEqual({
      status: 'running',
      waitingFor: 'the rollback of StagingService to go on',
      did: ['continue-rollback'],
    });
    expect(cloud.calls).toEqual([`continue ${stackId} as release-v1-4-0-0123456-1-heal-continue without []`]);
  });

  it('then leaves out what could not go back', async () => {
    const { cloud, run } = world({ ...locked, ...tried('heal-continue') });
    expect((await run(continuing)).did).toEqual(['continue-rollback without Service']);
    expect(cloud.calls).toEqual([`continue ${stackId} as release-v1-4-0-0123456-1-heal-skip-1 without [Service]`]);
  });

  it('looks again when CloudFormation refuses, and claims nothing', async () => {
    expect((await world({ ...locked, continueRollback: 'refused' }).run(continuing)).did).toEqual([]);
  });

  it.each([
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  ])('waits for %s', async (status) => {
    const { cloud, run } = world({ status });
    expect(await run(continuing)).toMatchObject({ status: 'running', waitingFor: `StagingService to leave ${status}` });
    expect(cloud.calls).toEqual([]);
  });

  it('is done, on record, when all went back', async () => {
    const { cloud, run, healed } = world({ status: 'UPDATE_ROLLBACK_COMPLETE', ...tried('heal-continue') });
    const before: Heal = { status: 'running', waitingFor: '', did: ['continue-rollback'] };
    expect(await run(continuing, 3, before)).toEqual({ status: 'healed', waitingFor: '', did: ['continue-rollback'] });
    expect(await healed()).toEqual([{ stage: 'staging', from: 'UPDATE_ROLLBACK_FAILED', did: ['continue-rollback'], at: minute(4) }]);
    expect(cloud.calls).toEqual([]);
  });

  it.each(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_COMPLETE'])('claims nothing when somebody else freed it: %s', async (status) => {
    const { run, healed } = world({ status });
    expect(await run(continuing)).toEqual({ status: 'healed', waitingFor: '', did: [] });
    expect(await healed()).toMatchObject([{ did: [] }]);
  });

  it.each<[string, Partial<RollbackWorld>]>([
    ['nothing is left to try', { ...locked, ...tried('heal-continue', 'heal-skip-1', 'heal-skip-2', 'heal-skip-3') }],
    ['nothing may be left out', { ...locked, ...tried('heal-continue'), events: [] }],
    ['its repair failed, and so did the rollback of that', { ...locked, ...tried('heal-skip-1', 'heal-repair') }],
    ['its repair was rolled back', { status: 'UPDATE_ROLLBACK_COMPLETE', ...tried('heal-skip-1', 'heal-repair') }],
    ['it became what is not ours to touch', { status: 'DELETE_FAILED' }],
    ['it is gone', { status: null }],
  ])('is for a person when %s', async (_name, initial) => {
    const { cloud, run, healed } = world(initial);
    await expect(run(continuing)).rejects.toMatchObject({ name: 'StackLocked' });
    expect(cloud.calls).toEqual([]);
    expect(await healed()).toBeUndefined();
  });

  it('never reads an error as an answer', async () => {
    const denied = awsError('AccessDenied', 'denied');
    const { ports } = world(locked);
    const stacks = port<typeof ports.stacks>({ ...ports.stacks, describe: () => Promise.reject(denied) });
    const input = { release, stage, inspection: { ...inspection, heal: continuing }, heal: null, polls: 0 };
    await expect(healStack(input, { ...ports, stacks })).rejects.toBe(denied);
  });
});

describe('HealStack of a rollback that left something out', () => {
  const skipped = { status: 'UPDATE_ROLLBACK_COMPLETE', ...tried('heal-continue', 'heal-skip-1') };
  const repaired = { status: 'UPDATE_COMPLETE', ...tried('heal-continue', 'heal-skip-1', 'heal-repair') };
  const checking: Heal = { status: 'running', waitingFor: '', did: ['repair', 'drift check'], driftDetectionId: 'example-check' };

  it("repairs it from CloudFormation's own template, under one label more", async () => {
    const { cloud, objects, run } = world(skipped);
    expect(await run(continuing)).toMatchObject({ status: 'running', waitingFor: 'the repair to be computed' });
    expect(cloud.calls).toEqual([`create change set heal-v1-4-0-0123456-1 on ${stackId}`]);
    const text = objects.stored.get('last-good/staging/v1.4.0-0123456-1/heal.template.json') ?? '';
    expect(JSON.parse(text).Resources.Task.Properties.ContainerDefinitions[0].DockerLabels).toEqual({
      'release.tag': 'v1.3.0',
      'release.repaired-by': 'v1.4.0-0123456-1',
    });
  });

  it('executes the repair once it is computed', async () => {
    const { cloud, run } = world({ ...skipped, changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' } } });
    expect(await run(continuing)).toMatchObject({ did: ['repair'] });
    expect(cloud.calls.at(-1)).toBe(`execute ${repairArn} as release-v1-4-0-0123456-1-heal-repair`);
  });

  it.each<[string, RollbackWorld['changeSets'][string]]>([
    ['fails', { status: 'FAILED', executionStatus: 'UNAVAILABLE', reason: 'Template error' }],
    ['would change nothing', { status: 'FAILED', executionStatus: 'UNAVAILABLE', reason: 'No updates are to be performed.' }],
    ['was overtaken', { status: 'CREATE_COMPLETE', executionStatus: 'OBSOLETE' }],
  ])('is for a person when the repair %s', async (_name, changeSet) => {
    const { run } = world({ ...skipped, changeSets: { [repairArn]: changeSet } });
    await expect(run(continuing)).rejects.toMatchObject({ name: 'StackLocked', message: expect.stringContaining('cannot be repaired') });
  });

  it('is for a person when no task definition reaches what was left out', async () => {
    const { cloud, run } = world(skipped, 'Resources:\n  Role: {}');
    await expect(run(continuing)).rejects.toMatchObject({ name: 'StackLocked' });
    expect(cloud.calls).toEqual([]);
  });

  it('compares the repaired stack with its template, and carries the id of the check', async () => {
    const { cloud, run } = world({ ...repaired, drift: null });
    const begun = await run(continuing, 5, { ...checking, did: ['repair'], driftDetectionId: undefined });
    expect(begun).toEqual({
      status: 'running',
      waitingFor: 'the drift check',
      did: ['repair', 'drift check'],
      driftDetectionId: 'example-check',
    });
    expect(await run(continuing, 6, begun)).toEqual(begun);
    expect(cloud.calls).toEqual([`compare ${stackId}`]);
  });

  it('begins the check later while another one runs', async () => {
    const answer = await world({ ...repaired, driftCheck: null }).run(continuing);
    expect(answer).toEqual({ status: 'running', waitingFor: 'the drift check', did: [] });
  });

  it('is done when template and reality agree again', async () => {
    const { run, healed } = world(repaired);
    expect(await run(continuing, 6, checking)).toMatchObject({ status: 'healed' });
    expect(await healed()).toMatchObject([{ did: ['repair', 'drift check'] }]);
  });

  it.each([
    [{ status: 'DRIFTED', reason: '', differs: ['Service MODIFIED /TaskDefinition'] }, 'is DRIFTED, not IN_SYNC: Service MODIFIED'],
    [{ status: 'UNKNOWN', reason: 'Failed to detect drift on Task', differs: [] }, 'is UNKNOWN, not IN_SYNC: Failed to detect'],
  ])('is for a person when they do not, or nobody knows', async (drift, words) => {
    const { run, healed } = world({ ...repaired, drift });
    await expect(run(continuing, 6, checking)).rejects.toMatchObject({ name: 'StackLocked', message: expect.stringContaining(words) });
    expect(await healed()).toBeUndefined();
  });
});

describe('the record of heals', () => {
  it('keeps what was healed at other stages, and one entry a stage', async () => {
    const { ports, run, healed } = world({ status: 'DELETE_COMPLETE' });
    const other = { stage: 'prod', from: 'REVIEW_IN_PROGRESS', did: ['delete-stack'], at: minute(3) };
    await ports.table.update(key.pk, key.sk, { healed: [other, { ...other, stage: 'staging' }] });
    await run();
    expect(await healed()).toEqual([other, expect.objectContaining({ stage: 'staging', from: 'ROLLBACK_COMPLETE' })]);
  });

  it('belongs to the execution whose release it is', async () => {
    const { ports, run, healed } = world({ status: 'DELETE_COMPLETE' });
    await ports.table.update(key.pk, key.sk, { name: 'v1.4.0-0123456-2' });
    await run();
    expect(await healed()).toBeUndefined();
  });
});
