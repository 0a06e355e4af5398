import { secretContract } from '../../container/src/config/index.ts';
import { sha256 } from '../../steps/checks/hash.ts';
import { HostUnusable } from '../../steps/contract/errors.ts';
import { loops } from '../../steps/contract/patience.ts';
import type { ServiceView, StackView, TaskDefinitionView } from '../../steps/contract/ports.ts';
import { keys } from '../../steps/contract/records.ts';
import { type InspectStagePorts, inspectStage } from '../../steps/inspect-stage.ts';
import { exampleSecret } from '../container/builders.ts';
import { digest, image, oldTaskDefinition, ourDeployment } from './builders.ts';
import { FakeTable, fakeSecrets } from './fakes.ts';
import { deploymentView, inspection, minute, oldDigest, release, serviceArn, serviceView, stackId, stackView, stage } from './incidents.ts';
import { awsError, memoryObjects, port } from './ports.ts';

const folder = 'last-good/staging/v1.4.0-0123456-1';
const contractKey = `${image.artefacts.prefix}/secret-contract.json`;
const foundationStack = stackView('CREATE_COMPLETE', {
  outputs: { ...inspection.foundation, ExportsOutputRefCluster: 'of CDK itself' },
});

interface Found {
  stack?: StackView | null;
  service?: ServiceView | null;
  definition?: TaskDefinitionView;
  table?: FakeTable;
  objects?: ReturnType<typeof memoryObjects>;
  ports?: Partial<InspectStagePorts>;
  polls?: number;
}

const anObjectStore = () => memoryObjects({ [contractKey]: secretContract() });

function inspect(found: Found = {}) {
  const { stack = stackView('UPDATE_COMPLETE'), service = serviceView(), definition = oldTaskDefinition(), polls = 0 } = found;
  const { table = new FakeTable(), objects = anObjectStore(), ports } = found;
  return inspectStage(
    { release, stage, image, polls },
    {
      // The load balancer itself, before there is a service.
      http: { request: async () => ({ status: 503, body: '', milliseconds: 1 }) },
      secrets: fakeSecrets(),
      stacks: port<InspectStagePorts['stacks']>({
        describe: async (name) => ({ [stage.foundationStack]: foundationStack, [stage.serviceStack]: stack })[name] ?? null,
        resource: async () => ({ logicalId: 'Service', physicalId: serviceArn, status: 'CREATE_COMPLETE' }),
        template: async () => '{"Resources":{}}',
      }),
      services: port<InspectStagePorts['services']>({ describe: async () => service, taskDefinition: async () => definition }),
      objects,
      table,
      diagnosticsBucket: 'example-diagnostics',
      ...ports,
    },
  );
}

describe('the address of a stage', () => {
  const calling = (http: InspectStagePorts['http']['request']) => inspect({ ports: { http: { request: http } } });

  it('is called once, by its own name', async () => {
    const asked: string[] = [];
    await calling(async ({ method, url }) => {
      asked.push(`${method} ${url}`);
      return { status: 200, body: '', milliseconds: 1 };
    });
    expect(asked).toEqual([`GET ${inspection.foundation.ServiceUrl}/health/live`]);
  });

  it('that nobody can call stops the release before any change', async () => {
    const words = 'service.example.com cannot be called: certificate has expired (CERT_HAS_EXPIRED)';
    await expect(calling(() => Promise.reject(new HostUnusable(words)))).rejects.toMatchObject({
      name: 'AddressUnusable',
      message: `${words}.`,
    });
  });

  it('may answer late, or badly: the release may be what mends it', async () => {
    const late = () => Promise.reject(new Error('GET https://service.example.com/health/live: no answer within 5 s'));
    expect(await calling(late)).toMatchObject({ status: 'ready' });
  });
});

describe('a stage that runs an older release', () => {
  it('is ready, with what runs there now', async () => {
    const lastGood = expect.objectContaining({ digest: oldDigest, version: '1.3.0' });
    expect(await inspect()).toEqual({ ...inspection, lastGood, contractHash: sha256(JSON.stringify(secretContract())) });
  });

  it('has its template, parameters and definition recorded before anything is touched', async () => {
    const [table, objects] = [new FakeTable(), anObjectStore()];
    const stack = stackView('UPDATE_COMPLETE', { parameters: { ImageDigest: oldDigest } });
    const { lastGood } = await inspect({ table, objects, stack });
    expect(lastGood).toMatchObject({
      stackId,
      templateKey: `${folder}/service.template.json`,
      parameters: { ImageDigest: oldDigest },
      desiredCount: 2,
      taskDefinitionHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(objects.order).toEqual([`${folder}/service.template.json`, `${folder}/last-good.json`]);
    expect(objects.stored.get(`${folder}/service.template.json`)).toBe('{"Resources":{}}');
    expect(await table.get('STAGE#staging', 'STATE')).toMatchObject({ lastGood });
  });

  it('is not gone on with when last-good cannot be recorded', async () => {
    const objects = { ...anObjectStore(), put: () => Promise.reject(awsError('SlowDown', 'Please reduce your request rate.')) };
    await expect(inspect({ objects })).rejects.toMatchObject({ name: 'SlowDown' });
  });

  it('remembers the artefacts of the release that proved what runs', async () => {
    const artefacts = { bucket: 'example-artefacts', prefix: 'artefacts/v1.3.0/1' };
    const proven = { tag: 'v1.3.0', attempt: 1, commit: release.commit, digest: oldDigest, artefacts, at: minute(-60) };
    const stateOf = (changes: object) => new FakeTable({ ...keys.state('staging'), proven: { ...proven, ...changes } });
    const of = async (changes: object) => (await inspect({ table: stateOf(changes) })).lastGood?.artefacts;
    expect(await of({})).toEqual(artefacts);
    // What somebody deployed since was not proven by anybody.
    expect(await of({ digest })).toBeNull();
    expect(await of({ attempt: 2 })).toBeNull();
    expect(await of({ tag: 'v1.2.0' })).toBeNull();
  });

  it('has no last-good when the service runs no image by digest', async () => {
    const objects = anObjectStore();
    expect(await inspect({ objects, definition: oldTaskDefinition({ digest: null }) })).toMatchObject({ status: 'ready', lastGood: null });
    expect(objects.order).toEqual([]);
  });

  it('has a last-good without a version when no release of ours deployed it', async () => {
    expect((await inspect({ definition: oldTaskDefinition({ labels: {} }) })).lastGood).toMatchObject({ version: null, artefacts: null });
  });

  it('is ready after a rollback, too', async () => {
    expect(await inspect({ stack: stackView('UPDATE_ROLLBACK_COMPLETE') })).toMatchObject({ status: 'ready', heal: null });
  });
});

describe('a stage where nothing runs', () => {
  const nothing = { status: 'ready', service: null, lastGood: null };

  it('is ready for a first deploy when there is no stack', async () => {
    expect(await inspect({ stack: null })).toMatchObject({ ...nothing, stackId: null, stackStatus: null, heal: null });
  });

  it('is ready for a first deploy when the stack was deleted', async () => {
    expect(await inspect({ stack: stackView('DELETE_COMPLETE') })).toMatchObject({ ...nothing, stackId: null, heal: null });
  });

  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'])('is to be healed by deleting its stack in %s', async (status) => {
    expect(await inspect({ stack: stackView(status) })).toMatchObject({ ...nothing, stackId, heal: { action: 'delete-stack', status } });
  });
});

describe('a stage whose rollback failed', () => {
  it('is to be healed by continuing it, and nothing of it is recorded as good', async () => {
    const [table, objects] = [new FakeTable(), anObjectStore()];
    expect(await inspect({ stack: stackView('UPDATE_ROLLBACK_FAILED'), table, objects })).toMatchObject({
      status: 'ready',
      stackId,
      service: null,
      lastGood: null,
      heal: { action: 'continue-rollback', status: 'UPDATE_ROLLBACK_FAILED' },
    });
    expect(objects.order).toEqual([]);
  });
});

describe('a stage that somebody changes', () => {
  const updating = stackView('UPDATE_IN_PROGRESS');
  const rolling = serviceView({ deployments: [deploymentView({ rolloutState: 'IN_PROGRESS' })] });

  it('is busy, and looked at again', async () => {
    expect(await inspect({ stack: updating })).toMatchObject({ status: 'busy', stackStatus: 'UPDATE_IN_PROGRESS', lastGood: null });
  });

  it('is busy while ECS replaces tasks without CloudFormation, and nothing is recorded', async () => {
    const objects = anObjectStore();
    expect(await inspect({ service: rolling, objects })).toMatchObject({ status: 'busy', lastGood: null });
    expect(objects.order).toEqual([]);
  });

  it.each([
    ['the stack', { stack: updating }, 'UPDATE_IN_PROGRESS'],
    ['the service', { service: rolling }, 'UPDATE_COMPLETE'],
  ])('is given up when %s stays so', async (_, found, status) => {
    const polls = loops.InspectStage.polls - 1;
    expect(await inspect({ ...found, polls: polls - 1 })).toMatchObject({ status: 'busy' });
    await expect(inspect({ ...found, polls })).rejects.toMatchObject({
      name: 'StackBusy',
      message: expect.stringContaining(`StagingService is still ${status} after ${polls + 1} polls`),
    });
  });
});

describe('a stage that only a person can free', () => {
  it.each(['UPDATE_FAILED', 'CREATE_FAILED', 'DELETE_FAILED', 'SOMETHING_ELSE'])('is locked in %s', async (status) => {
    await expect(inspect({ stack: stackView(status, { reason: 'The following resource(s) failed: [Service].' }) })).rejects.toMatchObject({
      name: 'StackLocked',
      message: `StagingService is ${status} (The following resource(s) failed: [Service].), expected a settled stack.`,
    });
  });

  it.each([
    ['ECS has none', { service: null }],
    ['no deployment is primary', { service: serviceView({ deployments: [ourDeployment({ status: 'INACTIVE' })] }) }],
  ])('is locked when the stack is complete, but of its service %s', async (_, found) => {
    const refused = inspect({ ...found, ...(found.service === null && { ports: { services: noService } }) });
    await expect(refused).rejects.toMatchObject({ name: 'StackLocked', message: expect.stringContaining('but ECS has no such service') });
  });
  const noService = port<InspectStagePorts['services']>({ describe: async () => null });

  it('is locked when the stack has no service at all', async () => {
    const stacks = port<InspectStagePorts['stacks']>({
      describe: async (name) => (name === stage.foundationStack ? foundationStack : stackView('CREATE_COMPLETE')),
      resource: async () => null,
    });
    await expect(inspect({ ports: { stacks } })).rejects.toMatchObject({ name: 'StackLocked' });
  });

  it('stays refused after a release that was not recovered, until a person clears it', async () => {
    const blocked = { release: 'v1.3.1-bbbbbbb-1', reason: 'the rollback failed', at: minute(-5) };
    const table = new FakeTable({ ...keys.state('staging'), blocked });
    await expect(inspect({ table })).rejects.toMatchObject({
      name: 'StackLocked',
      message: 'staging was left not recovered by v1.3.1-bbbbbbb-1: the rollback failed',
    });
    await table.update('STAGE#staging', 'STATE', { blocked: null });
    expect(await inspect({ table })).toMatchObject({ status: 'ready' });
  });
});

describe('the secret', () => {
  const wanting = (...required: string[]) => {
    const contract = secretContract() as { required: string[] };
    return memoryObjects({ [contractKey]: { ...contract, required: [...contract.required, ...required] } });
  };

  it("is judged by the contract of the tag's own build", async () => {
    await expect(inspect({ objects: wanting('signing_region') })).rejects.toMatchObject({
      name: 'SecretKeyMissing',
      message: "The secret example/staging/benchling does not fit the contract of the tag's own build: signing_region is missing.",
    });
  });

  it("is judged by this pipeline's own rules, too", async () => {
    const secrets = fakeSecrets(JSON.stringify(exampleSecret({ enable_webhook_verification: false })));
    await expect(inspect({ ports: { secrets } })).rejects.toMatchObject({ name: 'SecretValueInvalid' });
  });

  it('is remembered by its version', async () => {
    const secrets = fakeSecrets(undefined, 'version-7');
    expect(await inspect({ stack: null, ports: { secrets } })).toMatchObject({ secretVersionId: 'version-7' });
  });
});

describe('what AWS does not tell', () => {
  const down = () => Promise.reject(awsError('AccessDenied', 'User is not authorized to perform: cloudformation:DescribeStacks'));

  it('is no absent stack', async () => {
    const describe = async (name: string) => (name === stage.foundationStack ? foundationStack : down());
    await expect(inspect({ ports: { stacks: port<InspectStagePorts['stacks']>({ describe }) } })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('is no absent service', async () => {
    await expect(inspect({ ports: { services: port<InspectStagePorts['services']>({ describe: down }) } })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it.each([
    ['does not exist', null, 'There is no stack StagingFoundation'],
    [
      'lacks an output',
      stackView('CREATE_COMPLETE', { outputs: { ...inspection.foundation, ClusterArn: undefined } as never }),
      'ClusterArn',
    ],
  ])('is no foundation that %s', async (_, view, text) => {
    const stacks = port<InspectStagePorts['stacks']>({ describe: async () => view });
    await expect(inspect({ ports: { stacks } })).rejects.toThrow(text);
    await expect(inspect({ ports: { stacks } })).rejects.toThrow('Next: npx cdk deploy StagingFoundation');
  });
});
