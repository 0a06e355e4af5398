import { at, create, type ExampleCloud, exampleCloud, loadBalancer, service, taskDefinition } from './example-cloud.ts';

describe('a steady service', () => {
  let cloud: ExampleCloud;
  let arn: string;
  beforeAll(async () => {
    cloud = await exampleCloud();
    const { targetGroupArn } = await loadBalancer(cloud);
    const properties = service(await taskDefinition(cloud, { VERSION: '1.0.0' }), targetGroupArn);
    ({ physicalId: arn } = await create(cloud.ecs.provisioners, 'AWS::ECS::Service', properties));
  });
  afterAll(() => cloud.close());

  const call = { service: 'ecs', operation: 'example', requestId: 'example', principal: { arn: 'example' } };
  const handle = (operation: string, input: object = {}) => cloud.ecs.service.handlers[operation]!({ cluster: 'example', ...input }, call);
  const found = () => cloud.ecs.services.get(arn)!;
  const until = async (so: () => boolean) => {
    while (!so()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('replaces a task that a person stopped', async () => {
    const [task] = found().primary.live;
    handle('StopTask', { task: task!.arn, reason: 'example' });
    await until(() => found().primary.live.length === 1 && found().primary.live[0]!.healthy);
    expect(found().primary.live[0]).not.toBe(task);
    await task!.done;
    expect(handle('DescribeTasks', { tasks: [task!.arn] })).toMatchObject({
      tasks: [{ stopCode: 'UserInitiated', stoppedReason: 'example', lastStatus: 'STOPPED' }],
    });
    expect(found().primary).toMatchObject({ rolloutState: 'COMPLETED', failedTasks: 0 });
  });

  it('keeps its count within what scaling allows, and through an update without a count', async () => {
    const { ecs } = cloud;
    const target = {
      ResourceId: 'service/example/example-service',
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 2,
      MaxCapacity: 4,
    };
    await create(ecs.provisioners, 'AWS::ApplicationAutoScaling::ScalableTarget', target);
    await until(() => found().describe().runningCount === 2);
    handle('UpdateService', { service: 'example-service', desiredCount: 3 });
    const before = found().primary.configuration;
    const properties = service(await taskDefinition(cloud, { VERSION: '2.0.0' }), before.loadBalancers[0]!.targetGroupArn!);
    await ecs.provisioners['AWS::ECS::Service']!.update!(arn, properties, {}, at('Service'));
    expect(found().describe()).toMatchObject({ desiredCount: 3, runningCount: 3 });
  });

  it('starts its tasks anew when it is told to', async () => {
    const before = found().primary;
    const { service: described } = handle('UpdateService', { service: arn, forceNewDeployment: true }) as {
      service: { deployments: object[] };
    };
    expect(described.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }, { status: 'ACTIVE' }]);
    expect(await found().primary.outcome).toBe('COMPLETED');
    expect(before.live).toEqual([]);
  });

  it('lists running and stopped tasks page by page', () => {
    const running = handle('ListTasks', { serviceName: 'example-service' }) as { taskArns: string[] };
    expect(running.taskArns).toHaveLength(3);
    const arns: string[] = [];
    for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
      const page = handle('ListTasks', { desiredStatus: 'STOPPED', family: 'example', maxResults: 2, nextToken }) as {
        taskArns: string[];
        nextToken?: string;
      };
      expect(page.taskArns.length).toBeLessThanOrEqual(2);
      arns.push(...page.taskArns);
      nextToken = page.nextToken;
    }
    const stopped = [...cloud.ecs.tasks.values()].filter(({ desiredStatus }) => desiredStatus === 'STOPPED');
    expect(arns.sort()).toEqual(stopped.map((task) => task.arn).sort());
    expect(arns.length).toBeGreaterThan(4);
  });

  it('tells what is not there from what cannot be asked', () => {
    const arnOf = (name: string) => `arn:aws:ecs:us-east-1:111122223333:service/example/${name}`;
    expect(handle('DescribeServices', { services: ['absent'] })).toEqual({
      services: [],
      failures: [{ arn: arnOf('absent'), reason: 'MISSING' }],
    });
    expect(() => handle('DescribeServices', { cluster: 'absent', services: ['x'] })).toThrow(
      expect.objectContaining({ name: 'ClusterNotFoundException' }),
    );
    const { serviceDeployments } = handle('ListServiceDeployments', { service: arn, status: ['SUCCESSFUL'] }) as {
      serviceDeployments: { serviceDeploymentArn: string }[];
    };
    const { serviceDeploymentArn } = serviceDeployments[0]!;
    expect(() => handle('StopServiceDeployment', { serviceDeploymentArn })).toThrow(expect.objectContaining({ name: 'ConflictException' }));
  });

  it('does not take a task definition that was deregistered', async () => {
    const definition = await taskDefinition(cloud, {});
    handle('DeregisterTaskDefinition', { taskDefinition: definition });
    const properties = service(definition, undefined, { ServiceName: 'other' });
    await expect(create(cloud.ecs.provisioners, 'AWS::ECS::Service', properties)).rejects.toThrow('TaskDefinition is inactive');
  });

  it('does not take a target group that no load balancer knows', async () => {
    const { physicalId } = await create(cloud.elb.provisioners, 'AWS::ElasticLoadBalancingV2::TargetGroup', { Name: 'alone' });
    const properties = service(await taskDefinition(cloud, {}), physicalId, { ServiceName: 'other' });
    await expect(create(cloud.ecs.provisioners, 'AWS::ECS::Service', properties)).rejects.toThrow(
      'does not have an associated load balancer',
    );
  });

  it('is drained and gone when its stack is deleted', async () => {
    const tasks = found().primary.live;
    await cloud.ecs.provisioners['AWS::ECS::Service']!.remove!(arn, {}, at('Service'));
    expect(tasks.map(({ lastStatus }) => lastStatus)).toEqual(['STOPPED', 'STOPPED', 'STOPPED']);
    expect(handle('DescribeServices', { services: [arn] })).toMatchObject({ services: [{ status: 'INACTIVE', runningCount: 0 }] });
  });
});
