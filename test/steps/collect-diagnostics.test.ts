import { createHash } from 'node:crypto';
import type { LogPages } from '../../steps/contract/evidence-ports.ts';
import type { LogReader, Services, Stacks } from '../../steps/contract/ports.ts';
import { exampleSecret } from '../container/builders.ts';
import { build, image } from './builders.ts';
import { answers, bucket, collect, denied, idOf, json, missing, never, prefix, quick, streamOf, type World } from './collect-world.ts';
import { fakeLogs } from './fakes.ts';
import {
  crashed,
  failure,
  firstDeploy,
  incident,
  minute,
  serviceView,
  serving,
  stackEvent,
  stackId,
  stackView,
  taskArn,
} from './incidents.ts';
import { awsError, memoryObjects } from './ports.ts';

describe('CollectDiagnostics', () => {
  it('keeps everything that a rollback would take away, and seals it', async () => {
    const { answer, objects, manifest } = await collect(incident({ image }));
    expect(manifest?.objects.map(({ key }) => key.replace(`${prefix}/`, ''))).toEqual([
      'access-denials.json',
      'failure.json',
      'health-check.json',
      'image.json',
      `logs/${idOf(crashed())}/webhook.log`,
      `logs/${idOf(serving())}/webhook.log`,
      'network.json',
      'recorded.json',
      'running-tasks.json',
      'secret.json',
      'service-deployment.json',
      'service.json',
      'stack-events.json',
      'stack.json',
      'stopped-tasks.json',
      'target-health.json',
      'task-definitions/example:1.json',
      'task-definitions/example:2.json',
    ]);
    expect(answer).toEqual({ bucket, prefix, manifestKey: `${prefix}/manifest.json`, objects: 18, missing: [], sealedAt: minute(8) });
    expect(manifest).toMatchObject({
      release: 'v1.4.0-0123456-1',
      stage: 'staging',
      failure,
      complete: true,
      redaction: 'values-and-patterns',
    });
    expect(objects.order.at(-1)).toBe(answer.manifestKey);
    expect(json(objects, 'stopped-tasks.json')).toEqual([crashed()]);
    expect(json(objects, 'running-tasks.json')).toEqual([serving()]);
    expect(objects.stored.get(`${prefix}/logs/${idOf(crashed())}/webhook.log`)).toBe(
      `${minute(7)} starting\n${minute(7)} TypeError: x is undefined`,
    );
  });

  it('lists each object with the hash and the bytes of what lies in the store', async () => {
    const { objects, manifest } = await collect(incident());
    for (const { key, bytes, sha256 } of manifest?.objects ?? []) {
      const stored = Buffer.from(objects.stored.get(key) ?? '', 'utf8');
      expect({ key, bytes, sha256 }).toEqual({ key, bytes: stored.length, sha256: createHash('sha256').update(stored).digest('hex') });
    }
  });

  it('writes the same keys when it is repeated', async () => {
    const objects = memoryObjects();
    const first = (await collect(incident(), { objects })).manifest;
    const second = (await collect(incident(), { objects })).manifest;
    expect(second).toEqual(first);
  });

  it('keeps the failure alone when no stage had been reached, and asks AWS nothing', async () => {
    const { manifest } = await collect(incident({ release: null, stage: null, inspection: null, plan: null, deployment: null }), {
      stacks: { describe: undefined as never },
    });
    expect(manifest).toMatchObject({ stage: null, complete: true, redaction: 'patterns' });
    expect(manifest?.objects.map(({ source }) => source)).toEqual(['failure']);
  });

  it('keeps the stack alone when the stage was never inspected, and asks for it by its name', async () => {
    const asked: string[] = [];
    const describe: Stacks['describe'] = async (name) => {
      asked.push(name);
      return null;
    };
    const { manifest } = await collect(incident({ inspection: null, plan: null, deployment: null }), { stacks: { describe } });
    expect(manifest).toMatchObject({ complete: true });
    expect(manifest?.objects.map(({ source }) => source)).toEqual(['failure', 'recorder', 'secret', 'stack']);
    expect(new Set(asked)).toEqual(new Set(['StagingService']));
  });

  it.each([
    ['that was deployed', incident()],
    ['that was planned', incident({ deployment: null })],
    ['that was inspected', incident({ deployment: null, plan: null })],
  ])('asks by its id for a stack %s', async (_name, of) => {
    const { objects } = await collect(of, {
      stacks: { describe: async (id) => stackView('UPDATE_COMPLETE', { reason: `asked for ${id}` }) },
    });
    expect(json(objects, 'stack.json').reason).toBe(`asked for ${stackId}`);
  });

  it('keeps the transcript of a smoke test', async () => {
    const smoke = {
      checks: [{ name: '/config', passed: false, expected: 'status 200', seen: 'status 500', milliseconds: 3 }],
      failure: null,
    };
    const { manifest, objects } = await collect(incident({ smoke }));
    expect(manifest?.objects.map(({ source }) => source)).toContain('smoke');
    expect(json(objects, 'smoke.json')).toEqual(smoke);
  });
});

describe('CollectDiagnostics, when a source does not answer', () => {
  const reads: [string, World, string[]][] = [
    ['the stack', { stacks: { describe: denied } }, ['stack', 'stack-events']],
    ['the events', { stacks: { events: denied } }, ['stack-events']],
    [
      'the resources',
      { stacks: { resource: denied } },
      ['network', 'running-task', 'service', 'stopped-task', 'target-health', 'task-definition', 'task-log'],
    ],
    ['the service', { services: { describe: denied } }, ['service']],
    ['the service deployment', { services: { deployment: denied } }, ['service']],
    ['the tasks', { services: { tasks: denied } }, ['running-task', 'stopped-task', 'task-definition', 'task-log']],
    ['the task definition', { services: { taskDefinition: denied } }, ['task-definition', 'task-log']],
    ['the logs', { logs: { tail: denied, page: denied } }, ['task-log']],
    ['the health check', { healthChecks: { check: denied } }, ['target-health']],
    ['the network of the service', { network: { ...answers.network, ofService: denied } }, ['network']],
    ['the security groups', { network: { ...answers.network, securityGroups: denied } }, ['network']],
    ['the routes', { network: { ...answers.network, subnets: denied } }, ['network']],
    ['the image', { images: { manifest: denied } }, ['image']],
    ['the versions of the secret', { secretHistory: { ...answers.secretHistory, describe: denied } }, ['secret']],
    ['what CloudTrail knows', { denials: { ofSession: denied } }, ['access-denial']],
    ['the target health', { targetHealth: { describe: denied } }, ['target-health']],
  ];
  it.each(reads)('says that %s is missing and why, keeps the rest, and is not complete', async (_name, world, sources) => {
    const { answer, manifest } = await collect(incident({ image }), world);
    expect(missing(answer)).toEqual(sources);
    expect(manifest).toMatchObject({ complete: false, missing: answer.missing });
    for (const { reason } of answer.missing) expect(reason).toContain('AccessDeniedException: is not authorized to perform this');
    expect(manifest?.objects.map(({ source }) => source)).toContain('failure');
  });

  describe('and hangs', () => {
    // Each source has two seconds or more, so that a busy machine does not make one that answers late; they wait side by side.
    const roomy = { ...quick, cap: 6_000, secret: 500, second: 100 };
    const hang = (methods: object | undefined) => methods && Object.fromEntries(Object.keys(methods).map((name) => [name, never]));
    const hanging = (world: World) => Object.fromEntries(Object.entries(world).map(([name, methods]) => [name, hang(methods)])) as World;
    let answered: Map<string, Awaited<ReturnType<typeof collect>>['answer']>;
    beforeAll(async () => {
      const collected = reads.map(
        async ([name, world]) => [name, (await collect(incident({ image }), { ...world, ...hanging(world) }, roomy)).answer] as const,
      );
      answered = new Map(await Promise.all(collected));
    });

    it.each(reads)('waits for %s until its own deadline only', (name, _world, sources) => {
      const answer = answered.get(name)!;
      // The denials of tasks that nobody tells of are sought for as long.
      expect(missing(answer).filter((source) => !['access-denial', 'network'].includes(source) || sources.includes(source))).toEqual(
        sources,
      );
      for (const { reason } of answer.missing) expect(reason).toMatch(/Error: no answer within [\d.]+ s$/);
    });
  });

  it('keeps what ECS says of the service although its deployments may not be listed', async () => {
    const { objects, answer } = await collect(incident(), { services: { deployment: denied } });
    expect(json(objects, 'service.json')).toEqual({ service: serviceView() });
    expect(answer.missing).toEqual([{ source: 'service', reason: expect.stringContaining('AccessDeniedException') }]);
  });

  it('ends within its cap when nothing answers at all', async () => {
    const world: World = {
      stacks: { describe: never, events: never, resource: never },
      services: { describe: never, tasks: never, deployment: never, taskDefinition: never },
      secrets: { read: never },
      secretHistory: { describe: never, version: never },
      network: { ...answers.network, ofService: never },
      denials: { ofSession: never },
      healthChecks: { check: never },
    };
    const { answer, manifest } = await collect(incident(), world, { ...quick, cap: 80, second: 1_000 });
    expect(missing(answer)).toEqual([
      'access-denial',
      'network',
      'running-task',
      'secret',
      'service',
      'stack',
      'stack-events',
      'stopped-task',
      'target-health',
      'task-definition',
      'task-log',
    ]);
    expect(manifest).toMatchObject({ complete: false, redaction: 'patterns' });
    expect(manifest?.objects.map(({ source }) => source)).toEqual(['failure', 'recorder']);
  });

  it('asks a source again that was throttled', async () => {
    let asked = 0;
    const events: Stacks['events'] = async () => {
      if (++asked < 3) throw awsError('Throttling', 'Rate exceeded');
      return [stackEvent()];
    };
    const { answer } = await collect(incident(), { stacks: { events } });
    expect(answer.missing).toEqual([]);
    expect(asked).toBe(3);
  });

  it('asks once for what several sources need', async () => {
    let asked = 0;
    const tasks: Services['tasks'] = async () => {
      asked += 1;
      return [];
    };
    await collect(incident(), { services: { tasks } });
    expect(asked).toBe(1);
  });

  it('takes the service that was inspected when CloudFormation lists none any more', async () => {
    const { answer, objects } = await collect(incident(), { stacks: { resource: async () => null } });
    const reason = 'Error: CloudFormation lists no target group in the stack';
    expect(answer.missing).toEqual([
      { source: 'target-health', reason },
      { source: 'target-health', reason },
    ]);
    expect(json(objects, 'service.json').service).toEqual(serviceView());
  });

  it('misses no service of a stage whose first release was refused before it made a stack', async () => {
    const { answer } = await collect(firstDeploy({ plan: null, deployment: null }), {
      stacks: { describe: async () => null, resource: async () => Promise.reject(awsError('ValidationError', 'no such stack')) },
    });
    expect(answer.missing).toEqual([]);
  });

  it('says that a first deploy has no service yet', async () => {
    const { answer } = await collect(firstDeploy(), { stacks: { resource: async () => null } });
    const reasons = new Set(answer.missing.map(({ reason }) => reason));
    expect(reasons).toContain('Error: CloudFormation lists no service in the stack');
  });
});

describe('CollectDiagnostics of task logs', () => {
  const unstarted = { startedAt: null, containers: crashed().containers.map((container) => ({ ...container, exitCode: null })) };

  it.each([
    ['was refused its start', { stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: no such image' }],
    ['waits for its start', { lastStatus: 'PENDING', desiredStatus: 'RUNNING', stopCode: '', stoppedReason: '', stoppedAt: null }],
    ['was stopped before its start', { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Scaling activity initiated' }],
  ])('takes the silence of a container that %s for no gap', async (_, changes) => {
    const task = crashed({ ...unstarted, ...changes });
    const { answer } = await collect(incident(), { services: { tasks: async () => [task] }, logs: fakeLogs() });
    expect(answer.missing).toEqual([]);
  });

  it('takes the silence of a task that had stopped before the release began for no gap', async () => {
    const task = crashed({ createdAt: minute(-20), startedAt: minute(-20), stoppedAt: minute(-19) });
    const { answer } = await collect(incident(), { services: { tasks: async () => [task] }, logs: fakeLogs() });
    expect(answer.missing).toEqual([]);
  });

  it.each([
    ['activates', { ...unstarted, lastStatus: 'ACTIVATING', stopCode: '' }],
    ['ended before its task was RUNNING', { startedAt: null }],
  ])('takes the silence of a container that %s for a gap', async (_, changes) => {
    const { answer } = await collect(incident(), { services: { tasks: async () => [crashed(changes)] }, logs: fakeLogs() });
    expect(answer.missing.map(({ source }) => source)).toEqual(['task-log']);
  });

  it.each<[string, LogReader & LogPages, string]>([
    ['has no stream', fakeLogs(), 'has no stream'],
    ['wrote nothing', fakeLogs({ [streamOf(idOf(crashed()))]: [] }), 'is empty'],
  ])('names the stream of a container that %s: its lines may have been late', async (_name, logs, words) => {
    const { answer } = await collect(incident(), { services: { tasks: async () => [crashed()] }, logs });
    expect(answer.missing).toEqual([{ source: 'task-log', reason: expect.stringContaining(`${streamOf(idOf(crashed()))}: ${words}`) }]);
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => crashed({ taskArn: taskArn(String(index).padStart(32, '0')) }));
  const patient = { ...quick, cap: 60_000, second: 1_000 };

  it('keeps the logs of a thousand stopped tasks whole, few at a time', async () => {
    const tasks = many(1_000);
    const pages = ['first', 'second', 'third'];
    let reading = 0;
    let most = 0;
    const page: LogPages['page'] = async (_group, _stream, token) => {
      most = Math.max(most, ++reading);
      await new Promise(setImmediate);
      reading -= 1;
      const at = Number(token ?? 0);
      return { lines: [{ at: minute(7), line: pages[at] ?? '' }], next: at < 2 ? String(at + 1) : null };
    };
    const { manifest, answer, objects } = await collect(
      incident(),
      { services: { tasks: async () => tasks }, logs: { tail: never, page } },
      patient,
    );
    expect(most).toBeLessThanOrEqual(8);
    expect(answer.missing).toEqual([]);
    expect(manifest?.objects.filter(({ source }) => source === 'task-log')).toHaveLength(1_000);
    expect(objects.stored.get(`${prefix}/logs/${idOf(tasks[999]!)}/webhook.log`)).toBe(
      pages.map((line) => `${minute(7)} ${line}`).join('\n'),
    );
    expect(JSON.stringify(answer).length).toBeLessThan(64 * 1024);
  });

  it('reads on over pages that are empty: only the token tells the end', async () => {
    const page: LogPages['page'] = async (_group, _stream, token) => ({
      lines: token === '2' ? [{ at: minute(7), line: 'late' }] : [],
      next: token === '2' ? null : String(Number(token ?? 0) + 1),
    });
    const { objects } = await collect(incident(), { services: { tasks: async () => [crashed()] }, logs: { tail: never, page } });
    expect(objects.stored.get(`${prefix}/logs/${idOf(crashed())}/webhook.log`)).toBe(`${minute(7)} late`);
  });

  it('keeps what it has of a log whose stream is deleted while it is read', async () => {
    const page: LogPages['page'] = async (_group, _stream, token) =>
      token === null ? { lines: [{ at: minute(7), line: 'the first page' }], next: 'gone' } : null;
    const { objects, answer } = await collect(incident(), { services: { tasks: async () => [crashed()] }, logs: { tail: never, page } });
    expect(objects.stored.get(`${prefix}/logs/${idOf(crashed())}/webhook.log`)).toBe(`${minute(7)} the first page`);
    expect(answer.missing).toEqual([]);
  });

  it('takes pages without a line, to the last of them, for an empty log', async () => {
    const page: LogPages['page'] = async (_group, _stream, token) => ({ lines: [], next: token === null ? '1' : null });
    const { answer } = await collect(incident(), { services: { tasks: async () => [crashed()] }, logs: { tail: never, page } });
    expect(answer.missing).toEqual([{ source: 'task-log', reason: expect.stringContaining('is empty') }]);
  });

  it('cuts the middle out of a log that is longer than its time, keeps its last words, and says so', async () => {
    const page: LogPages['page'] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { lines: [{ at: minute(6), line: 'again' }], next: 'endless' };
    };
    const tail: LogReader['tail'] = async () => [{ at: minute(7), line: 'the last word' }];
    const { objects, answer } = await collect(
      incident(),
      { services: { tasks: async () => [crashed()] }, logs: { tail, page } },
      { ...quick, second: 5 },
    );
    const log = objects.stored.get(`${prefix}/logs/${idOf(crashed())}/webhook.log`) ?? '';
    expect(log.startsWith(`${minute(6)} again\n`)).toBe(true);
    expect(log.endsWith(`\n${minute(7)} the last word`)).toBe(true);
    expect(answer.missing.filter(({ source }) => source === 'task-log')).toEqual([
      { source: 'task-log', reason: expect.stringMatching(/its middle is left out, from .* on: the time was up/) },
    ]);
  });

  it('leaves the oldest tasks out when the time is up, and counts them', async () => {
    const page: LogPages['page'] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { lines: [{ at: minute(6), line: 'slow' }], next: null };
    };
    const tasks = many(1_000);
    const { objects, answer } = await collect(
      incident(),
      { services: { tasks: async () => tasks }, logs: { tail: never, page } },
      { ...quick, second: 5 },
    );
    expect(answer.missing.filter(({ source }) => source === 'task-log')).toEqual([
      { source: 'task-log', reason: expect.stringMatching(/^the logs of \d+ older tasks \(of 1000\) were not read: the time was up$/) },
    ]);
    expect(objects.stored.has(`${prefix}/logs/${idOf(tasks[0]!)}/webhook.log`)).toBe(true);
  });

  it('stops asking when all fail alike, and says once what they lack, so that its answer stays small', async () => {
    const { answer } = await collect(
      incident(),
      { services: { tasks: async () => many(1_000) }, logs: { tail: denied, page: denied } },
      patient,
    );
    expect(answer.missing.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^arn:.* and \d+ more: AccessDeniedException: /),
      expect.stringMatching(/^the logs of 9\d\d older tasks \(of 1000\) were not read: 20 before them failed in a row$/),
    ]);
  });

  it('tells the first twenty ways in which logs fail, and how many more there are', async () => {
    // Every second one can be read: those that fail are never many in a row.
    const page: LogPages['page'] = (_group, stream) =>
      Number(stream.at(-1)) % 2
        ? Promise.reject(new Error(`trouble with ${stream}`))
        : Promise.resolve({ lines: [{ at: minute(6), line: 'fine' }], next: null });
    const { answer } = await collect(incident(), { services: { tasks: async () => many(60) }, logs: { tail: never, page } }, patient);
    expect(answer.missing).toHaveLength(21);
    expect(answer.missing.at(-1)?.reason).toBe('10 more reasons of this kind');
  });

  it('puts together again what a log driver has cut in the midst of a secret', async () => {
    const { client_secret: secret } = exampleSecret();
    const whole = `${'x '.repeat(8_192 - 5)}${secret} and more`;
    const page: LogPages['page'] = async (_group, _stream, token) =>
      token
        ? { lines: [{ at: minute(7), line: whole.slice(16_384) }], next: null }
        : { lines: [{ at: minute(7), line: whole.slice(0, 16_384) }], next: 'second' };
    const { objects } = await collect(incident(), { services: { tasks: async () => [crashed()] }, logs: { tail: never, page } });
    const log = objects.stored.get(`${prefix}/logs/${idOf(crashed())}/webhook.log`) ?? '';
    expect(log).toMatch(/x \[redacted:client_secret\] and more$/);
  });
});

describe('CollectDiagnostics of a build', () => {
  const logs = fakeLogs({ '/aws/codebuild/example 1': ['npm ci', 'ImageBootFailed: exit code 2  '] });
  const early = { stage: null, inspection: null, plan: null, deployment: null };
  const built = { Logs: { GroupName: '/aws/codebuild/example', StreamName: '1' } };
  const at = 'diagnostics/v1.4.0-0123456-1/release';

  it.each([
    ['bare', built],
    ['under Build', { Build: built }],
  ])('reads its log where the failure says it lies: %s', async (_name, cause) => {
    const failed = { state: 'BuildImage', error: 'States.TaskFailed', cause: JSON.stringify(cause) };
    const { objects, answer } = await collect(incident({ ...early, failure: failed }), { logs });
    expect(answer.missing).toEqual([]);
    expect(objects.stored.get(`${at}/BuildImage.States.TaskFailed/build.log`)).toBe(
      `${minute(7)} npm ci\n${minute(7)} ImageBootFailed: exit code 2`,
    );
  });

  it('reads it for an image that was refused, too', async () => {
    const failed = { state: 'VerifyImage', error: 'ImageArchitecture', cause: '' };
    const { objects } = await collect(incident({ ...early, failure: failed, build }), { logs });
    expect(objects.stored.has(`${at}/VerifyImage.ImageArchitecture/build.log`)).toBe(true);
  });

  it.each([
    ['that never started', 'States.Timeout'],
    ['whose log is not named', JSON.stringify({ Build: { Logs: { GroupName: 'g' } } })],
    ['that says nothing', JSON.stringify({})],
  ])('has nothing to read of a build %s', async (_name, cause) => {
    const { manifest } = await collect(incident({ ...early, failure: { state: 'BuildImage', error: 'States.Timeout', cause } }), { logs });
    expect(manifest?.objects.map(({ source }) => source)).toEqual(['failure']);
    expect(manifest?.complete).toBe(true);
  });

  it('says when the stream is gone', async () => {
    const failed = { state: 'BuildImage', error: 'States.TaskFailed', cause: JSON.stringify(built) };
    const { answer } = await collect(incident({ ...early, failure: failed }), { logs: fakeLogs() });
    expect(answer.missing).toEqual([{ source: 'build-log', reason: 'Error: there is no log stream 1 in /aws/codebuild/example' }]);
  });
});

describe('CollectDiagnostics and the store', () => {
  it('says in its answer that nothing could be kept when the store refuses everything', async () => {
    const refuse = () => Promise.reject(awsError('ServiceUnavailable', 'Please try again'));
    const objects = { ...memoryObjects(), put: refuse, stream: refuse };
    const { answer } = await collect(incident(), { objects });
    expect(answer).toMatchObject({ manifestKey: null, sealedAt: null, objects: 0 });
    expect(missing(answer)).toEqual([
      'access-denial',
      'failure',
      'manifest',
      'network',
      'recorder',
      'running-task',
      'secret',
      'service',
      'stack',
      'stack-events',
      'stopped-task',
      'target-health',
      'task-definition',
      'task-log',
    ]);
  });

  it('ends when the store does not answer at all', async () => {
    const objects = { ...memoryObjects(), put: never, stream: never };
    const { answer } = await collect(incident(), { objects }, { ...quick, store: 5 });
    expect(answer).toMatchObject({ manifestKey: null, sealedAt: null });
    expect(answer.missing.at(-1)).toMatchObject({ source: 'manifest', reason: expect.stringContaining('no answer within') });
  });
});
