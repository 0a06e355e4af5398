import { services } from '../../../steps/clients/services.ts';
import { clusterArn, ourDefinition, serviceArn, serviceDeploymentArn, taskArn } from '../incidents.ts';
import { serveJson } from './endpoint.ts';

let wire: Awaited<ReturnType<typeof serveJson>>;
beforeAll(async () => {
  wire = await serveJson({});
});
afterAll(() => wire.stop());
beforeEach(() => {
  wire.calls.length = 0;
  for (const operation of Object.keys(wire.answers)) delete wire.answers[operation];
});
const error = (__type: string, message = 'example') => ({ __type, message });
const inputs = (operation: string) => wire.calls.filter((call) => call.operation === operation).map(({ input }) => input);

describe('a service', () => {
  const describes = (answer: object) => Object.assign(wire.answers, { DescribeServices: () => answer });

  it('is described with its deployments and events', async () => {
    describes({
      services: [
        {
          serviceArn,
          status: 'ACTIVE',
          taskDefinition: ourDefinition,
          desiredCount: 2,
          runningCount: 1,
          deployments: [
            { id: 'ecs-svc/2', status: 'PRIMARY', taskDefinition: ourDefinition, rolloutState: 'IN_PROGRESS', createdAt: 1767268800 },
          ],
          events: [{ createdAt: 1767268860.5, message: 'has started 1 tasks' }],
        },
      ],
    });
    expect(await services.describe(clusterArn, serviceArn)).toEqual({
      serviceArn,
      status: 'ACTIVE',
      taskDefinitionArn: ourDefinition,
      desiredCount: 2,
      runningCount: 1,
      deployments: [
        {
          id: 'ecs-svc/2',
          status: 'PRIMARY',
          taskDefinitionArn: ourDefinition,
          rolloutState: 'IN_PROGRESS',
          rolloutReason: '',
          desiredCount: 0,
          runningCount: 0,
          pendingCount: 0,
          failedTasks: 0,
          createdAt: '2026-01-01T12:00:00.000Z',
        },
      ],
      events: [{ at: '2026-01-01T12:01:00.500Z', message: 'has started 1 tasks' }],
    });
  });

  it.each([
    ['ECS says that it is missing', { services: [], failures: [{ arn: serviceArn, reason: 'MISSING' }] }],
    ['it was deleted', { services: [{ serviceArn, status: 'INACTIVE' }] }],
  ])('is null when %s', async (_, answer) => {
    describes(answer);
    expect(await services.describe(clusterArn, serviceArn)).toBeNull();
  });

  it('is not null when ECS fails for another reason', async () => {
    describes({ services: [], failures: [{ arn: serviceArn, reason: 'INTERNAL', detail: 'try again' }] });
    await expect(services.describe(clusterArn, serviceArn)).rejects.toThrow(`ECS cannot describe ${serviceArn}: INTERNAL try again`);
  });

  it('is not null when the cluster is not there', async () => {
    Object.assign(wire.answers, {
      DescribeServices: () => {
        throw error('ClusterNotFoundException');
      },
    });
    await expect(services.describe(clusterArn, serviceArn)).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
  });
});

describe('tasks', () => {
  const id = (n: number) => String(n).padStart(32, '0');

  it('come from all pages of running and of stopped ones, newest first', async () => {
    const pages: Record<string, { taskArns: string[]; nextToken?: string }> = {
      RUNNING: { taskArns: Array.from({ length: 100 }, (_, n) => taskArn(id(n))), nextToken: 'RUNNING2' },
      RUNNING2: { taskArns: Array.from({ length: 30 }, (_, n) => taskArn(id(100 + n))) },
      STOPPED: { taskArns: [taskArn(id(200))] },
    };
    Object.assign(wire.answers, {
      ListTasks: ({ nextToken, desiredStatus }: { nextToken?: string; desiredStatus: string }) => pages[nextToken ?? desiredStatus],
      DescribeTasks: ({ tasks }: { tasks: string[] }) => ({
        tasks: tasks.map((arn) => ({ taskArn: arn, createdAt: 1767268800 + Number(arn.slice(-3)) })),
      }),
    });
    const found = await services.tasks(clusterArn, serviceArn);
    expect(found).toHaveLength(131);
    expect(found.slice(0, 2).map((task) => task.taskArn)).toEqual([taskArn(id(200)), taskArn(id(129))]);
    // DescribeTasks refuses more than a hundred.
    expect(inputs('DescribeTasks').map((input) => (input as { tasks: string[] }).tasks.length)).toEqual([100, 31]);
    expect(inputs('ListTasks')[0]).toMatchObject({ cluster: clusterArn, serviceName: serviceArn.split('/').at(-1) });
  });

  it('are described with what ended them', async () => {
    Object.assign(wire.answers, {
      ListTasks: ({ desiredStatus }: { desiredStatus: string }) => ({ taskArns: desiredStatus === 'STOPPED' ? [taskArn(id(1))] : [] }),
      DescribeTasks: () => ({
        tasks: [
          {
            taskArn: taskArn(id(1)),
            taskDefinitionArn: ourDefinition,
            startedBy: 'ecs-svc/2',
            lastStatus: 'STOPPED',
            stopCode: 'EssentialContainerExited',
            stoppedAt: 1767268800,
            containers: [
              { name: 'webhook', exitCode: 0 },
              { name: 'other', reason: 'CannotPullContainerError' },
            ],
          },
        ],
      }),
    });
    expect(await services.tasks(clusterArn, serviceArn)).toEqual([
      expect.objectContaining({
        healthStatus: 'UNKNOWN',
        stopCode: 'EssentialContainerExited',
        createdAt: null,
        startedAt: null,
        stoppedAt: '2026-01-01T12:00:00.000Z',
        containers: [
          { name: 'webhook', exitCode: 0, reason: '', image: '', digest: '', lastStatus: '' },
          { name: 'other', exitCode: null, reason: 'CannotPullContainerError', image: '', digest: '', lastStatus: '' },
        ],
      }),
    ]);
  });

  it('are none when the service is gone, but not when ECS refuses', async () => {
    const fails = (type: string) =>
      Object.assign(wire.answers, {
        ListTasks: () => {
          throw error(type);
        },
      });
    fails('ServiceNotFoundException');
    expect(await services.tasks(clusterArn, serviceArn)).toEqual([]);
    expect(inputs('DescribeTasks')).toEqual([]);
    fails('AccessDeniedException');
    await expect(services.tasks(clusterArn, serviceArn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

it('refuses an answer without a task definition', async () => {
  Object.assign(wire.answers, { DescribeTaskDefinition: () => ({}) });
  await expect(services.taskDefinition(ourDefinition)).rejects.toThrow(`ECS returned no task definition ${ourDefinition}`);
  Object.assign(wire.answers, { DescribeTaskDefinition: () => ({ taskDefinition: { taskDefinitionArn: ourDefinition } }) });
  expect(await services.taskDefinition(ourDefinition)).toMatchObject({ arn: ourDefinition, digest: null, labels: {}, logs: [] });
});

describe('service deployments', () => {
  it('are told by the newest', async () => {
    const deployment = (n: number) => ({
      serviceDeploymentArn: `${serviceDeploymentArn}${n}`,
      status: 'SUCCESSFUL',
      createdAt: 1767268800 + n,
    });
    Object.assign(wire.answers, { ListServiceDeployments: () => ({ serviceDeployments: [deployment(1), deployment(3), deployment(2)] }) });
    expect(await services.deployment(clusterArn, serviceArn)).toEqual({
      arn: `${serviceDeploymentArn}3`,
      status: 'SUCCESSFUL',
      reason: '',
    });
  });

  it('are null when there is none', async () => {
    Object.assign(wire.answers, { ListServiceDeployments: () => ({}) });
    expect(await services.deployment(clusterArn, serviceArn)).toBeNull();
  });

  it.each([
    ['ConflictException', 'refused'],
    ['ServiceDeploymentNotFoundException', 'refused'],
  ])('are not rolled back when nothing is under way: %s', async (type, outcome) => {
    Object.assign(wire.answers, {
      StopServiceDeployment: () => {
        throw error(type);
      },
    });
    expect(await services.rollBackDeployment(serviceDeploymentArn)).toBe(outcome);
  });

  it('are rolled back by ECS itself, and an error of AWS is no refusal', async () => {
    Object.assign(wire.answers, { StopServiceDeployment: () => ({ serviceDeploymentArn }) });
    expect(await services.rollBackDeployment(serviceDeploymentArn)).toBe('accepted');
    expect(inputs('StopServiceDeployment')).toEqual([{ serviceDeploymentArn, stopType: 'ROLLBACK' }]);
    Object.assign(wire.answers, {
      StopServiceDeployment: () => {
        throw error('UnsupportedFeatureException');
      },
    });
    await expect(services.rollBackDeployment(serviceDeploymentArn)).rejects.toMatchObject({ name: 'UnsupportedFeatureException' });
  });
});
