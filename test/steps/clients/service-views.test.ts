import { serviceView, taskView } from '../../../steps/clients/service-views.ts';
import { oldDefinition, ourDefinition, serviceArn, taskArn } from '../incidents.ts';

const noon = new Date('2026-01-01T12:00:00Z');
const iso = noon.toISOString();

describe('a service', () => {
  it('is shown with what its deployments say of themselves', () => {
    const view = serviceView({
      serviceArn,
      deployments: [
        {
          id: 'ecs-svc/1',
          status: 'ACTIVE',
          taskDefinition: oldDefinition,
          rolloutState: 'FAILED',
          rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
          desiredCount: 2,
          runningCount: 1,
          pendingCount: 1,
          failedTasks: 4,
          createdAt: noon,
        },
      ],
      events: [{ message: 'has reached a steady state.', createdAt: noon }, {}],
    });
    expect(view.deployments).toEqual([
      {
        id: 'ecs-svc/1',
        status: 'ACTIVE',
        taskDefinitionArn: oldDefinition,
        rolloutState: 'FAILED',
        rolloutReason: 'ECS deployment circuit breaker: tasks failed to start.',
        desiredCount: 2,
        runningCount: 1,
        pendingCount: 1,
        failedTasks: 4,
        createdAt: iso,
      },
    ]);
    expect(view.events).toEqual([
      { at: iso, message: 'has reached a steady state.' },
      { at: '', message: '' },
    ]);
  });

  it('runs nothing where ECS tells of nothing', () => {
    expect(serviceView({})).toEqual({
      serviceArn: '',
      status: '',
      taskDefinitionArn: '',
      desiredCount: 0,
      runningCount: 0,
      deployments: [],
      events: [],
    });
    expect(serviceView({ deployments: [{}] }).deployments).toEqual([
      {
        id: '',
        status: '',
        taskDefinitionArn: '',
        rolloutState: '',
        rolloutReason: '',
        desiredCount: 0,
        runningCount: 0,
        pendingCount: 0,
        failedTasks: 0,
        createdAt: '',
      },
    ]);
  });
});

describe('a task', () => {
  const details = [
    { name: 'subnetId', value: 'subnet-1' },
    { name: 'networkInterfaceId', value: 'eni-1' },
    { name: 'privateIPv4Address', value: '10.0.0.7' },
  ];

  it('is shown with where it runs and how it is', () => {
    expect(
      taskView({
        taskArn: taskArn('1'),
        taskDefinitionArn: ourDefinition,
        startedBy: 'ecs-svc/2',
        lastStatus: 'RUNNING',
        desiredStatus: 'STOPPED',
        healthStatus: 'UNHEALTHY',
        stopCode: 'ServiceSchedulerInitiated',
        stoppedReason: 'Task failed ELB health checks',
        createdAt: noon,
        startedAt: noon,
        attachments: [
          { type: 'Service Connect', details: [] },
          { type: 'ElasticNetworkInterface', details },
        ],
        containers: [{ name: 'webhook', image: 'example', imageDigest: 'sha256:example', lastStatus: 'RUNNING' }],
      }),
    ).toEqual({
      taskArn: taskArn('1'),
      taskDefinitionArn: ourDefinition,
      startedBy: 'ecs-svc/2',
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      healthStatus: 'UNHEALTHY',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed ELB health checks',
      createdAt: iso,
      startedAt: iso,
      stoppedAt: null,
      network: { interfaceId: 'eni-1', subnetId: 'subnet-1', address: '10.0.0.7' },
      containers: [{ name: 'webhook', exitCode: null, reason: '', image: 'example', digest: 'sha256:example', lastStatus: 'RUNNING' }],
    });
  });

  it.each([
    ['has no attachment', {}],
    ['has another attachment only', { attachments: [{ type: 'Service Connect', details }] }],
    ['waits for its interface', { attachments: [{ type: 'ElasticNetworkInterface', details: [{ name: 'subnetId', value: 'subnet-1' }] }] }],
    ['has an interface without details', { attachments: [{ type: 'ElasticNetworkInterface' }] }],
  ])('is nowhere in the network while it %s', (_, task) => {
    expect(taskView(task)).not.toHaveProperty('network');
  });

  it('never counts as healthy, nor a container as ended, because ECS is silent', () => {
    expect(taskView({ containers: [{}] })).toEqual({
      taskArn: '',
      taskDefinitionArn: '',
      startedBy: '',
      lastStatus: '',
      desiredStatus: '',
      healthStatus: 'UNKNOWN',
      stopCode: '',
      stoppedReason: '',
      createdAt: null,
      startedAt: null,
      stoppedAt: null,
      containers: [{ name: '', exitCode: null, reason: '', image: '', digest: '', lastStatus: '' }],
    });
  });
});
