import { rollbackPatience } from '../../steps/contract/patience.ts';
import type { Services, Stacks } from '../../steps/contract/ports.ts';
import { type OperationVerb, operationToken } from '../../steps/contract/release.ts';
import type { Incident } from '../../steps/contract/steps.ts';
import { rollBack } from '../../steps/roll-back.ts';
import {
  changeSetArn,
  diagnosis,
  firstDeploy,
  incident,
  inspection,
  lastGood,
  minute,
  plan,
  release,
  repairArn,
  serviceDeploymentArn,
  stackId,
  untouched,
} from './incidents.ts';
import { awsError, port } from './ports.ts';
import { failedRollback, lastGoodTemplate, type RollbackWorld, rollbackWorld } from './rollback-world.ts';

const bucket = 'example-diagnostics';
async function afterFailure(of: Incident, world: Partial<RollbackWorld>, polls = 0) {
  const cloud = rollbackWorld(world);
  const recovery = await rollBack({ incident: of, diagnosis: diagnosis(), polls }, bucket, cloud.ports);
  return { recovery, calls: cloud.world.calls };
}
const smokeFailed = { failure: { state: 'SmokeTest', error: 'SmokeConfigMismatch', cause: '' } };

it('goes back by a change set from last-good when an alarm goes off during the watch', async () => {
  const rang = incident({ failure: { state: 'WatchAlarms', error: 'AlarmDuringWatch', cause: '' } });
  const { recovery } = await afterFailure(rang, { status: 'UPDATE_COMPLETE' });
  expect(recovery).toMatchObject({ status: 'started', action: 'redeploy-last-good' });
});

describe('RollBack, when nothing was executed', () => {
  it('does nothing while no stage had been reached', async () => {
    const { recovery, calls } = await afterFailure(incident({ stage: null }), {});
    expect(recovery).toMatchObject({ status: 'nothing', action: 'none', reason: 'no stage had been reached' });
    expect(calls).toEqual([]);
  });

  it('does nothing for a tag that was not let in', async () => {
    expect((await afterFailure(incident({ release: null }), {})).recovery.status).toBe('nothing');
  });

  it('does nothing when only the closing of a proven release failed', async () => {
    const { recovery, calls } = await afterFailure(incident({ failure: { state: 'CloseRelease', error: 'Error', cause: '' } }), {});
    expect(recovery).toMatchObject({ status: 'nothing', reason: 'every stage is proven; only the closing of the record failed' });
    expect(calls).toEqual([]);
  });

  it('does nothing where there is no Service stack', async () => {
    const nowhere = firstDeploy({ ...untouched, plan: null });
    expect((await afterFailure(nowhere, {})).recovery).toMatchObject({ status: 'nothing', reason: 'the stage has no Service stack' });
  });

  it('deletes the change set, and nothing else', async () => {
    const { recovery, calls } = await afterFailure(incident(untouched), { status: 'UPDATE_COMPLETE' });
    expect(recovery).toMatchObject({ status: 'nothing', action: 'delete-change-set' });
    expect(calls).toEqual([`delete change set ${changeSetArn}`]);
  });

  it.each([
    ['was never made', { plan: null }, {}],
    ['is to be made after a heal', { plan: { ...plan, changeSetArn: null } }, {}],
    ['is gone already', {}, { changeSets: {} }],
  ])('deletes no change set that %s', async (_name, changes, world) => {
    const { recovery, calls } = await afterFailure(incident({ ...untouched, ...changes }), { status: 'UPDATE_COMPLETE', ...world });
    expect(recovery).toMatchObject({ status: 'nothing', action: 'none' });
    expect(calls).toEqual([]);
  });

  it('believes CloudFormation, not the machine, about what was executed: Deploy may have died after it', async () => {
    const died = incident({ deployment: null, failure: { state: 'Deploy', error: 'States.Timeout', cause: '' } });
    const { recovery } = await afterFailure(died, { tokens: [operationToken(release, 'deploy')] });
    expect(recovery).toMatchObject({ status: 'started', action: 'stop-service-deployment' });
  });

  it('leaves a stack alone whose heal failed', async () => {
    const healing = incident({ deployment: null, failure: { state: 'HealStack', error: 'StackLocked', cause: '' } });
    const { recovery, calls } = await afterFailure(healing, { status: 'UPDATE_IN_PROGRESS' });
    expect(recovery).toMatchObject({ status: 'blocked', action: 'none' });
    expect(calls).toEqual([]);
  });
});

describe('RollBack of a first deploy', () => {
  it('deletes the stack by its id, never by its name', async () => {
    const { recovery, calls } = await afterFailure(firstDeploy(), { status: 'CREATE_IN_PROGRESS' });
    expect(recovery).toMatchObject({ status: 'started', action: 'delete-stack', stackId });
    expect(calls).toEqual([`delete stack ${stackId} as release-v1-4-0-0123456-1-delete`]);
  });

  it("deletes no stack but the stage's Service stack, whatever the incident says", async () => {
    const other = stackId.replace('StagingService', 'StagingFoundation');
    const strange = firstDeploy({ deployment: null, plan: { ...plan, kind: 'CREATE', stackId: other } });
    const { recovery, calls } = await afterFailure(strange, {
      status: 'CREATE_COMPLETE',
      tokens: [operationToken(release, 'deploy')],
    });
    expect(recovery).toMatchObject({ status: 'blocked', reason: expect.stringContaining('is not the stack StagingService') });
    expect(calls).toEqual([]);
  });
});

describe('RollBack of an update under way', () => {
  it('lets ECS promote the old tasks first', async () => {
    const { recovery, calls } = await afterFailure(incident(), {}, 7);
    expect(recovery).toEqual({
      status: 'started',
      action: 'stop-service-deployment',
      stackId,
      changeSetArn: null,
      reason: 'the stack is UPDATE_IN_PROGRESS (during)',
      polls: 7,
      at: minute(9),
    });
    expect(calls).toEqual([`stop ${serviceDeploymentArn}`]);
  });

  it.each(['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'STOP_REQUESTED'])(
    'does not ask ECS again while it is %s',
    async (ecs) => {
      const { recovery, calls } = await afterFailure(incident(), { ecs });
      expect(recovery).toMatchObject({ action: 'stop-service-deployment', reason: expect.stringContaining('ECS rolls back already') });
      expect(calls).toEqual([]);
    },
  );

  it.each<[string, Partial<RollbackWorld>, string]>([
    ['ECS refused', { stop: 'refused' }, "ECS's newest deployment is IN_PROGRESS"],
    ['ECS has nothing to stop', { ecs: 'SUCCESSFUL' }, "ECS's newest deployment is SUCCESSFUL"],
    ['ECS knows no deployment', { ecs: null }, 'ECS has no deployment to stop'],
  ])('cancels the update when %s', async (_name, world, why) => {
    const { recovery, calls } = await afterFailure(incident(), world);
    expect(recovery).toMatchObject({ status: 'started', action: 'cancel-update', reason: expect.stringContaining(why) });
    expect(calls.at(-1)).toBe(`cancel ${stackId} as release-v1-4-0-0123456-1-cancel`);
  });

  it('cancels the update when there is no service yet', async () => {
    const unborn = incident({ inspection: { ...inspection, service: null } });
    expect((await afterFailure(unborn, { service: null })).recovery.action).toBe('cancel-update');
  });

  it('cancels the update once ECS had its time', async () => {
    const { recovery } = await afterFailure(incident(), { ecs: 'ROLLBACK_IN_PROGRESS' }, 60);
    expect(recovery.action).toBe('cancel-update');
  });

  it('says so when the cancel was refused, and asks to look again', async () => {
    const { recovery } = await afterFailure(incident(), { stop: 'refused', cancel: 'refused' });
    expect(recovery).toMatchObject({
      status: 'started',
      action: 'look-again',
      reason: expect.stringContaining('CancelUpdateStack was refused'),
    });
  });
});

describe('RollBack of an update that ended', () => {
  it('lets CloudFormation roll back a failed one', async () => {
    const { recovery, calls } = await afterFailure(incident(), { status: 'UPDATE_FAILED' });
    expect(recovery).toMatchObject({ status: 'started', action: 'roll-back-stack' });
    expect(calls).toEqual([`roll back ${stackId} as release-v1-4-0-0123456-1-roll-back`]);
  });

  it('asks to look again when CloudFormation refused to', async () => {
    const { recovery } = await afterFailure(incident(), { status: 'UPDATE_FAILED', rollBack: 'refused' });
    expect(recovery).toMatchObject({ status: 'started', action: 'look-again' });
  });

  it.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])('waits for what ends by itself: %s', async (status) => {
    const { recovery, calls } = await afterFailure(incident(), { status });
    expect(recovery).toMatchObject({ status: 'started', action: 'wait' });
    expect(calls).toEqual([]);
  });

  it('has nothing to do once CloudFormation rolled back by itself', async () => {
    const { recovery } = await afterFailure(incident(), { status: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(recovery).toMatchObject({ status: 'started', action: 'settled' });
  });

  it('stops where no safe move is known', async () => {
    const { recovery, calls } = await afterFailure(incident(smokeFailed), { status: 'UPDATE_ROLLBACK_FAILED' });
    expect(recovery).toMatchObject({
      status: 'blocked',
      reason: 'no safe move is known; the stack is UPDATE_ROLLBACK_FAILED (after)',
    });
    expect(calls).toEqual([]);
  });

  it('stops when the stack is gone: nobody of us deleted it', async () => {
    const { recovery } = await afterFailure(incident(), { status: null });
    expect(recovery).toMatchObject({ status: 'blocked', reason: `CloudFormation knows no stack ${stackId}` });
  });
});

describe('RollBack of a rollback that failed', () => {
  const locked: Partial<RollbackWorld> = { status: 'UPDATE_ROLLBACK_FAILED', events: failedRollback };
  const tried = (...verbs: OperationVerb[]) => ({ tokens: ['deploy' as const, ...verbs].map((verb) => operationToken(release, verb)) });

  it('goes the whole way again first: what stood in its way may be gone', async () => {
    const { recovery, calls } = await afterFailure(incident(), { ...locked, ...tried() });
    expect(recovery).toMatchObject({ status: 'started', action: 'continue-rollback', reason: expect.stringContaining('all of it again') });
    expect(calls).toEqual([`continue ${stackId} as release-v1-4-0-0123456-1-continue without []`]);
  });

  it.each([1, 2, 3])('then leaves out what could not go back, and not what was cancelled beside it: round %i', async (round) => {
    const before = Array.from({ length: round - 1 }, (_, at): OperationVerb => `skip-${at + 1}`);
    const { recovery, calls } = await afterFailure(incident(), { ...locked, ...tried('continue', ...before) });
    expect(recovery).toMatchObject({ status: 'started', reason: expect.stringContaining('leaving out Service') });
    expect(calls).toEqual([`continue ${stackId} as release-v1-4-0-0123456-1-skip-${round} without [Service]`]);
  });

  it.each<[string, Partial<RollbackWorld>]>([
    ['every round was tried', tried('continue', 'skip-1', 'skip-2', 'skip-3')],
    ['nothing may be left out', { ...tried('continue'), events: [] }],
  ])('stops when %s', async (_name, world) => {
    const { recovery, calls } = await afterFailure(incident(), { ...locked, ...world });
    expect(recovery).toMatchObject({ status: 'blocked', action: 'continue-rollback' });
    expect(calls).toEqual([]);
  });

  it('looks again when CloudFormation refuses', async () => {
    const { recovery } = await afterFailure(incident(), { ...locked, ...tried(), continueRollback: 'refused' });
    expect(recovery).toMatchObject({ status: 'started', action: 'look-again' });
  });

  it('does not count what HealStack tried before the release deployed', async () => {
    const { calls } = await afterFailure(incident(), { ...locked, ...tried('heal-continue', 'heal-skip-1') });
    expect(calls).toEqual([expect.stringContaining('-continue without []')]);
  });

  it("continues somebody else's when a person asks for what ran before", async () => {
    const asked = incident({ deployment: null, failure: { state: 'Operator', error: 'RollbackRequested', cause: '' } });
    const { recovery, calls } = await afterFailure(asked, locked);
    expect(recovery).toMatchObject({ status: 'started', action: 'continue-rollback' });
    expect(calls).toEqual([`continue ${stackId} as release-v1-4-0-0123456-1-continue without []`]);
  });

  it('deploys last-good under one label more once something was left out: else CloudFormation would touch nothing', async () => {
    const cloud = rollbackWorld({ status: 'UPDATE_ROLLBACK_COMPLETE', ...tried('continue', 'skip-1') });
    const recovery = await rollBack({ incident: incident(), diagnosis: diagnosis(), polls: 9 }, bucket, cloud.ports);
    expect(recovery).toMatchObject({ status: 'started', action: 'redeploy-last-good', changeSetArn: repairArn });
    const [key = ''] = cloud.ports.objects.order;
    expect(key).toBe('last-good/staging/v1.4.0-0123456-1/repair.template.json');
    const { Resources } = JSON.parse(cloud.ports.objects.stored.get(key) ?? '');
    expect(Resources.Service).toEqual(lastGoodTemplate.Resources.Service);
    expect(Resources.Task.Properties.ContainerDefinitions).toEqual([
      { Name: 'webhook', DockerLabels: { 'release.tag': 'v1.3.0', 'release.repaired-by': 'v1.4.0-0123456-1' } },
    ]);
  });

  it('stops when last-good reaches nothing of what was left out', async () => {
    const cloud = rollbackWorld({ status: 'UPDATE_ROLLBACK_COMPLETE', ...tried('skip-1') });
    cloud.ports.objects.stored.set(lastGood.templateKey, 'Resources:\n  Task: {}');
    const recovery = await rollBack({ incident: incident(), diagnosis: diagnosis(), polls: 9 }, bucket, cloud.ports);
    expect(recovery).toMatchObject({ status: 'blocked', reason: expect.stringContaining('no task definition') });
    const unchanged = { status: 'FAILED', executionStatus: 'UNAVAILABLE', reason: 'No updates are to be performed.' };
    const again = await afterFailure(incident(), {
      status: 'UPDATE_ROLLBACK_COMPLETE',
      ...tried('skip-1'),
      changeSets: { [repairArn]: unchanged },
    });
    expect(again.recovery).toMatchObject({ status: 'blocked', reason: expect.stringContaining('changes nothing of what was left out') });
  });

  it('compares the repaired stack with its template', async () => {
    const mended = { status: 'UPDATE_COMPLETE', ...tried('skip-1', 'repair') };
    const { recovery, calls } = await afterFailure(incident(), mended);
    expect(recovery).toMatchObject({ status: 'started', action: 'detect-drift', driftDetectionId: 'example-check' });
    expect(calls).toEqual([`compare ${stackId}`]);
    expect((await afterFailure(incident(), { ...mended, driftCheck: null })).recovery).toMatchObject({
      status: 'started',
      action: 'look-again',
    });
  });
});

describe('RollBack of a rollback that does not end', () => {
  const hanging: Partial<RollbackWorld> = { status: 'UPDATE_ROLLBACK_IN_PROGRESS' };

  it.each<[string, Partial<RollbackWorld>, string, number]>([
    ['is stopped', {}, 'ECS was told to stop, and does', 1],
    ['refuses', { stop: 'refused' }, 'ECS was told to stop, and refused', 1],
    ['has nothing to stop', { ecs: 'SUCCESSFUL' }, 'ECS has nothing to stop', 0],
  ])('is for a person once all patience is used up; ECS %s', async (_name, world, words, stops) => {
    const { recovery, calls } = await afterFailure(incident(), { ...hanging, ...world }, rollbackPatience.all);
    expect(recovery).toMatchObject({ status: 'blocked', action: 'stop-service-deployment', reason: expect.stringContaining(words) });
    expect(calls).toHaveLength(stops);
  });

  it('is only waited for until then', async () => {
    const { recovery, calls } = await afterFailure(incident(), hanging, rollbackPatience.all - 1);
    expect(recovery).toMatchObject({ status: 'started', action: 'wait' });
    expect(calls).toEqual([]);
  });
});

describe('RollBack of a complete update', () => {
  const complete = { status: 'UPDATE_COMPLETE' };

  it('makes a change set from last-good, on the stack by its id', async () => {
    const { recovery, calls } = await afterFailure(incident(smokeFailed), complete);
    expect(recovery).toMatchObject({ status: 'started', action: 'redeploy-last-good', changeSetArn: repairArn });
    expect(calls).toEqual([`create change set repair-v1-4-0-0123456-1 on ${stackId}`]);
  });

  it('makes it from the template, the parameters and the role that were recorded', async () => {
    const cloud = rollbackWorld(complete);
    const inputs: unknown[] = [];
    const createChangeSet: Stacks['createChangeSet'] = async (input) => {
      inputs.push(input);
      return { arn: repairArn, stackId };
    };
    await rollBack({ incident: incident(smokeFailed), diagnosis: diagnosis(), polls: 0 }, bucket, {
      ...cloud.ports,
      stacks: port<Stacks>({ ...cloud.ports.stacks, createChangeSet }),
    });
    expect(inputs).toEqual([
      expect.objectContaining({
        kind: 'UPDATE',
        templateUrl: `https://${bucket}.s3.us-east-1.amazonaws.com/${lastGood.templateKey}`,
        parameters: lastGood.parameters,
        roleArn: inspection.foundation.DeployRoleArn,
        tags: { 'release:tag': 'v1.4.0', 'release:attempt': '1' },
      }),
    ]);
  });

  it('executes it once it is computed, under a token of its own', async () => {
    const computed = { ...complete, changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' } } };
    const { recovery, calls } = await afterFailure(incident(smokeFailed), computed);
    expect(recovery).toMatchObject({ status: 'started', action: 'execute-last-good', changeSetArn: repairArn });
    expect(calls.at(-1)).toBe(`execute ${repairArn} as release-v1-4-0-0123456-1-repair`);
  });

  it.each([
    "The submitted information didn't contain changes. Submit different information to create a change set.",
    'No updates are to be performed.',
  ])('is done when last-good changes nothing: %s', async (reason) => {
    const same = { ...complete, changeSets: { [repairArn]: { status: 'FAILED', executionStatus: 'UNAVAILABLE', reason } } };
    const { recovery } = await afterFailure(incident(smokeFailed), same);
    expect(recovery).toMatchObject({ status: 'started', action: 'settled' });
  });

  it('stops when CloudFormation cannot compute it', async () => {
    const reason = 'Template error: instance of Fn::GetAtt references undefined resource';
    const failed = { ...complete, changeSets: { [repairArn]: { status: 'FAILED', executionStatus: 'UNAVAILABLE', reason } } };
    const { recovery } = await afterFailure(incident(smokeFailed), failed);
    expect(recovery).toMatchObject({ status: 'blocked', reason: expect.stringContaining(reason) });
  });

  it('stops when the change set can no longer be executed: somebody changed the stack', async () => {
    const obsolete = { ...complete, changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'OBSOLETE' } } };
    const { recovery } = await afterFailure(incident(smokeFailed), obsolete);
    expect(recovery).toMatchObject({ status: 'blocked', reason: expect.stringContaining('OBSOLETE') });
  });

  it.each(['EXECUTE_IN_PROGRESS', 'EXECUTE_COMPLETE'])(
    'executes it no second time when its events lag behind: %s',
    async (executionStatus) => {
      const { recovery, calls } = await afterFailure(incident(smokeFailed), {
        ...complete,
        changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus } },
      });
      expect(recovery).toMatchObject({ status: 'started', action: 'execute-last-good' });
      expect(calls.filter((call) => call.startsWith('execute'))).toEqual([]);
    },
  );

  it('waits for a change set that CloudFormation does not show yet', async () => {
    const cloud = rollbackWorld(complete);
    const stacks = port<Stacks>({ ...cloud.ports.stacks, changeSet: async () => null });
    const recovery = await rollBack({ incident: incident(smokeFailed), diagnosis: diagnosis(), polls: 0 }, bucket, {
      ...cloud.ports,
      stacks,
    });
    expect(recovery).toMatchObject({ status: 'started', action: 'redeploy-last-good', changeSetArn: repairArn });
  });

  it('stops when no last-good was recorded', async () => {
    const { recovery, calls } = await afterFailure(incident({ ...smokeFailed, inspection: { ...inspection, lastGood: null } }), complete);
    expect(recovery).toMatchObject({ status: 'blocked', reason: expect.stringContaining('no last-good was recorded at staging') });
    expect(calls).toEqual([]);
  });

  it('repairs no second time', async () => {
    const repaired = { ...complete, tokens: [operationToken(release, 'repair')] };
    const { recovery, calls } = await afterFailure(incident(smokeFailed), repaired);
    expect(recovery.action).toBe('settled');
    expect(calls).toEqual([]);
  });
});

describe('RollBack and trouble with AWS', () => {
  const denied = awsError('AccessDenied', 'User is not authorized to perform this action');

  it.each(['describe', 'events', 'changeSet'] as const)('does not read an error of %s as absence', async (method) => {
    const cloud = rollbackWorld({ status: 'UPDATE_COMPLETE' });
    const stacks = port<Stacks>({ ...cloud.ports.stacks, [method]: () => Promise.reject(denied) });
    const input = { incident: incident(untouched), diagnosis: diagnosis(), polls: 0 };
    await expect(rollBack(input, bucket, { ...cloud.ports, stacks })).rejects.toBe(denied);
    expect(cloud.world.calls).toEqual([]);
  });

  it('cancels nothing when ECS does not answer', async () => {
    const cloud = rollbackWorld();
    const services = port<Services>({ ...cloud.ports.services, deployment: () => Promise.reject(denied) });
    const input = { incident: incident(), diagnosis: diagnosis(), polls: 0 };
    await expect(rollBack(input, bucket, { ...cloud.ports, services })).rejects.toBe(denied);
    expect(cloud.world.calls).toEqual([]);
  });
});
