import type { EndedExecution } from '../../steps/contract/ports.ts';
import { keys } from '../../steps/contract/records.ts';
import { RescueRequest } from '../../steps/contract/rescue.ts';
import { type ExecutionEnded, rescueRelease } from '../../steps/rescue-release.ts';
import { FakeMeasures, FakePeople, FakeTable } from './fakes.ts';
import { config, deployment, failure, incident, inspection, minute, plan, release, request, stage } from './incidents.ts';
import { clockAt } from './ports.ts';

type Event = EndedExecution['events'][number];
const arn = incident().execution.arn;
const entered = (state: string): Event => ({ type: 'TaskStateEntered', state, assigned: {} });
const exited = (state: string, assigned: Record<string, unknown> = {}, type = 'Task'): Event => ({
  type: `${type}StateExited`,
  state,
  assigned,
});
const blank = { release: null, configs: null, stage: null, failure: null, healing: false };

/** An update that was being watched. */
const untilWatched: Event[] = [
  exited('Begin', { ...blank, request }, 'Pass'),
  entered('AcceptTag'),
  exited('AcceptTag', { release }),
  entered('ValidateSecret'),
  exited('ValidateSecret', { configs: [config] }),
  exited('NextStage', { stage, inspection: null }, 'Choice'),
  entered('InspectStage'),
  exited('InspectStage', { inspection, polls: 1 }),
  entered('PlanChange'),
  exited('PlanChange', { plan }),
  entered('Deploy'),
  exited('Deploy', { deployment }),
  entered('WatchDeployment'),
  exited('WatchDeployment', { watch: { status: 'running' }, polls: 1 }),
  { type: 'WaitStateEntered', state: 'WaitForWatchDeployment', assigned: {} },
];
const ended = (changes: Partial<EndedExecution> = {}): EndedExecution => ({
  arn,
  name: release.name,
  status: 'ABORTED',
  input: JSON.stringify(request),
  error: null,
  cause: null,
  events: untilWatched,
  ...changes,
});

function world(dead: EndedExecution) {
  const started: { name: string; input: unknown }[] = [];
  const people = new FakePeople();
  const measures = new FakeMeasures();
  const table = new FakeTable();
  const ports = {
    history: { read: async () => dead },
    executions: {
      start: async (name: string, input: unknown) => {
        if (started.some((each) => each.name === name)) return 'exists' as const;
        started.push({ name, input });
        return 'started' as const;
      },
    },
    table,
    notifier: people,
    measures,
    clock: clockAt(minute(30)),
  };
  const event: ExecutionEnded = { detail: { executionArn: arn, status: dead.status as 'ABORTED' } };
  return { started, people, table, measured: measures.sent, run: () => rescueRelease(event, ports) };
}
const rescued = ({ started }: { started: { input: unknown }[] }) => RescueRequest.parse(started[0]?.input).rescue;

describe('RescueRelease', () => {
  it('hands what the dead execution knew to another one, named after it', async () => {
    const dead = world(ended());
    expect(await dead.run()).toEqual({ rescued: `${release.name}-rescue`, reason: `${release.name} was ABORTED in WatchDeployment` });
    expect(dead.started[0]?.name).toBe(`${release.name}-rescue`);
    expect(rescued(dead)).toMatchObject({ request, release, stage, inspection, plan, deployment, configs: [config], smoke: null });
  });

  it('makes the death the failure, in the state that it met', async () => {
    const dead = world(ended({ error: 'Operator', cause: 'the wrong tag' }));
    await dead.run();
    expect(rescued(dead).failure).toEqual({
      state: 'WatchDeployment',
      error: 'MachineDied',
      cause: `the execution ${release.name} was ABORTED in WatchDeployment: Operator: the wrong tag`,
    });
  });

  it('starts one rescue when the event comes twice', async () => {
    const dead = world(ended());
    await dead.run();
    expect(await dead.run()).toMatchObject({ rescued: null, reason: expect.stringContaining('already') });
    expect(dead.started).toHaveLength(1);
  });

  it.each(['TIMED_OUT', 'FAILED'])('rescues one that is %s without a report', async (status) => {
    const dead = world(ended({ status, error: 'States.Runtime', cause: 'a defect' }));
    expect((await dead.run()).rescued).toBe(`${release.name}-rescue`);
  });

  it('leaves alone a release that failed and was reported', async () => {
    const cause = { outcome: 'not-released', cause: 'ContainerCrashed', sentence: '…', bucket: 'example', reportKey: null };
    const dead = world(ended({ status: 'FAILED', error: 'ContainerCrashed', cause: JSON.stringify(cause) }));
    expect(await dead.run()).toMatchObject({ rescued: null, reason: expect.stringContaining('its own end') });
    expect(dead.started).toEqual([]);
  });

  it('reports one whose report failed', async () => {
    const cause = JSON.stringify({ outcome: 'not-recovered', sentence: '…', unreported: '…' });
    const dead = world(ended({ status: 'FAILED', cause, events: [...untilWatched, exited('WatchDeployment', { failure })] }));
    expect((await dead.run()).rescued).toBe(`${release.name}-rescue`);
  });

  it('keeps the failure that a release had when it died on its failure path', async () => {
    const dead = world(ended({ events: [...untilWatched, exited('WatchDeployment', { failure }), entered('RollBack')] }));
    await dead.run();
    expect(rescued(dead).failure).toEqual(failure);
  });

  it('takes a stack that was being healed for no failure of the release', async () => {
    const locked = { state: 'InspectStage', error: 'StackLocked', cause: 'the stack is UPDATE_ROLLBACK_FAILED' };
    const healing = exited('LockStageSettled', { healing: true, failure: locked }, 'Choice');
    const dead = world(ended({ events: [...untilWatched.slice(0, 10), healing, entered('HealStack')] }));
    await dead.run();
    expect(rescued(dead).failure).toMatchObject({ state: 'HealStack', error: 'MachineDied' });
  });

  it('does not touch a stage that was proven and left', async () => {
    const left = [entered('UnlockStage'), exited('UnlockStage', { index: 1 })];
    const dead = world(ended({ events: [...untilWatched, ...left] }));
    await dead.run();
    expect(rescued(dead).stage).toBeNull();
  });

  it('rescues one that died before its first step, by its input', async () => {
    const dead = world(ended({ events: [] }));
    await dead.run();
    expect(rescued(dead)).toMatchObject({ request, release: null, stage: null, failure: { state: 'AcceptTag' } });
  });

  it('counts a variable that breaks its contract as not known', async () => {
    const dead = world(ended({ events: [...untilWatched, exited('BuildImage', { build: { id: 7 } })] }));
    await dead.run();
    expect(rescued(dead).build).toBeNull();
  });

  it('says of the death what Step Functions says, as far as it does', async () => {
    const causeOf = async (changes: Partial<EndedExecution>) => {
      const dead = world(ended({ status: 'FAILED', ...changes }));
      await dead.run();
      return rescued(dead).failure.cause;
    };
    const died = `the execution ${release.name} was FAILED in WatchDeployment`;
    expect(await causeOf({})).toBe(died);
    expect(await causeOf({ error: 'States.Runtime', cause: 'example' })).toBe(`${died}: States.Runtime: example`);
    expect(await causeOf({ cause: 'example' })).toBe(`${died}: example`);
  });

  it.each(['{"hello":true}', 'no JSON', ''])('tells people of an execution that was no release: %j', async (input) => {
    const dead = world(ended({ input, events: [] }));
    expect(await dead.run()).toMatchObject({ rescued: null });
    expect(dead.people.told[0]?.message).toContain('nothing to rescue');
  });
});

describe('RescueRelease of a rescue', () => {
  const { execution: _, ...known } = incident();
  const input = (changes: object = {}) => JSON.stringify({ rescue: { ...known, configs: [config], ...changes } });

  it('does not rescue it again: the stage is blocked, the record says so, people are told', async () => {
    const dead = world(ended({ name: `${release.name}-rescue`, status: 'TIMED_OUT', input: input() }));
    await dead.table.put({ ...keys.release(release.tag, 1), name: release.name, outcome: 'running' });
    expect(await dead.run()).toMatchObject({ rescued: null });
    expect(dead.started).toEqual([]);
    expect((await dead.table.query(keys.state('staging').pk))[0]).toMatchObject({ blocked: { release: release.name, at: minute(30) } });
    expect((await dead.table.query(keys.release(release.tag, 1).pk))[0]).toMatchObject({ outcome: 'not-recovered', closedAt: minute(30) });
    expect(dead.measured.map(({ metric }) => metric)).toEqual(['NotReleased', 'NotRecovered']);
    expect(dead.people.told).toEqual([
      { subject: 'v1.4.0 is not recovered at staging: its rescue died', message: expect.stringContaining('A person must act') },
    ]);
  });

  it('names the execution itself where no release was known, and says so', async () => {
    const dead = world(ended({ name: 'example-rescue', input: input({ release: null, failure: { broken: true } }) }));
    expect(await dead.run()).toMatchObject({ reason: expect.stringContaining('a state had failed: not known') });
    expect((await dead.table.query(keys.state('staging').pk))[0]).toMatchObject({ blocked: { release: 'example-rescue' } });
    expect(await dead.table.query(keys.release(release.tag, 1).pk)).toEqual([]);
  });

  it('tells people even when the table is down, and fails so that it is tried again', async () => {
    const dead = world(ended({ input: input() }));
    dead.table.update = async () => {
      throw new Error('the table is down');
    };
    await expect(dead.run()).rejects.toThrow('the table is down');
    expect(dead.people.told).toHaveLength(1);
  });

  it('blocks no stage when none had been reached', async () => {
    const dead = world(ended({ input: input({ stage: null, release: null }) }));
    await dead.run();
    expect(dead.table.items.size).toBe(0);
    expect(dead.people.told).toHaveLength(1);
  });
});
