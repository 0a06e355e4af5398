import type { Recovery } from '../../steps/contract/failure.ts';
import { rollbackPatience } from '../../steps/contract/patience.ts';
import type { Services, Stacks } from '../../steps/contract/ports.ts';
import { operationToken } from '../../steps/contract/release.ts';
import type { Incident } from '../../steps/contract/steps.ts';
import { watchRollback } from '../../steps/watch-rollback.ts';
import {
  deploymentView,
  firstDeploy,
  incident,
  inspection,
  minute,
  recovery,
  release,
  repairArn,
  serviceView,
  stackEvent,
  stackId,
} from './incidents.ts';
import { awsError, port } from './ports.ts';
import { failedRollback, type RollbackWorld, rollbackWorld } from './rollback-world.ts';

const smokeFailed = incident({ failure: { state: 'SmokeTest', error: 'SmokeConfigMismatch', cause: '' } });
const restored = { status: 'UPDATE_ROLLBACK_COMPLETE' };

/** @param polls since RollBack's move */
const watch = (of: Incident, done: Partial<Recovery>, world: Partial<RollbackWorld>, polls = 2) =>
  watchRollback({ incident: of, recovery: recovery(done), polls }, rollbackWorld(world).ports);

describe('WatchRollback', () => {
  it.each([
    ['a stage', incident({ stage: null }), {}],
    ['a stack', incident(), { stackId: null }],
  ])('refuses to watch what has no %s', async (_name, of, done) => {
    await expect(watch(of, done, {})).rejects.toThrow('cannot be watched');
  });

  it('is blocked when CloudFormation knows no such stack', async () => {
    expect(await watch(incident(), {}, { status: null })).toMatchObject({ status: 'blocked', reason: expect.stringContaining(stackId) });
  });

  it('is blocked where no safe move is known', async () => {
    expect(await watch(smokeFailed, {}, { status: 'UPDATE_ROLLBACK_FAILED' })).toEqual({
      status: 'blocked',
      stackStatus: 'UPDATE_ROLLBACK_FAILED',
      waitingFor: '',
      reason: 'no safe move is known: the stack is UPDATE_ROLLBACK_FAILED (after)',
    });
  });

  it.each(['describe', 'events'] as const)('never reads an error of %s as an answer', async (method) => {
    const { ports } = rollbackWorld();
    const denied = awsError('AccessDenied', 'denied');
    const stacks = port<Stacks>({ ...ports.stacks, [method]: () => Promise.reject(denied) });
    await expect(watchRollback({ incident: incident(), recovery: recovery(), polls: 2 }, { ...ports, stacks })).rejects.toBe(denied);
  });

  it('never reads an error of ECS as a service that is gone', async () => {
    const { ports } = rollbackWorld(restored);
    const denied = awsError('AccessDeniedException', 'denied');
    const services = port<Services>({ ...ports.services, describe: () => Promise.reject(denied) });
    await expect(watchRollback({ incident: incident(), recovery: recovery(), polls: 2 }, { ...ports, services })).rejects.toBe(denied);
  });
});

describe("WatchRollback of ECS's own rollback", () => {
  it.each([
    ['IN_PROGRESS', 'ECS to promote the old tasks'],
    ['ROLLBACK_IN_PROGRESS', 'ECS to promote the old tasks'],
    ['ROLLBACK_SUCCESSFUL', 'CloudFormation to notice that ECS rolled back'],
  ])('waits while it is %s', async (ecs, waitingFor) => {
    expect(await watch(incident(), {}, { ecs })).toMatchObject({
      status: 'running',
      waitingFor,
      reason: 'the stack is UPDATE_IN_PROGRESS',
    });
  });

  it.each([
    ['failed', { ecs: 'ROLLBACK_FAILED' }],
    ['was stopped without one', { ecs: 'STOPPED' }],
    ['had succeeded before', { ecs: 'SUCCESSFUL' }],
    ['is not known', { ecs: null }],
  ])('asks for another move when it %s', async (_name, world) => {
    expect(await watch(incident(), {}, world)).toMatchObject({ status: 'again', reason: 'stop-service-deployment is due' });
  });

  it('asks for another move when there is no service', async () => {
    const unborn = incident({ inspection: { ...inspection, service: null } });
    expect(await watch(unborn, {}, { service: null })).toMatchObject({ status: 'again' });
  });

  it('asks for another move once ECS had its time', async () => {
    const done = { polls: 5 };
    expect(await watch(incident(), done, {}, 5 + rollbackPatience.ecs - 1)).toMatchObject({ status: 'running' });
    expect(await watch(incident(), done, {}, 5 + rollbackPatience.ecs)).toMatchObject({ status: 'again' });
  });

  it('asks for another move when the update ended otherwise', async () => {
    expect(await watch(incident(), {}, { status: 'UPDATE_FAILED' })).toMatchObject({ status: 'again', reason: 'roll-back-stack is due' });
  });
});

describe("WatchRollback of CloudFormation's operations", () => {
  it.each([
    ['cancel-update', 'UPDATE_IN_PROGRESS', incident()],
    ['roll-back-stack', 'UPDATE_FAILED', incident()],
    ['delete-stack', 'CREATE_FAILED', firstDeploy()],
    ['execute-last-good', 'UPDATE_COMPLETE', smokeFailed],
  ])('gives %s time to show', async (action, status, of) => {
    const done = { action, polls: 10 };
    expect(await watch(of, done, { status }, 10 + rollbackPatience.effect - 1)).toMatchObject({
      status: 'running',
      waitingFor: `${action} to begin`,
    });
    expect(await watch(of, done, { status }, 10 + rollbackPatience.effect)).toMatchObject({ status: 'again' });
  });

  it('waits for what runs by itself, and says for what', async () => {
    expect(await watch(incident(), {}, { status: 'UPDATE_ROLLBACK_IN_PROGRESS' })).toMatchObject({
      status: 'running',
      waitingFor: 'the stack to leave UPDATE_ROLLBACK_IN_PROGRESS',
    });
  });

  it.each([
    ['stuck', 'UPDATE_ROLLBACK_IN_PROGRESS', 'the stack to leave UPDATE_ROLLBACK_IN_PROGRESS'],
    ['blocked', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'the stack to leave UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'],
  ])('ends its patience, and says what it waited for: %s in %s', async (ended, status, waitedFor) => {
    expect(await watch(incident(), {}, { status }, rollbackPatience.all - 1)).toMatchObject({ status: 'running' });
    expect(await watch(incident(), {}, { status }, rollbackPatience.all)).toMatchObject({
      status: ended,
      reason: expect.stringContaining(`it still waits for ${waitedFor}`),
    });
  });

  it('waits for a rollback to be taken up again, and asks for another try as soon as that failed', async () => {
    const done = { action: 'continue-rollback', polls: 10, at: minute(9) };
    const world = { status: 'UPDATE_ROLLBACK_FAILED', events: failedRollback };
    expect(await watch(incident(), done, world, 12)).toMatchObject({ status: 'running', waitingFor: 'the rollback to go on' });
    const anew = [stackEvent({ status: 'UPDATE_ROLLBACK_FAILED', at: minute(10) }), ...failedRollback];
    expect(await watch(incident(), done, { ...world, events: anew }, 12)).toMatchObject({ status: 'again' });
    expect(await watch(incident(), done, world, 10 + rollbackPatience.effect)).toMatchObject({ status: 'again' });
  });

  it.each(['look-again', 'wait'])('lets a moment pass before it asks for another move after %s', async (action) => {
    expect(await watch(incident(), { action }, {}, 1)).toMatchObject({
      status: 'running',
      waitingFor: 'a moment to pass before stop-service-deployment',
    });
    expect(await watch(incident(), { action }, {}, 2)).toMatchObject({ status: 'again' });
  });
});

describe('WatchRollback after something was left out of the rollback', () => {
  const tokens = (['skip-1', 'repair'] as const).map((verb) => operationToken(release, verb));
  const mended = { status: 'UPDATE_COMPLETE', tokens };
  const checking = { action: 'detect-drift', driftDetectionId: 'example-check' };

  it('asks for the repair', async () => {
    expect(await watch(incident(), { action: 'continue-rollback' }, { ...restored, tokens: tokens.slice(0, 1) })).toMatchObject({
      status: 'again',
      reason: 'redeploy-last-good is due',
    });
  });

  it('asks for the drift check once the repaired service runs', async () => {
    const done = { action: 'execute-last-good', changeSetArn: repairArn };
    const rolling = serviceView({ runningCount: 1 });
    expect(await watch(incident(), done, { ...mended, service: rolling })).toMatchObject({ status: 'running' });
    expect(await watch(incident(), done, mended)).toMatchObject({ status: 'again', reason: 'detect-drift is due' });
  });

  it('knows the repair by its change set while its events lag', async () => {
    const done = { action: 'execute-last-good', changeSetArn: repairArn };
    const lagging = {
      ...mended,
      tokens: tokens.slice(0, 1),
      changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'EXECUTE_COMPLETE' } },
    };
    expect(await watch(incident(), done, lagging)).toMatchObject({ status: 'again', reason: 'detect-drift is due' });
  });

  it('is settled with what the check found', async () => {
    expect(await watch(incident(), checking, { ...mended, drift: null })).toMatchObject({
      status: 'running',
      waitingFor: 'the drift check',
    });
    const drift = { status: 'DRIFTED', reason: '', differs: ['Service MODIFIED /TaskDefinition'] };
    expect(await watch(incident(), checking, { ...mended, drift })).toMatchObject({ status: 'settled', drift });
  });
});

describe('WatchRollback of a repair from last-good', () => {
  const computing = { action: 'redeploy-last-good', changeSetArn: repairArn };
  const executed = { action: 'execute-last-good', changeSetArn: repairArn };
  const at = (status: string, executionStatus: string) => ({ changeSets: { [repairArn]: { status, executionStatus } } });

  it.each(['CREATE_PENDING', 'CREATE_IN_PROGRESS'])('waits while the change set is %s', async (status) => {
    expect(await watch(smokeFailed, computing, { status: 'UPDATE_COMPLETE', ...at(status, 'UNAVAILABLE') })).toMatchObject({
      status: 'running',
      waitingFor: 'the change set from last-good to be computed',
    });
  });

  it('lets it be executed once it is computed', async () => {
    expect(await watch(smokeFailed, computing, { status: 'UPDATE_COMPLETE', ...at('CREATE_COMPLETE', 'AVAILABLE') })).toMatchObject({
      status: 'again',
    });
  });

  it.each<[string, Partial<Recovery>, RollbackWorld['changeSets']]>([
    ['is gone', computing, {}],
    ['was never named', { ...computing, changeSetArn: null }, {}],
  ])('asks RollBack about a change set that %s', async (_name, done, changeSets) => {
    expect(await watch(smokeFailed, done, { status: 'UPDATE_COMPLETE', changeSets })).toMatchObject({ status: 'again' });
  });

  it('takes its own update for its own while the events lag behind', async () => {
    const world = { status: 'UPDATE_IN_PROGRESS', ...at('CREATE_COMPLETE', 'EXECUTE_IN_PROGRESS') };
    expect(await watch(smokeFailed, executed, world)).toMatchObject({ status: 'running' });
    expect(await watch(smokeFailed, computing, world)).toMatchObject({ status: 'blocked' });
  });

  it('still blocks when the change set was not executed and somebody else updates', async () => {
    const world = { status: 'UPDATE_IN_PROGRESS', ...at('CREATE_COMPLETE', 'AVAILABLE') };
    expect(await watch(smokeFailed, executed, world)).toMatchObject({ status: 'blocked' });
    expect(await watch(smokeFailed, { ...executed, changeSetArn: null }, world)).toMatchObject({ status: 'blocked' });
  });

  it('is blocked when the stack is gone meanwhile', async () => {
    expect(await watch(smokeFailed, executed, { status: null })).toMatchObject({ status: 'blocked' });
  });

  it('settles when it is complete', async () => {
    const world = { status: 'UPDATE_COMPLETE', tokens: [operationToken(release, 'repair')] };
    expect(await watch(smokeFailed, executed, world)).toMatchObject({ status: 'settled' });
  });

  it('settles at once when last-good changed nothing', async () => {
    expect(await watch(smokeFailed, { action: 'settled' }, { status: 'UPDATE_COMPLETE' }, 1)).toMatchObject({ status: 'settled' });
  });

  it('is blocked when the repair was rolled back', async () => {
    const world = { ...restored, tokens: [operationToken(release, 'repair')] };
    expect(await watch(smokeFailed, executed, world)).toMatchObject({ status: 'blocked' });
  });
});

describe('WatchRollback of a stack that settled', () => {
  const rolling = serviceView({ runningCount: 1, deployments: [deploymentView(), deploymentView({ id: 'ecs-svc/2', status: 'ACTIVE' })] });

  it('settles when one deployment runs as many tasks as it wants', async () => {
    expect(await watch(incident(), {}, restored)).toEqual({
      status: 'settled',
      stackStatus: 'UPDATE_ROLLBACK_COMPLETE',
      waitingFor: '',
      reason: 'the stack is UPDATE_ROLLBACK_COMPLETE',
    });
  });

  it.each([
    ['tasks are missing', serviceView({ runningCount: 1 })],
    ['broken tasks are left', serviceView({ deployments: rolling.deployments })],
  ])('waits while %s', async (_name, service) => {
    expect(await watch(incident(), {}, { ...restored, service })).toMatchObject({
      status: 'running',
      waitingFor: `${service.runningCount} of 2 tasks to run, and the broken ones to end`,
    });
  });

  it('leaves the judgement to the proof when the service does not become steady', async () => {
    expect(await watch(incident(), {}, { ...restored, service: rolling }, rollbackPatience.steady - 1)).toMatchObject({
      status: 'running',
    });
    expect(await watch(incident(), {}, { ...restored, service: rolling }, rollbackPatience.steady)).toMatchObject({ status: 'settled' });
  });

  it('leaves the judgement to the proof when there is no service', async () => {
    expect(await watch(incident(), {}, { ...restored, service: null })).toMatchObject({ status: 'settled' });
  });

  it('waits for no tasks of a first deploy that is gone', async () => {
    expect(await watch(firstDeploy(), { action: 'delete-stack' }, { status: 'DELETE_COMPLETE' }, 1)).toMatchObject({ status: 'settled' });
  });
});
