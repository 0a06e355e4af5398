import type { SmokeExpectations } from '../../container/src/config/index.ts';
import { taskDefinitionHash } from '../../steps/checks/last-good.ts';
import type { HttpClient, SampleSigner, Services, Stacks } from '../../steps/contract/ports.ts';
import type { StepInput } from '../../steps/contract/steps.ts';
import { type ProveRollbackPorts, proveRollback } from '../../steps/prove-rollback.ts';
import { exampleStackArn } from '../container/builders.ts';
import { oldTaskDefinition } from './builders.ts';
import {
  config,
  deploymentView,
  diagnostics,
  firstDeploy,
  incident,
  inspection,
  lastGood,
  minute,
  oldDigest,
  recovery,
  serviceArn,
  serviceView,
  settled,
  stackView,
  stage,
} from './incidents.ts';
import { awsError, clockAt, memoryObjects, port } from './ports.ts';

/** What version 1.3.0 promised: little, and exact. */
const expectations: SmokeExpectations = {
  format: 1,
  probes: [{ method: 'GET', path: '/health', status: 200, fields: [{ path: 'version', equals: { from: 'version' } }] }],
  sample: {
    method: 'POST',
    path: '/event',
    headers: { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' },
    signaturePrefix: 'v1bder,',
    envelope: {},
    status: 202,
    fields: [],
    withinMs: 3000,
  },
  refusals: [{ name: 'unsigned', status: 401, fields: [] }],
};
const kept = diagnostics();
const stored = () => memoryObjects({ 'artefacts/v1.3.0/1/smoke-expectations.json': expectations, [kept.manifestKey ?? '']: {} });
const serves =
  (version: string): HttpClient['request'] =>
  async ({ url, headers = {} }) => {
    const status = url.endsWith('/event') ? (headers['webhook-signature'] ? 202 : 401) : 200;
    return { status, body: JSON.stringify({ version }), milliseconds: 9 };
  };

const recorded = { ...lastGood, taskDefinitionHash: taskDefinitionHash(oldTaskDefinition()) };
const updated = incident({ inspection: { ...inspection, lastGood: recorded }, stage: { ...stage, quiltStackArn: exampleStackArn } });
const rolledBack: StepInput<'ProveRollback'> = { incident: updated, diagnostics: kept, recovery: recovery(), rollback: settled, config };

interface World {
  stacks?: Partial<Stacks>;
  services?: Partial<Services>;
  http?: HttpClient['request'];
  objects?: ProveRollbackPorts['objects'];
}
const prove = (input: Partial<StepInput<'ProveRollback'>>, world: World = {}) =>
  proveRollback(
    { ...rolledBack, ...input },
    {
      stacks: port<Stacks>({
        resource: async () => ({ logicalId: 'Service', physicalId: serviceArn, status: 'UPDATE_COMPLETE' }),
        ...world.stacks,
      }),
      services: port<Services>({ describe: async () => serviceView(), taskDefinition: async () => oldTaskDefinition(), ...world.services }),
      http: { request: world.http ?? serves('1.3.0') },
      signer: port<SampleSigner>({ sign: async () => Buffer.from('example') }),
      objects: world.objects ?? stored(),
      clock: clockAt(minute(12)),
    },
  );

describe('ProveRollback of an update', () => {
  it('is proven by digest, definition, tasks and smoke test together', async () => {
    expect(await prove({})).toEqual({
      outcome: 'proven',
      reason: 'version 1.3.0 serves again, by digest and definition, and passed 3 smoke checks',
      at: minute(12),
    });
  });

  const otherDigest = `sha256:${'e'.repeat(64)}`;
  it.each<[string, World, string]>([
    [
      'another digest runs',
      { services: { taskDefinition: async () => oldTaskDefinition({ digest: otherDigest }) } },
      `${otherDigest} runs, expected ${oldDigest}`,
    ],
    ['no digest is known', { services: { taskDefinition: async () => oldTaskDefinition({ digest: null }) } }, 'no digest runs'],
    [
      'the definition differs',
      { services: { taskDefinition: async () => oldTaskDefinition({ normalised: '{"cpu":"512"}' }) } },
      'the task definition that runs differs',
    ],
    [
      'ECS still replaces tasks',
      { services: { describe: async () => serviceView({ deployments: [deploymentView({ rolloutState: 'IN_PROGRESS' })] }) } },
      'ECS still replaces tasks',
    ],
    ['tasks are missing', { services: { describe: async () => serviceView({ runningCount: 1 }) } }, '1 of 2 tasks run'],
    [
      'nothing runs because nothing is wanted',
      { services: { describe: async () => serviceView({ runningCount: 0, desiredCount: 0 }) } },
      '0 of 0 tasks run',
    ],
    ['ECS has no such service', { services: { describe: async () => null } }, 'no service runs'],
    ['the stack has no service', { stacks: { resource: async () => null } }, 'no service runs'],
    ['another version answers', { http: serves('1.4.0') }, 'its smoke test did not pass: SmokeVersionMismatch'],
    ['nobody answers', { http: () => Promise.reject(new Error('connect ECONNREFUSED')) }, 'its smoke test did not pass'],
    ['the expectations are gone', { objects: memoryObjects() }, 'its smoke test did not pass: NoSuchKey'],
  ])('is unproven when %s', async (_name, world, words) => {
    expect(await prove({}, world)).toMatchObject({ outcome: 'unproven', reason: expect.stringContaining(words) });
  });

  it.each([
    ['no release of this pipeline proved it', { lastGood: { ...recorded, artefacts: null } }, config],
    ['its version is not known', { lastGood: { ...recorded, version: null } }, config],
    ['the configuration of the stage was never read', { lastGood: recorded }, null],
  ])('is unproven when %s: what a smoke test must see is not known', async (_name, changes, known) => {
    const of = incident({ inspection: { ...inspection, ...changes }, stage: updated.stage });
    expect(await prove({ incident: of, config: known })).toMatchObject({
      outcome: 'unproven',
      reason: expect.stringContaining('is not known'),
    });
  });

  it('is unproven when what ran before had no digest', async () => {
    expect(await prove({ incident: incident({ inspection: { ...inspection, lastGood: null } }) })).toMatchObject({
      outcome: 'unproven',
      reason: 'what ran before has no digest to compare with',
    });
  });

  it.each([{ inspection: null }, { stage: null }])('is unproven when the stage was never inspected', async (changes) => {
    expect(await prove({ incident: incident(changes) })).toMatchObject({
      outcome: 'unproven',
      reason: 'what the stage ran before is not known',
    });
  });

  it('is proven while the service keeps its last good configuration: the secret broke, not the rollback', async () => {
    const [health] = expectations.probes;
    const promised = { ...health!, fields: [...health!.fields, { path: 'checks.config', equals: { value: 'ok' } }] };
    const objects = memoryObjects({ 'artefacts/v1.3.0/1/smoke-expectations.json': { ...expectations, probes: [promised] } });
    const http: HttpClient['request'] = async (asked) => {
      const answer = await serves('1.3.0')(asked);
      return { ...answer, body: JSON.stringify({ version: '1.3.0', checks: { config: 'last-good' } }) };
    };
    expect(await prove(rolledBack, { http, objects })).toMatchObject({ outcome: 'proven' });
  });

  it('says in a bounded text what a failed smoke test saw', async () => {
    const http: HttpClient['request'] = () => Promise.reject(new Error('x'.repeat(5_000)));
    expect((await prove({}, { http })).reason.length).toBeLessThanOrEqual(1_000);
  });

  it('never reads an error of AWS as a service that is gone', async () => {
    const denied = () => Promise.reject(awsError('AccessDeniedException', 'denied'));
    await expect(prove({}, { services: { describe: denied } })).rejects.toThrow('denied');
    await expect(prove({}, { stacks: { resource: denied } })).rejects.toThrow('denied');
  });
});

describe('ProveRollback of a first deploy', () => {
  const gone = { describe: async () => stackView('DELETE_COMPLETE') };
  const first = { incident: firstDeploy(), recovery: recovery({ action: 'delete-stack' }) };

  it('is gone when the stack is deleted and the evidence is there', async () => {
    expect(await prove(first, { stacks: gone })).toMatchObject({
      outcome: 'gone',
      reason: 'the Service stack of v1.4.0-0123456-1 is deleted; its diagnostics are in the bucket',
    });
    expect(await prove(first, { stacks: { describe: async () => null } })).toMatchObject({ outcome: 'gone' });
  });

  it('asks for the stack by its id', async () => {
    const asked: string[] = [];
    const describe: Stacks['describe'] = async (id) => {
      asked.push(id);
      return null;
    };
    await prove(first, { stacks: { describe } });
    expect(asked).toEqual([first.recovery.stackId]);
  });

  it.each(['DELETE_IN_PROGRESS', 'DELETE_FAILED', 'ROLLBACK_COMPLETE', 'CREATE_COMPLETE'])(
    'is unproven while the stack is %s',
    async (status) => {
      expect(await prove(first, { stacks: { describe: async () => stackView(status) } })).toMatchObject({
        outcome: 'unproven',
        reason: expect.stringContaining(`is ${status}, not DELETE_COMPLETE`),
      });
    },
  );

  it('is unproven when the evidence was never sealed', async () => {
    const input = { ...first, diagnostics: diagnostics({ manifestKey: null }) };
    expect(await prove(input, { stacks: gone })).toMatchObject({ outcome: 'unproven', reason: expect.stringContaining('were not sealed') });
  });

  it('is unproven when the evidence cannot be found', async () => {
    expect(await prove(first, { stacks: gone, objects: memoryObjects() })).toMatchObject({
      outcome: 'unproven',
      reason: expect.stringContaining('NoSuchKey'),
    });
  });

  it('does not look for a stack without an id', async () => {
    const input = { ...first, recovery: recovery({ action: 'settled', stackId: null }) };
    expect(await prove(input)).toMatchObject({ outcome: 'unproven', reason: expect.stringContaining('not known') });
  });
});

describe('ProveRollback without a rollback', () => {
  it('says that nothing had changed', async () => {
    expect(await prove({ recovery: recovery({ status: 'nothing', reason: 'no stage had been reached' }), rollback: null })).toMatchObject({
      outcome: 'unchanged',
      reason: 'no stage had been reached',
    });
  });

  it('is blocked when RollBack was', async () => {
    expect(await prove({ recovery: recovery({ status: 'blocked', reason: 'no safe move is known' }), rollback: null })).toMatchObject({
      outcome: 'blocked',
      reason: 'no safe move is known',
    });
  });

  it.each(['running', 'again', 'blocked'] as const)('is blocked when the rollback ended %s', async (status) => {
    expect(await prove({ rollback: { ...settled, status, reason: 'why' } })).toMatchObject({ outcome: 'blocked', reason: 'why' });
  });

  it('is not proven while something that was left out is not as the template says', async () => {
    const drift = { status: 'DRIFTED', reason: '', differs: ['Service MODIFIED /TaskDefinition'] };
    expect(await prove({ rollback: { ...settled, drift } })).toMatchObject({
      outcome: 'unproven',
      reason: 'resources were left out of the rollback, and the stack is DRIFTED, not IN_SYNC: Service MODIFIED /TaskDefinition',
    });
    const unknown = { status: 'UNKNOWN', reason: 'Failed to detect drift on Task', differs: [] };
    expect(await prove({ rollback: { ...settled, drift: unknown } })).toMatchObject({
      outcome: 'unproven',
      reason: expect.stringContaining('Failed to detect drift on Task'),
    });
    expect(await prove({ rollback: { ...settled, drift: { status: 'IN_SYNC', reason: '', differs: [] } } })).toMatchObject({
      outcome: 'proven',
    });
  });

  it('is blocked when nobody watched it', async () => {
    expect(await prove({ rollback: null })).toMatchObject({ outcome: 'blocked', reason: 'the rollback was not watched to its end' });
  });
});
