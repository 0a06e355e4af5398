import type { StepName } from '../../steps/contract/steps.ts';
import { templates } from '../assembly.ts';
import { build, digest, image, nothingThere } from '../steps/builders.ts';
import * as incidents from '../steps/incidents.ts';
import { machineOf } from './machine.ts';
import { type Answers, fail, walk } from './walk.ts';

const { release, request, stage, inspection, plan, deployment, diagnostics, diagnosis, recovery, proof, settled } = incidents;
const watched = { status: 'succeeded', waitingFor: '', stackStatus: 'UPDATE_COMPLETE', stoppedTasks: 0, quietPolls: 0, seen: '' } as const;

/** A good day; on a bad one, an update that is rolled back and proven. */
const good: Answers = {
  AcceptTag: ({ stages }) => ({ ...release, stages: stages.map(({ name }) => name) }),
  ValidateSecret: ({ stages }) => ({ configs: stages.map(({ name }) => ({ ...incidents.config, stage: name })) }),
  BuildImage: () => ({
    Build: {
      Id: build.id,
      ExportedEnvironmentVariables: [{ Name: 'IMAGE_DIGEST', Value: digest }],
      Logs: { GroupName: build.logGroup, StreamName: build.logStream },
    },
  }),
  VerifyImage: () => image,
  InspectStage: () => inspection,
  PlanChange: () => plan,
  RequestApproval: () => ({ id: 'example' }),
  LockStage: () => ({ status: 'locked', holder: release.name }),
  HealStack: () => ({ status: 'healed', waitingFor: '', did: ['delete-stack'] }),
  Deploy: () => deployment,
  WatchDeployment: () => watched,
  SmokeTest: () => ({ checks: [], failure: null }),
  WatchAlarms: () => ({ status: 'succeeded', waitingFor: '', rangBefore: [] }),
  UnlockStage: () => ({}),
  CloseRelease: () => ({ outcome: 'released' }),
  CollectDiagnostics: () => diagnostics(),
  Diagnose: () => diagnosis(),
  RollBack: ({ polls }) => recovery({ polls }),
  WatchRollback: () => settled,
  ProveRollback: () => proof(),
  Report: () => ({ outcome: 'not-released', cause: 'ContainerCrashed', sentence: 'example', bucket: 'example', reportKey: 'example' }),
};
const rescue = ['CollectDiagnostics', 'Diagnose', 'RollBack', 'WatchRollback', 'ProveRollback', 'Report'];
const forward = ['AcceptTag', 'ValidateSecret', 'BuildImage', 'VerifyImage'];
const atStage = ['InspectStage', 'PlanChange', 'LockStage', 'Deploy', 'WatchDeployment', 'SmokeTest', 'WatchAlarms', 'UnlockStage'];
const withApproval = atStage.toSpliced(2, 0, 'RequestApproval');

describe('a release, walked through the machine', () => {
  let machine: ReturnType<typeof machineOf>;
  beforeAll(async () => {
    machine = machineOf((await templates())('ReleaseMachine'));
  }, 60_000);
  const take = (answers: Partial<Answers> = {}) => walk(machine, { ...good, ...answers }, request);

  it('walks every stage in order, and asks before production', async () => {
    const { steps, status } = await take();
    expect({ steps, status }).toEqual({ steps: [...forward, ...atStage, ...withApproval, 'CloseRelease'], status: 'SUCCEEDED' });
  });

  it('walks the stages only that the tag is to reach', async () => {
    const { steps, status } = await take({ AcceptTag: () => ({ ...release, stages: ['staging'] }) });
    expect({ steps, status }).toEqual({ steps: [...forward, ...atStage, 'CloseRelease'], status: 'SUCCEEDED' });
  });

  it.each([...forward, ...withApproval, 'CloseRelease'] as (StepName | 'BuildImage')[])(
    'collects before anything else when %s fails, and fails with the cause that the report names',
    async (step) => {
      const { steps, status, error, inputs } = await take({ [step]: () => fail('ContainerCrashed') });
      expect(steps.slice(-rescue.length - 1)).toEqual([step, ...rescue]);
      expect({ status, error }).toEqual({ status: 'FAILED', error: 'ContainerCrashed' });
      const told = inputs.find((one) => one.step === 'CollectDiagnostics')?.input;
      expect(told).toMatchObject({ incident: { failure: { state: step, error: 'ContainerCrashed' } } });
    },
  );

  it.each(rescue.slice(0, -1) as StepName[])('goes on to its report when %s breaks off', async (step) => {
    const { steps, status } = await take({ Deploy: () => fail('example'), [step]: () => fail('States.TaskFailed') });
    expect(steps.slice(steps.indexOf('CollectDiagnostics')).filter((name) => name !== step)).toEqual(
      // What could not be begun is not watched.
      rescue.filter((name) => name !== step && !(step === 'RollBack' && name === 'WatchRollback')),
    );
    expect(status).toBe('FAILED');
  });

  it('fails as not recovered when even the report breaks off', async () => {
    const { status, error } = await take({ Deploy: () => fail('example'), Report: () => fail('States.TaskFailed') });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'ContainerCrashed' });
  });

  it('collects a failed smoke test with its transcript', async () => {
    const smoke = { checks: [], failure: { cause: 'SmokeWebhookFailed', sentence: 'the sample was refused' } } as const;
    const { steps, inputs } = await take({ SmokeTest: () => ({ ...smoke, checks: [] }) });
    expect(steps.slice(-rescue.length)).toEqual(rescue);
    expect(inputs.find((one) => one.step === 'CollectDiagnostics')?.input).toMatchObject({
      incident: { smoke, failure: { state: 'SmokeTest', error: 'SmokeWebhookFailed', cause: 'the sample was refused' } },
    });
  });

  it('keeps what a rollback is at that does not end, stops it once, and calls a person', async () => {
    const { steps, inputs } = await take({
      Deploy: () => fail('example'),
      WatchRollback: () => ({ ...settled, status: 'stuck', stackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', reason: 'two hours' }),
      RollBack: ({ polls }, calls) => recovery({ polls, ...(calls === 2 && { status: 'blocked', action: 'stop-service-deployment' }) }),
      CollectDiagnostics: (_, calls) => diagnostics({ prefix: `diagnostics/${calls}` }),
    });
    expect(steps.slice(steps.indexOf('CollectDiagnostics'))).toEqual([
      ...rescue.slice(0, 4),
      'CollectDiagnostics',
      'RollBack',
      'ProveRollback',
      'Report',
    ]);
    const [, second] = inputs.filter(({ step }) => step === 'CollectDiagnostics');
    expect(second?.input).toMatchObject({ incident: { failure: { state: 'WatchRollback', error: 'RollbackStuck', cause: 'two hours' } } });
    // What the failure left is what the report is about; and it names both moves.
    expect(inputs.at(-1)).toMatchObject({
      step: 'Report',
      input: { diagnostics: { prefix: 'diagnostics/1' }, moves: [{ status: 'started' }, { status: 'blocked' }] },
    });
  });

  it('takes another row of the table when a move was refused or overtaken', async () => {
    const { inputs } = await take({
      Deploy: () => fail('example'),
      WatchRollback: (_, calls) => (calls === 1 ? { ...settled, status: 'again' } : settled),
      RollBack: ({ polls }, calls) => recovery({ polls, action: calls === 1 ? 'look-again' : 'redeploy-last-good' }),
    });
    expect(inputs.at(-1)).toMatchObject({ step: 'Report', input: { moves: [{ action: 'look-again' }, { action: 'redeploy-last-good' }] } });
  });

  it('collects before it heals, and inspects the stage anew', async () => {
    const heal = { action: 'delete-stack', status: 'ROLLBACK_COMPLETE' } as const;
    const { steps, status } = await take({
      AcceptTag: () => ({ ...release, stages: ['staging'] }),
      InspectStage: (_, calls) => (calls === 1 ? { ...nothingThere, heal } : nothingThere),
    });
    expect({ steps, status }).toEqual({
      steps: [...forward, ...atStage.slice(0, 3), 'CollectDiagnostics', 'HealStack', ...atStage, 'CloseRelease'],
      status: 'SUCCEEDED',
    });
  });

  it('heals a stage once', async () => {
    const heal = { action: 'delete-stack', status: 'ROLLBACK_COMPLETE' } as const;
    const { steps } = await take({ InspectStage: () => ({ ...inspection, heal }) });
    expect(steps.filter((name) => name === 'HealStack')).toHaveLength(1);
    expect(steps.slice(-rescue.length)).toEqual(rescue);
  });

  it('gives up a deployment that stays on its way', async () => {
    const { steps, inputs } = await take({ WatchDeployment: () => ({ ...watched, status: 'running', waitingFor: 'example' }) });
    expect(steps.slice(-rescue.length)).toEqual(rescue);
    expect(inputs.find((one) => one.step === 'CollectDiagnostics')?.input).toMatchObject({
      incident: { failure: { state: 'WatchDeployment', error: 'States.Timeout' } },
    });
  }, 120_000);

  it('takes an incident of elsewhere straight to its collection', async () => {
    const { steps } = await walk(machine, good, { rescue: { ...incidents.incident(), configs: null, stage } } as never);
    expect(steps).toEqual(rescue);
  });
});
