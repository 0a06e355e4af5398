import { jest } from '@jest/globals';
import type { Task } from '../../../rehearsal/aws/ecs/task.ts';
import type { Properties } from '../../../rehearsal/aws/kernel.ts';
import { type ExampleCloud, exampleCloud, taskDefinition } from './example-cloud.ts';
import { pushExampleImage } from './example-image.ts';

const secretArn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:example-AbCdEf';

describe('a task', () => {
  let cloud: ExampleCloud;
  beforeAll(async () => {
    cloud = await exampleCloud();
  });
  afterAll(() => cloud.close());
  afterEach(() => {
    cloud.denied.clear();
    cloud.secrets.clear();
    cloud.hooks.container = undefined;
  });

  const start = async (environment: Record<string, string> = {}, more: Properties = {}): Promise<Task> => {
    const definition = cloud.ecs.taskDefinitions.find(await taskDefinition(cloud, environment, more))!;
    return cloud.ecs.startTask({ clusterArn: 'arn:aws:ecs:us-east-1:111122223333:cluster/example', definition, group: 'family:example' });
  };
  const ended = async (...given: Parameters<typeof start>) => {
    const task = await start(...given);
    await task.done;
    return task.describe();
  };
  const injected = { Secrets: [{ Name: 'EXAMPLE_SECRET', ValueFrom: `${secretArn}:example_key::` }] };

  it('names the json key that its secret lacks, before anything is started', async () => {
    cloud.secrets.set(secretArn, '{"other":"example"}');
    const task = await ended({}, injected);
    expect(task).toMatchObject({ stopCode: 'TaskFailedToStart', lastStatus: 'STOPPED' });
    expect(task.stoppedReason).toMatch(/^ResourceInitializationError: .*did not contain json key example_key/);
    expect(task.containers?.[0]).not.toHaveProperty('runtimeId', expect.anything());
  });

  it('says that its secret cannot be found, or read', async () => {
    expect((await ended({}, injected)).stoppedReason).toMatch(/Secrets Manager can't find the specified secret/);
    cloud.denied.add('secretsmanager:GetSecretValue');
    expect((await ended({}, injected)).stoppedReason).toMatch(/AccessDeniedException: .*example-execution is not authorized/);
  });

  it('says that its image is not in the registry', async () => {
    const absent = `${cloud.ecr.uri('example/webhook')}@sha256:${'0'.repeat(64)}`;
    const { stopCode, stoppedReason } = await ended({}, { Image: absent });
    expect(stopCode).toBe('TaskFailedToStart');
    expect(stoppedReason).toBe(
      `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${absent}: ${absent}: not found`,
    );
  });

  it.each([
    ['ecr:GetAuthorizationToken', /^ResourceInitializationError: .*unable to retrieve ecr registry auth/],
    ['ecr:BatchGetImage', /^CannotPullContainerError: .*403 Forbidden/],
    ['logs:CreateLogStream', /^ResourceInitializationError: failed to validate logger args: .*logs:CreateLogStream/],
  ])('does not start when its execution role lacks %s', async (action, reason) => {
    cloud.denied.add(action);
    expect((await ended()).stoppedReason).toMatch(reason);
  });

  it('does not start when its log group is gone', async () => {
    const options = { 'awslogs-group': '/gone', 'awslogs-stream-prefix': 'service' };
    const { stoppedReason } = await ended({}, { LogConfiguration: { LogDriver: 'awslogs', Options: options } });
    expect(stoppedReason).toMatch(/The specified log group does not exist/);
  });

  it('ends with an exec format error when its image is of another architecture', async () => {
    const Image = await pushExampleImage(cloud.ecr, cloud.world.home, 'example/webhook', 'linux/arm64');
    const task = await ended({}, { Image });
    expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 255 }] });
    const stream = `service/webhook/${task.taskArn!.split('/').at(-1)}`;
    expect(cloud.lines.filter((each) => each.stream === stream).at(-1)?.line).toMatch(/exec format error$/);
  });

  it('is killed and named out of memory when it holds more than it may', async () => {
    const hog = 'const all = []; setInterval(() => all.push(Buffer.alloc(64 * 2 ** 20, 1)), 5)';
    cloud.hooks.container = () => ({ command: ['node', '-e', hog] });
    const definition = await taskDefinition(cloud, {});
    Object.assign(cloud.ecs.taskDefinitions.find(definition)!, { memory: '160' });
    const task = cloud.ecs.startTask({
      clusterArn: 'arn:aws:ecs:us-east-1:111122223333:cluster/example',
      definition: cloud.ecs.taskDefinitions.find(definition)!,
      group: 'family:example',
    });
    await task.done;
    expect(task.describe().containers).toMatchObject([{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }]);
  });

  it('is killed for less memory than its definition gives it when a fault says so', async () => {
    cloud.hooks.container = () => ({ memory: 16 });
    expect((await ended()).containers).toMatchObject([{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }]);
  });

  it('meets a host of another architecture when a fault says so', async () => {
    cloud.hooks.container = () => ({ architecture: 'arm64' });
    expect(await ended()).toMatchObject({ stopCode: 'EssentialContainerExited', containers: [{ exitCode: 255 }] });
  });

  it('is PENDING for as long as a fault keeps its start waiting, and stopped meanwhile it runs nothing', async () => {
    cloud.hooks.container = ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
    const task = await start();
    await eventually(() => task.lastStatus === 'PENDING');
    await task.stop('ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment example)');
    expect(task.describe()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' });
    expect(task.times.startedAt).toBeUndefined();
    expect(cloud.lines.filter(({ stream }) => stream.endsWith(task.arn.split('/').at(-1)!))).toEqual([]);
  });

  it('meets no fault, and runs nothing, when it is stopped on its way to its container', async () => {
    let asked = 0;
    cloud.hooks.container = () => {
      asked += 1;
      return undefined;
    };
    const get = jest.spyOn(cloud.secrets, 'get').mockImplementation(() => {
      void task.stop('ServiceSchedulerInitiated', 'Scaling activity initiated by (deployment example)');
      return '{"example_key":"example-value"}';
    });
    const task = await start({}, injected);
    await task.done;
    get.mockRestore();
    expect([task.lastStatus, task.stopCode, asked]).toEqual(['STOPPED', 'ServiceSchedulerInitiated', 0]);
  });

  it('is stopped when its container health check fails, and not before its retries', async () => {
    const check = { Command: ['CMD', 'node', '-e', 'process.exit(1)'], Interval: 5, Retries: 2 };
    const task = await start({}, { HealthCheck: check });
    await eventually(() => task.healthStatus === 'UNHEALTHY');
    expect(task.lastStatus).toBe('RUNNING');
    await task.stop('ServiceSchedulerInitiated', 'Task failed container health checks');
    expect(task.describe()).toMatchObject({ stopCode: 'ServiceSchedulerInitiated', containers: [{ exitCode: 0 }] });
  });

  it('sees only what its definition and AWS give it', async () => {
    process.env['EXAMPLE_LEAK'] = 'example';
    cloud.secrets.set(secretArn, '{"example_key":"example-value"}');
    const seen: Readonly<Record<string, string>>[] = [];
    cloud.hooks.container = ({ environment }) => {
      seen.push(environment);
      return { command: ['node', '-e', 'console.log(Object.keys(process.env).sort().join(" "))'] };
    };
    const task = await ended({ VERSION: '1.0.0' }, injected);
    expect(seen[0]).toMatchObject({
      VERSION: '1.0.0',
      EXAMPLE_SECRET: 'example-value',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'example',
    });
    const stream = `service/webhook/${task.taskArn!.split('/').at(-1)}`;
    const [names] = cloud.lines.filter((each) => each.stream === stream).map(({ line }) => line);
    expect(names).toContain('AWS_ENDPOINT_URL');
    expect(names).not.toContain('EXAMPLE_LEAK');
    delete process.env['EXAMPLE_LEAK'];
  });

  it('tells each of its states to EventBridge', async () => {
    const task = await ended({ BEHAVIOUR: 'crash' });
    const told = cloud.events
      .filter((event) => event['detail-type'] === 'ECS Task State Change' && event.resources?.[0] === task.taskArn)
      .map(({ detail }) => detail as { lastStatus: string; version: number; stoppedReason?: string });
    const statuses = told.map(({ lastStatus }) => lastStatus);
    expect([statuses[0], statuses.at(-1)]).toEqual(['PROVISIONING', 'STOPPED']);
    expect(told.map(({ version }) => version)).toEqual(told.map((_, index) => index + 1));
    expect(told.at(-1)).toMatchObject({ stopCode: 'EssentialContainerExited', stoppedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  });
});

/** Looks until it is so; the test's own time limit ends it. */
async function eventually(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 10));
}
