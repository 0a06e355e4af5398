import { readFileSync } from 'node:fs';
import { causeRules } from '../../steps/checks/cause-rules.ts';
import { causes } from '../../steps/contract/causes.ts';
import type { Failure, Source } from '../../steps/contract/failure.ts';
import { Diagnosis } from '../../steps/contract/failure.ts';
import type { Objects } from '../../steps/contract/ports.ts';
import type { Incident } from '../../steps/contract/steps.ts';
import { diagnose } from '../../steps/diagnose.ts';
import { crashed, diagnostics, incident, minute, serviceView, serving, stackEvent, taskArn, thrown } from './incidents.ts';
import { awsError, memoryObjects, port } from './ports.ts';

interface Piece {
  source: Source;
  name: string;
  body: unknown;
}
const piece = (source: Source, name: string, body: unknown): Piece => ({ source, name, body });
const log = (text: string, id = '0123456789abcdef0123456789abcdef') => piece('task-log', `logs/${id}/webhook.log`, text);
const buildLog = (text: string) => piece('build-log', 'build.log', text);

/** Diagnoses a bundle of these objects. */
function diagnoseBundle(of: Incident, pieces: readonly Piece[]) {
  const pointer = diagnostics();
  const keyOf = (name: string) => `${pointer.prefix}/${name}`;
  const manifest = {
    release: 'v1.4.0-0123456-1',
    stage: 'staging',
    failure: of.failure,
    startedAt: minute(7),
    sealedAt: minute(8),
    complete: true,
    redaction: 'values-and-patterns',
    objects: pieces.map(({ source, name }) => ({ key: keyOf(name), source, bytes: 1, sha256: '' })),
    missing: [],
  };
  const bodies = Object.fromEntries(pieces.map(({ name, body }) => [keyOf(name), body]));
  return diagnose({ incident: of, diagnostics: pointer }, memoryObjects({ ...bodies, [pointer.manifestKey ?? '']: manifest }));
}
const failing = (failure: Partial<Failure>) =>
  incident({ failure: { state: 'WatchDeployment', error: 'States.TaskFailed', cause: thrown('Error', 'something'), ...failure } });

interface Fixture {
  cause: keyof typeof causes;
  confidence: string;
  source: Source;
  line: string;
  stopCode?: string;
  exitCode?: number | null;
  reason?: string;
  sentence?: string;
}
const read = (name: string) => JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
const fixtures: readonly Fixture[] = read('causes.json');
/** Words that are close to those of the cause `lookalike`, and are of another. */
const lookalikes: readonly (Fixture & { lookalike: Fixture['cause'] })[] = read('lookalikes.json');

/** A line as the source that it comes from would hold it. */
function bundled({ source, line, stopCode = '', exitCode = null, reason = '' }: Fixture): Piece {
  if (source === 'task-log') return log(line);
  if (source === 'service')
    return piece(source, 'service.json', { service: serviceView({ events: [{ at: minute(6), message: line }], deployments: [] }) });
  if (source === 'stack-events') return piece(source, 'stack-events.json', [stackEvent({ status: 'UPDATE_FAILED', reason: line })]);
  if (source === 'access-denial') {
    const [action = '', code = ''] = line.split(': ');
    return piece(source, 'access-denials.json', [{ at: minute(6), who: '', action, code, message: line.split(': ').slice(2).join(': ') }]);
  }
  const containers = [{ name: 'webhook', exitCode, reason, image: 'example', digest: '', lastStatus: 'STOPPED' }];
  return piece('stopped-task', 'stopped-tasks.json', [crashed({ stopCode, stoppedReason: line, containers })]);
}

/** `STATE: ERROR: MESSAGE`: what the machine caught is not in the bundle, but in its hands. */
function diagnoseFailure({ line }: Fixture) {
  const [state = '', error = '', ...message] = line.split(': ');
  return diagnoseBundle(failing({ state, error, cause: thrown(error, message.join(': ')) }), []);
}

describe('the rules of Diagnose and the words of AWS', () => {
  it.each(fixtures.map((fixture) => [fixture.cause, fixture.line.slice(0, 120), fixture] as const))(
    '%s: %s',
    async (_cause, _line, fixture) => {
      const diagnosis =
        fixture.source === 'failure' ? await diagnoseFailure(fixture) : await diagnoseBundle(failing({}), [bundled(fixture)]);
      expect(diagnosis).toMatchObject({ cause: fixture.cause, confidence: fixture.confidence });
      expect(diagnosis.sentence).toBe(fixture.sentence ?? diagnosis.sentence);
      expect(diagnosis.sentence).not.toMatch(/[{}]/);
      expect(diagnosis.evidence.some(({ line }) => line.includes((fixture.reason ?? fixture.line).slice(0, 200)))).toBe(true);
    },
  );

  it('each rule is the first to recognise words of its own', () => {
    const lineOf = (fixture: Fixture) =>
      [fixture.stopCode, fixture.line, fixture.exitCode === undefined ? '' : `exit code ${fixture.exitCode ?? 'not told'}`, fixture.reason]
        .filter(Boolean)
        .join(' ');
    const firstFor = (fixture: Fixture) =>
      causeRules.findIndex(({ in: sources, pattern }) => sources.includes(fixture.source) && pattern.test(lineOf(fixture)));
    const covered = new Set(fixtures.map(firstFor));
    expect(causeRules.map((_, index) => index).filter((index) => !covered.has(index))).toEqual([]);
  });

  it.each(lookalikes.map((fixture) => [fixture.lookalike, fixture.line.slice(-120), fixture] as const))(
    'not %s: %s',
    async (lookalike, _line, fixture) => {
      expect(causeRules.some(({ cause }) => [lookalike, 'said'].includes(cause))).toBe(true);
      expect((await diagnoseBundle(failing({}), [bundled(fixture)])).cause).toBe(fixture.cause);
      expect(fixture.cause).not.toBe(lookalike);
    },
  );

  it('takes the first rule that matches any line, whatever the order of the lines', async () => {
    const saying = log('{"event":"config.invalid","cause":"SecretValueInvalid","keys":["tenant"]}');
    const stopped = piece('stopped-task', 'stopped-tasks.json', [crashed()]);
    for (const pieces of [
      [saying, stopped],
      [stopped, saying],
    ]) {
      expect(await diagnoseBundle(failing({}), pieces)).toMatchObject({ cause: 'SecretValueInvalid', confidence: 'certain' });
    }
  });

  it('does not believe a container that names a cause which does not exist', async () => {
    const saying = log('{"event":"config.invalid","cause":"NotACause","keys":[]}');
    expect((await diagnoseBundle(failing({}), [saying])).cause).toBe('Unclassified');
  });
});

describe('Diagnose of an error that says its own cause', () => {
  const symptoms = ['ContainerCrashed', 'HealthCheckFailed', 'DeploymentStalled', 'DeploymentReverted', 'MachineDied', 'Unclassified'];
  const names = Object.keys(causes).filter((name) => !symptoms.includes(name));

  it.each(names)('%s is certain, in its own words, whatever the logs say', async (error) => {
    const { cause, confidence, sentence } = await diagnoseBundle(failing({ error, cause: thrown(error, 'what happened, in words') }), [
      log('JavaScript heap out of memory'),
    ]);
    expect({ cause, confidence, sentence }).toEqual({ cause: error, confidence: 'certain', sentence: 'what happened, in words' });
  });

  it.each(['ContainerCrashed', 'HealthCheckFailed', 'DeploymentStalled', 'DeploymentReverted', 'MachineDied'])(
    '%s is a symptom: it stands when no rule knows more',
    async (error) => {
      const diagnosis = await diagnoseBundle(failing({ error, cause: thrown(error, 'seen from outside') }), [log('hello')]);
      expect(diagnosis).toMatchObject({ cause: error, confidence: 'likely', sentence: 'seen from outside' });
    },
  );

  it.each(['ContainerCrashed', 'HealthCheckFailed', 'DeploymentStalled', 'DeploymentReverted', 'MachineDied'])(
    '%s is a symptom: the container itself says more',
    async (error) => {
      const diagnosis = await diagnoseBundle(failing({ error, cause: thrown(error, 'seen from outside') }), [
        log('JavaScript heap out of memory'),
      ]);
      expect(diagnosis).toMatchObject({ cause: 'OutOfMemory', confidence: 'certain' });
    },
  );

  it('does not replace a symptom by another: the breaker fires because tasks crash', async () => {
    const breaker = piece('stack-events', 'stack-events.json', [
      stackEvent({ status: 'UPDATE_FAILED', reason: "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'." }),
    ]);
    const diagnosis = await diagnoseBundle(failing({ error: 'ContainerCrashed', cause: thrown('ContainerCrashed', '2 tasks stopped') }), [
      breaker,
    ]);
    expect(diagnosis).toMatchObject({ cause: 'ContainerCrashed', sentence: '2 tasks stopped' });
  });
});

describe('Diagnose of what the watch guessed', () => {
  const guess = failing({ error: 'SecretValueInvalid', cause: thrown('SecretValueInvalid', 'exit code 78') });

  it("is the container's own word, once it has arrived", async () => {
    const saying = log('{"event":"config.invalid","cause":"SecretKeyMissing","keys":["tenant"]}');
    expect(await diagnoseBundle(guess, [saying])).toMatchObject({
      cause: 'SecretKeyMissing',
      sentence: 'The container refused its configuration (SecretKeyMissing); keys: tenant.',
    });
  });

  it('stands when it never arrives', async () => {
    expect(await diagnoseBundle(guess, [log('tenant')])).toMatchObject({ cause: 'SecretValueInvalid', sentence: 'exit code 78' });
  });
});

describe('Diagnose and what a program says as it dies', () => {
  const trace = [
    'starting',
    'file:///app/server.mjs:12',
    '  throw new TypeError("port");',
    '        ^',
    '',
    'TypeError: port',
    '    at start (file:///app/server.mjs:12:9)',
  ].map((line, index) => `2026-01-01T12:00:0${index}.000Z ${line}`);
  const watched = failing({ error: 'ContainerCrashed', cause: thrown('ContainerCrashed', '2 tasks stopped.') });

  it('tells the error and its place, and shows its lines together', async () => {
    const { cause, sentence, evidence } = await diagnoseBundle(watched, [log(trace.join('\n'))]);
    expect(cause).toBe('ContainerCrashed');
    expect(sentence).toBe('2 tasks stopped. Its log says: TypeError: port (/app/server.mjs:12:9 in start)');
    expect(evidence.map(({ line }) => line)).toEqual(['WatchDeployment: ContainerCrashed: 2 tasks stopped.', trace[1], trace[5], trace[6]]);
  });

  it('is a denial of access before it is a crash', async () => {
    const denied =
      'Error: User: arn:aws:sts::111122223333:assumed-role/example-task/0123 is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:111122223333:example';
    const diagnosis = await diagnoseBundle(watched, [
      log([...trace, denied].join('\n')),
      piece('stopped-task', 'stopped-tasks.json', [crashed()]),
    ]);
    expect(diagnosis).toMatchObject({
      cause: 'PermissionDenied',
      sentence: 'The role example-task may not sqs:SendMessage on arn:aws:sqs:us-east-1:111122223333:example.',
    });
  });

  it('is told of what no rule knows, which stays unknown', async () => {
    const diagnosis = await diagnoseBundle(failing({ error: 'States.Timeout', cause: 'x' }), [log('sh: 1: node: not found')]);
    expect(diagnosis).toMatchObject({
      cause: 'Unclassified',
      confidence: 'unknown',
      sentence: 'WatchDeployment did not answer in its time and no rule recognises why: x. Its log says: sh: 1: node: not found',
    });
  });

  it('is not told of a cause that says why by itself', async () => {
    const { sentence } = await diagnoseBundle(failing({ error: 'TagMoved', cause: thrown('TagMoved', 'moved') }), [log(trace.join('\n'))]);
    expect(sentence).toBe('moved');
  });
});

describe('Diagnose of a failure without a cause', () => {
  it('an approval that nobody decided has expired', async () => {
    expect(await diagnoseBundle(failing({ state: 'RequestApproval', error: 'States.Timeout', cause: '' }), [])).toMatchObject({
      cause: 'ApprovalExpired',
      confidence: 'certain',
    });
  });

  it.each([
    ['RequestApproval', 'States.TaskFailed'],
    ['Deploy', 'States.Timeout'],
  ])('%s that ended with %s did not expire', async (state, error) => {
    expect((await diagnoseBundle(failing({ state, error }), [])).cause).toBe('Unclassified');
  });

  it('stays unknown when no rule recognises it, and says which state failed', async () => {
    const diagnosis = await diagnoseBundle(
      failing({ state: 'PlanChange', error: 'TypeError', cause: thrown('TypeError', 'x is undefined') }),
      [],
    );
    expect(diagnosis).toMatchObject({
      cause: 'Unclassified',
      confidence: 'unknown',
      sentence: 'PlanChange failed and no rule recognises why: x is undefined',
    });
  });
});

describe('Diagnose of a build', () => {
  const failedPhase = JSON.stringify({
    Build: {
      Phases: [
        { PhaseType: 'SUBMITTED', PhaseStatus: 'SUCCEEDED' },
        { PhaseType: 'QUEUED', PhaseStatus: 'QUEUED' },
        {
          PhaseType: 'BUILD',
          PhaseStatus: 'FAILED',
          Contexts: [{ Message: 'Error while executing command: npm ci. Reason: exit status 1' }],
        },
        { PhaseType: 'COMPLETED' },
      ],
    },
  });
  const failed = (cause: string) => failing({ state: 'BuildImage', error: 'States.TaskFailed', cause });

  it('is what our scripts say by name', async () => {
    const text = '2026-01-01T12:00:00.000Z installing\n2026-01-01T12:00:01.000Z ImageBootFailed: the container ended with exit code 2';
    expect(await diagnoseBundle(failed(failedPhase), [buildLog(text)])).toMatchObject({
      cause: 'ImageBootFailed',
      confidence: 'certain',
      sentence: 'the container ended with exit code 2',
    });
  });

  it('is else a failed build, told by its failed phase', async () => {
    expect(await diagnoseBundle(failed(failedPhase), [buildLog('npm error code E404')])).toMatchObject({
      cause: 'BuildFailed',
      sentence: "The build failed: the build's phase BUILD FAILED: Error while executing command: npm ci. Reason: exit status 1",
    });
  });

  it.each([
    ['Build timed out', 'The build failed: Build timed out'],
    [JSON.stringify({ Phases: [{ PhaseType: 'BUILD', PhaseStatus: 'FAILED' }] }), "The build failed: the build's phase BUILD FAILED: "],
    [JSON.stringify({ Build: {} }), 'The build failed: {"Build":{}}'],
  ])('is told as it is: %s', async (cause, sentence) => {
    expect(await diagnoseBundle(failed(cause), [])).toMatchObject({ cause: 'BuildFailed', sentence });
  });

  it('does not take the line of source that throws it, which Node prints first, for what was said', async () => {
    const text = [
      '2026-01-01T12:00:00.000Z     throw new Error(`ImageBootFailed: ${(error as Error).message}`, { cause: error });',
      '2026-01-01T12:00:00.000Z Error: ImageBootFailed: the container ended with exit code 2',
    ].join('\n');
    expect((await diagnoseBundle(failed(failedPhase), [buildLog(text)])).sentence).toBe('the container ended with exit code 2');
  });

  it('does not take a name in the midst of a word for a cause', async () => {
    expect((await diagnoseBundle(failed(failedPhase), [buildLog('NotImageBootFailed: x')])).cause).toBe('BuildFailed');
  });
});

describe('the evidence of Diagnose', () => {
  const ours = '0123456789abcdef0123456789abcdef';
  const theirs = 'fedcba9876543210fedcba9876543210';

  it('begins with the failure itself, then the lines that match the cause, then what a person would read', async () => {
    const { evidence } = await diagnoseBundle(
      failing({ error: 'ContainerCrashed', cause: thrown('ContainerCrashed', 'two tasks stopped') }),
      [log('starting\nTypeError: cannot read port\nhello'), piece('stopped-task', 'stopped-tasks.json', [crashed()])],
    );
    expect(evidence.map(({ line }) => line)).toEqual([
      'WatchDeployment: ContainerCrashed: two tasks stopped',
      `${ours} EssentialContainerExited: Essential container in task exited [webhook: exit code 1]`,
      'TypeError: cannot read port',
    ]);
    expect(evidence.map(({ source }) => source)).toEqual(['failure', 'stopped-tasks.json', `logs/${ours}/webhook.log`]);
  });

  it('is of this deployment only: what ECS and CloudFormation remember of earlier ones is not', async () => {
    const old = { createdAt: minute(-60) };
    const { evidence, cause } = await diagnoseBundle(failing({ error: 'ContainerCrashed' }), [
      piece('stopped-task', 'stopped-tasks.json', [crashed({ ...old, taskArn: taskArn(theirs), stoppedReason: 'OutOfMemoryError: old' })]),
      piece('running-task', 'running-tasks.json', [
        serving({ taskArn: taskArn('a'.repeat(32)), healthStatus: 'UNHEALTHY' }),
        crashed({ lastStatus: 'RUNNING', healthStatus: 'UNHEALTHY' }),
        crashed({ lastStatus: 'RUNNING', healthStatus: 'HEALTHY' }),
      ]),
      log('FATAL ERROR: JavaScript heap out of memory', theirs),
      log('error of the old version', 'a'.repeat(32)),
      piece('service', 'service.json', { service: serviceView({ events: [{ at: minute(-60), message: 'failed ELB health checks' }] }) }),
      piece('stack-events', 'stack-events.json', [stackEvent({ at: minute(-60), status: 'UPDATE_FAILED', reason: 'an old error' })]),
    ]);
    expect(cause).toBe('ContainerCrashed');
    expect(JSON.stringify(evidence)).not.toMatch(/old|heap|ELB/);
  });

  it('takes everything that the stage tells while nothing was deployed', async () => {
    const early = { ...failing({ state: 'LockStage' }), deployment: null };
    const { evidence } = await diagnoseBundle(early, [
      piece('stopped-task', 'stopped-tasks.json', [crashed({ createdAt: null, stoppedReason: 'an old error' })]),
      piece('running-task', 'running-tasks.json', [serving({ createdAt: null, lastStatus: 'PENDING', healthStatus: 'UNKNOWN, an error' })]),
      log('error of the old version', theirs),
      piece('service', 'service.json', { service: serviceView({ events: [{ at: minute(-60), message: 'was unable to place a task' }] }) }),
    ]);
    expect(evidence.map(({ source }) => source)).toEqual([
      'failure',
      'stopped-tasks.json',
      'running-tasks.json',
      `logs/${theirs}/webhook.log`,
      'service.json',
    ]);
  });

  it('takes ten tasks that die alike for one line', async () => {
    const tasks = Array.from({ length: 10 }, (_, index) => crashed({ taskArn: taskArn(`${index}`.repeat(32)) }));
    const { evidence } = await diagnoseBundle(failing({}), [piece('stopped-task', 'stopped-tasks.json', tasks)]);
    expect(evidence.filter(({ source }) => source === 'stopped-tasks.json')).toHaveLength(1);
  });

  it('is at most twenty lines of at most four hundred characters', async () => {
    const words = Array.from(
      { length: 50 },
      (_, index) => `error ${String.fromCharCode(97 + (index % 26))}${index > 25 ? 'x' : 'y'} ${'z'.repeat(900)}`,
    );
    const diagnosis = await diagnoseBundle(failing({ cause: 'y'.repeat(900) }), [log(words.join('\n'))]);
    expect(diagnosis.evidence).toHaveLength(20);
    for (const { line } of diagnosis.evidence) expect(line.length).toBeLessThanOrEqual(400);
    expect(diagnosis.sentence).toHaveLength(400);
    expect(Diagnosis.safeParse(diagnosis).success).toBe(true);
  });

  it('shows unhealthy targets and failed smoke checks', async () => {
    const { evidence } = await diagnoseBundle(failing({ state: 'SmokeTest', error: 'SmokeConfigMismatch' }), [
      piece('target-health', 'target-health.json', [
        { target: '10.0.0.1:8080', state: 'unhealthy', reason: 'Target.Timeout', description: 'Request timed out' },
        { target: '10.0.0.2:8080', state: 'healthy', reason: '', description: '' },
      ]),
      piece('smoke', 'smoke.json', {
        checks: [
          { name: '/config', passed: false, expected: 'status 200', seen: 'status 500', milliseconds: 1 },
          { name: '/health', passed: true, expected: '', seen: '', milliseconds: 1 },
        ],
      }),
      piece('stack', 'stack.json', { reason: 'an error that nobody reads here' }),
      piece('task-definition', 'task-definitions/example:1.json', { normalised: 'error' }),
    ]);
    const lines = evidence.map(({ line }) => line);
    expect(lines).toContain('/config: expected status 200, saw status 500');
    expect(lines).toContain('target 10.0.0.1:8080 is unhealthy: Target.Timeout Request timed out');
    expect(lines).toHaveLength(3);
  });

  it("shows why ECS's own deployment ended, and lives with a service that is gone", async () => {
    const { evidence } = await diagnoseBundle(failing({}), [
      piece('service', 'service.json', { service: null }),
      piece('service', 'service-deployment.json', { deployment: { arn: '', status: 'ROLLBACK_FAILED', reason: 'tasks failed to start' } }),
    ]);
    expect(evidence.map(({ line }) => line)).toContain('ROLLBACK_FAILED: tasks failed to start');
  });

  it('prefers the end of a build to its noise', async () => {
    const { evidence } = await diagnoseBundle(failing({ state: 'BuildImage', cause: 'Build failed' }), [
      buildLog('installing\nnpm error code E404\ndone'),
    ]);
    expect(evidence.map(({ line }) => line)).toEqual(['BuildImage: States.TaskFailed: Build failed', 'npm error code E404']);
  });

  it('takes the redacted failure of the bundle, not its own', async () => {
    const kept = incident({ failure: { state: 'WatchDeployment', error: 'TypeError', cause: 'value [redacted:client_id]' } });
    const { sentence } = await diagnoseBundle(failing({ error: 'TypeError', cause: 'value example-client-id' }), [
      piece('failure', 'failure.json', kept),
    ]);
    expect(sentence).toContain('[redacted:client_id]');
    expect(sentence).not.toContain('example-client-id');
  });
});

describe('Diagnose without a bundle', () => {
  const broken = failing({
    error: 'OutOfMemory',
    cause: thrown('OutOfMemory', 'killed; sent Authorization: Basic ZXhhbXBsZTEyMzQ1Njc4OTA='),
  });

  it('has the failure itself, by shape redacted, when nothing could be sealed', async () => {
    const diagnosis = await diagnose({ incident: broken, diagnostics: diagnostics({ manifestKey: null }) }, port<Objects>({}));
    expect(diagnosis).toMatchObject({ cause: 'OutOfMemory', confidence: 'certain' });
    expect(diagnosis.evidence).toHaveLength(1);
    expect(JSON.stringify(diagnosis)).not.toContain('ZXhhbXBsZTEyMzQ1Njc4OTA');
  });

  it.each<[string, Objects['get']]>([
    ['does not answer', () => Promise.reject(awsError('SlowDown', 'Please reduce your request rate'))],
    ['holds what is no manifest', async () => '{"release":1}'],
    ['holds half a manifest', async () => '{"release":'],
  ])('does not fail when the store %s, and says so', async (_name, get) => {
    const diagnosis = await diagnose({ incident: broken, diagnostics: diagnostics() }, port<Objects>({ get }));
    expect(diagnosis.cause).toBe('OutOfMemory');
    expect(diagnosis.evidence.map(({ line }) => line)).toContainEqual(expect.stringContaining('the bundle could not be read'));
  });
});
