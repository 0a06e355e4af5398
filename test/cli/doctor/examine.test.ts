import { exitCodeOf } from '../../../cli/commands/doctor.ts';
import { examine } from '../../../cli/doctor/examine.ts';
import { factsOf } from '../../../cli/doctor/facts.ts';
import { type CheckName, checkNames } from '../../../cli/doctor/finding.ts';
import { checkLines, tally } from '../../../cli/view/checks.ts';
import type { World } from '../../../cli/world.ts';
import { taskDefinitionHash } from '../../../steps/checks/last-good.ts';
import { exampleSecret } from '../../container/builders.ts';
import { oldDeployment, ourDeployment, ourService, ourTaskDefinition } from '../../steps/builders.ts';
import { FakeTable, fakeSecrets } from '../../steps/fakes.ts';
import { inspection, lastGood, oldDefinition, oldDigest, stackView, stage } from '../../steps/incidents.ts';
import { awsError } from '../../steps/ports.ts';
import { blocked, type ExampleWorld, exampleWorld, healthyTarget, lock, record, state } from '../example-world.ts';

const look = async (example: ExampleWorld = {}, names: readonly CheckName[] = checkNames) => {
  const world = exampleWorld(example);
  return examine(factsOf(stage, world), world, names);
};
const finding = async (name: CheckName, example: ExampleWorld = {}) => (await look(example, [name]))[0];
const secret = (changes: Record<string, unknown>) => fakeSecrets(JSON.stringify(exampleSecret(changes)));
const problem = (says: RegExp, next: string) => ({
  verdict: 'problem',
  says: expect.stringMatching(says),
  next: expect.stringContaining(next),
});

describe('a stage in order', () => {
  it('is ok in every check, and 0', async () => {
    const checks = await look();
    expect(checks.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(checks.map(({ name }) => name)).toEqual([...checkNames]);
    expect(exitCodeOf(checks)).toBe(0);
  });

  it('is also one where nothing was deployed yet', async () => {
    const checks = await look({ stack: null, table: new FakeTable() });
    expect(tally(checks)).toBe('11 ok, 0 problems, 0 unknown');
  });

  it('is also one that a release works on', async () => {
    const checks = await look({
      stack: stackView('UPDATE_IN_PROGRESS'),
      service: ourService({ deployments: [ourDeployment({ rolloutState: 'IN_PROGRESS' }), oldDeployment()] }),
      table: new FakeTable(record(), state(), lock()),
      running: [lock().holder],
    });
    expect(tally(checks)).toBe('11 ok, 0 problems, 0 unknown');
  });

  it('says what the rollback table would do about it', async () => {
    expect(await finding('stack')).toMatchObject({
      says: expect.stringContaining('a rollback asked for now would begin with redeploy-last-good'),
    });
  });
});

describe('not knowing', () => {
  it('is never read as absent or in order, and keeps no other check from looking', async () => {
    const stacks = { ...exampleWorld().stacks, describe: () => Promise.reject(awsError('AccessDenied', 'not allowed')) };
    const checks = await look({ ports: { stacks } });
    const verdicts = Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({ foundation: 'unknown', stack: 'unknown', service: 'unknown', secret: 'unknown', lock: 'ok' });
    expect(checks[0]?.says).toBe('could not be looked at: AccessDenied: not allowed');
    expect(exitCodeOf(checks)).toBe(2);
  });

  it('comes after a problem in what the shell learns', async () => {
    const sampleKeys = { describe: () => Promise.reject(awsError('AccessDenied', 'not allowed')) };
    expect(exitCodeOf(await look({ ports: { sampleKeys }, targets: [] }))).toBe(1);
  });
});

describe('what people deploy', () => {
  it('is missed, or lacks an output', async () => {
    expect(await finding('foundation', { foundation: null })).toMatchObject(
      problem(/no stack StagingFoundation/, 'cdk deploy StagingFoundation'),
    );
    const outputs = { ...inspection.foundation, ClusterArn: undefined } as never;
    expect(await finding('foundation', { foundation: stackView('CREATE_COMPLETE', { outputs }) })).toMatchObject(
      problem(/outputs of StagingFoundation do not fit.*ClusterArn/s, 'cdk deploy StagingFoundation'),
    );
  });

  it.each([
    ['there is none', null, /no key stands behind/],
    ['it is disabled', { state: 'Disabled', spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY' }, /is Disabled, expected Enabled/],
    ['it is of another kind', { state: 'Enabled', spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT' }, /expected ECC_NIST_P256/],
  ])('has no usable sample key when %s', async (_, key, says) => {
    expect(await finding('sample key', { ports: { sampleKeys: { describe: async () => key } } })).toMatchObject({
      verdict: 'problem',
      says: expect.stringMatching(says),
    });
  });
});

describe('the secret', () => {
  it('is a problem by its keys, never by a value', async () => {
    const found = await finding('secret', { ports: { secrets: secret({ client_id: undefined, app_definition_id: undefined }) } });
    expect(found).toMatchObject(problem(/client_id.*app_definition_id/, 'npx release incident SecretKeyMissing'));
    expect(found?.says).not.toContain('example-client-secret');
  });

  it('is held against the contract of what runs, which may ask for more than this checkout', async () => {
    const key = 'artefacts/v1.4.0/1/secret-contract.json';
    const contract = {
      'x-key-spellings': ['lower_snake_case'],
      type: 'object',
      required: ['added_since'],
      properties: { added_since: { type: 'string' } },
    };
    expect(await finding('secret', { objects: { [key]: contract } })).toMatchObject(problem(/added_since/, 'SecretKeyMissing'));
  });

  it('is not known to fit when that contract cannot be read', async () => {
    const objects = { ...exampleWorld().objects, get: () => Promise.reject(awsError('AccessDenied', 'not allowed')) };
    expect(await finding('secret', { ports: { objects } })).toMatchObject({ verdict: 'unknown' });
  });
});

describe('the service', () => {
  const events = 'aws cloudformation describe-stack-events --stack-name StagingService';

  it.each([
    ['UPDATE_ROLLBACK_FAILED', /a rollback by hand tries it again/, 'npx release rollback staging'],
    ['UPDATE_FAILED', /a release cannot begin/, events],
    ['UPDATE_IN_PROGRESS', /no release is at work here/, events],
    ['ROLLBACK_COMPLETE', /nothing but its removal is legal/, 'aws cloudformation delete-stack'],
    ['A_STATUS_OF_TOMORROW', /a release cannot begin/, events],
  ])('stands in a stack that is %s', async (status, says, next) => {
    expect(await finding('stack', { stack: stackView(status) })).toMatchObject(problem(says, next));
  });

  it('does not run as many tasks as it should, or none', async () => {
    expect(await finding('service', { service: ourService({ runningCount: 1 }) })).toMatchObject(
      problem(/^1 of 2 tasks run/, 'describe-services'),
    );
    expect(await finding('service', { service: ourService({ runningCount: 0, desiredCount: 0 }) })).toMatchObject(
      problem(/^0 of 0 tasks run/, 'describe-services'),
    );
  });

  it('is gone from ECS though the stack says that it is there', async () => {
    expect(await finding('service', { service: null })).toMatchObject(problem(/ECS has no such service/, 'cdk diff StagingService'));
  });

  it('runs another digest than the proven one', async () => {
    const definition = ourTaskDefinition({ digest: oldDigest });
    expect(await finding('version', { definition })).toMatchObject(problem(/proven is v1\.4\.0/, 'npx release rollback staging'));
  });

  it('was turned back behind the back of CloudFormation', async () => {
    expect(await finding('version', { declared: oldDefinition })).toMatchObject(
      problem(/CloudFormation believes in .*:1$/, 'npx release rollback staging'),
    );
  });

  it('was proven by no release: then it must be what was recorded before one touched it', async () => {
    const [definition, unproven] = [ourTaskDefinition(), { proven: undefined }];
    const recorded = { ...lastGood, digest: definition.digest!, taskDefinitionHash: taskDefinitionHash(definition) };
    const at = (changes: Parameters<typeof state>[0]) => finding('version', { table: new FakeTable(record(), state(changes)) });
    expect(await at({ ...unproven, lastGood: recorded })).toMatchObject({
      verdict: 'ok',
      says: expect.stringContaining('no release proved it'),
    });
    expect(await at(unproven)).toMatchObject(problem(/no release proved it/, 'npx release rollback staging'));
  });

  it('runs by a task definition that somebody changed since it was recorded', async () => {
    const recorded = { ...lastGood, digest: ourTaskDefinition().digest!, version: '1.4.0', taskDefinitionHash: 'f'.repeat(64) };
    const table = new FakeTable(record(), state({ lastGood: recorded }));
    expect(await finding('version', { table })).toMatchObject(problem(/differs from the one recorded/, 'npx release rollback staging'));
  });

  it('has targets that the load balancer does not take for healthy; those that drain do not count', async () => {
    const sick = {
      ...healthyTarget,
      target: '10.0.0.3:5000',
      state: 'unhealthy',
      reason: 'Target.Timeout',
      description: 'Request timed out',
    };
    const draining = { ...healthyTarget, state: 'draining' };
    expect(await finding('targets', { targets: [healthyTarget, sick, draining] })).toMatchObject(
      problem(/^1 of 2 targets are not healthy: 10\.0\.0\.3:5000 unhealthy Target\.Timeout Request timed out$/, 'describe-target-health'),
    );
    expect(await finding('targets', { targets: [draining] })).toMatchObject(problem(/no target/, 'describe-target-health'));
  });
});

describe('the records', () => {
  const clear = 'npx release doctor staging --clear';

  it('hold a lock whose holder does not run any more', async () => {
    const table = new FakeTable(record(), state(), lock());
    expect(await finding('lock', { table })).toMatchObject(problem(/held by v1\.4\.0-0123456-1 .* since .*does not run any more/, clear));
  });

  it('hold a lock under which the rescue of a dead release runs', async () => {
    const table = new FakeTable(record(), state(), lock());
    expect(await finding('lock', { table, running: ['v1.4.0-0123456-1-rescue'] })).toMatchObject({
      verdict: 'ok',
      says: expect.stringMatching(/-rescue runs$/),
    });
  });

  it('block the stage, and say why', async () => {
    const table = new FakeTable(record(), state({ blocked }));
    expect(await finding('blocked mark', { table })).toMatchObject(
      problem(/^BLOCKED since .* by v1\.4\.0-0123456-1: RollbackFailed/, clear),
    );
  });

  it('know what ran before what runs, from the release that brought it', async () => {
    expect(await finding('last-good')).toMatchObject({
      verdict: 'ok',
      says: expect.stringMatching(/^before v1\.4\.0-0123456-1 ran 1\.3\.0 .* its template is kept$/),
    });
  });

  it('know that nothing ran before the first release', async () => {
    const objects = { ...exampleWorld().objects, get: () => Promise.reject(awsError('NoSuchKey', 'The specified key does not exist.')) };
    expect(await finding('last-good', { ports: { objects } })).toMatchObject({
      verdict: 'ok',
      says: expect.stringMatching(/nothing ran before v1\.4\.0/),
    });
  });
});

describe('what a person reads', () => {
  it('is one line a check, and the next command below a problem', () => {
    const lines = checkLines([
      { name: 'stack', verdict: 'ok', says: 'UPDATE_COMPLETE' },
      { name: 'lock', verdict: 'problem', says: 'held by\n\u001b[31mv1', next: 'npx release doctor staging --clear' },
    ]);
    expect(lines).toEqual([
      '  ok       stack  UPDATE_COMPLETE',
      '  problem  lock   held by [31mv1',
      '                  Next: npx release doctor staging --clear',
    ]);
  });
});

describe('the work queue', () => {
  const queues = (changes: { waiting?: number; inWork?: number; parked?: number; age?: number | null; absent?: string } = {}) => {
    const { waiting = 0, inWork = 0, parked = 0, age = null, absent } = changes;
    const workQueues: World['workQueues'] = {
      describe: async (name) => {
        if (absent && name.endsWith(absent)) return null;
        const url = `https://sqs.us-east-1.amazonaws.com/111122223333/${name}`;
        return name.endsWith('-parked.fifo') ? { url, waiting: parked, inWork: 0 } : { url, waiting, inWork };
      },
      oldestSeconds: async () => age,
    };
    return { ports: { workQueues } };
  };

  it('is told with its depth and the age of its oldest event', async () => {
    expect(await finding('work queue', queues({ waiting: 3, inWork: 1, age: 12 }))).toEqual({
      name: 'work queue',
      verdict: 'ok',
      says: '3 wait, 1 in work, the oldest for 12.0 s; none parked',
    });
  });

  it('warns of events that were given up, and says how to look at them', async () => {
    expect(await finding('work queue', queues({ parked: 2 }))).toMatchObject({
      verdict: 'warning',
      says: expect.stringContaining('2 accepted events were given up: runbooks/alarms/work-parked.md'),
      next: expect.stringMatching(/^aws sqs receive-message --queue-url https:.*-parked\.fifo/),
    });
  });

  it('warns of events that wait too long, and not of an age that is over', async () => {
    expect(await finding('work queue', queues({ waiting: 1, age: 1900 }))).toMatchObject({
      verdict: 'warning',
      says: expect.stringContaining('runbooks/alarms/work-late.md'),
    });
    expect(await finding('work queue', queues({ age: 1900 }))).toMatchObject({ verdict: 'ok' });
  });

  it.each([
    ['work', '.fifo'],
    ['parked', '-parked.fifo'],
  ])('is missing when there is no queue of %s', async (_, absent) => {
    expect(await finding('work queue', queues({ absent }))).toMatchObject({
      verdict: 'missing',
      next: 'npx cdk deploy StagingFoundation',
    });
  });
});
