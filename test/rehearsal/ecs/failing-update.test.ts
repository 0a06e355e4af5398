import type { Properties } from '../../../rehearsal/aws/kernel.ts';
import { at, create, type ExampleCloud, exampleCloud, loadBalancer, service, taskDefinition } from './example-cloud.ts';

const breakerSaid =
  /^Resource handler returned message: "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'\." \(RequestToken: [0-9a-f-]{36}, HandlerErrorCode: GeneralServiceException\)$/;

describe('an update that fails', () => {
  let cloud: ExampleCloud;
  beforeAll(async () => {
    cloud = await exampleCloud();
  });
  afterAll(() => cloud.close());

  let services = 0;

  /** A service that runs a good version, and how to update it. */
  const running = async (breaker: { Rollback?: boolean; count?: number } = {}) => {
    const { ecs } = cloud;
    const balancer = await loadBalancer(cloud);
    services += 1;
    const ServiceName = `example-service-${services}`;
    const running = async (environment: Record<string, string>, container: Properties = {}) => {
      const properties = service(await taskDefinition(cloud, environment, container), balancer.targetGroupArn, { ServiceName });
      const { DeploymentCircuitBreaker } = properties['DeploymentConfiguration'];
      DeploymentCircuitBreaker.Rollback = breaker.Rollback ?? true;
      DeploymentCircuitBreaker.ThresholdConfiguration.Value = breaker.count ?? 2;
      return properties;
    };
    const good = await running({ VERSION: '1.0.0' });
    const { physicalId } = await create(ecs.provisioners, 'AWS::ECS::Service', good);
    const update = async (to: Properties, from: Properties, where = at('Service')) =>
      ecs.provisioners['AWS::ECS::Service']!.update!(physicalId, to, from, where);
    const found = ecs.services.get(physicalId)!;
    return { ...balancer, good, running, update, found, before: found.primary.tasks[0]!, name: ServiceName };
  };
  const tasksOf = (name: string) => [...cloud.ecs.tasks.values()].filter(({ serviceName }) => serviceName === name);

  it('trips the breaker on a crash loop; ECS returns to the tasks that still run', async () => {
    const { good, running: version, update, found, before, url, name } = await running();
    const bad = await version({ BEHAVIOUR: 'crash' });
    await expect(update(bad, good)).rejects.toThrow(breakerSaid);

    expect(found.primary.live).toEqual([before]);
    expect((await fetch(url)).status).toBe(200);
    const listed = cloud.ecs.service.handlers['ListServiceDeployments']!({ service: found.arn }, call);
    expect(listed).toMatchObject({ serviceDeployments: [{ status: 'ROLLBACK_SUCCESSFUL' }, { status: 'SUCCESSFUL' }] });
    const crashed = tasksOf(name)
      .filter(({ lastStatus }) => lastStatus === 'STOPPED')
      .map((task) => task.describe());
    expect(crashed[0]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      startedBy: expect.stringMatching(/^ecs-svc\/\d+$/),
      group: `service:${name}`,
      containers: [{ name: 'webhook', exitCode: 1, lastStatus: 'STOPPED', imageDigest: expect.stringMatching(/^sha256:/) }],
    });
    const stream = `service/webhook/${crashed[0]!.taskArn!.split('/').at(-1)}`;
    expect(cloud.lines.filter((each) => each.stream === stream).map(({ line }) => line)).toEqual([
      'example starts as crash',
      'example cannot start',
    ]);
    const said = found.events.map(({ message }) => message);
    expect(said).toContain(`(service ${name}) rolling back to deployment ${found.primary.id}.`);
    const announced = cloud.events.filter(
      (event) => event['detail-type'] === 'ECS Deployment State Change' && event.resources?.[0] === found.arn,
    );
    expect(announced.map(({ detail }) => (detail as { eventName: string }).eventName)).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_FAILED',
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
    ]);

    // CloudFormation then rolls back to what ECS already runs.
    const deployments = found.history.length;
    await update(good, bad);
    expect(found.history).toHaveLength(deployments);
  });

  it('cold-starts the old version when CloudFormation rolls back what ECS has not', async () => {
    const { good, running: version, update, found, before } = await running({ Rollback: false });
    const bad = await version({ BEHAVIOUR: 'crash' });
    await expect(update(bad, good)).rejects.toThrow(breakerSaid);
    expect(found.primary).toMatchObject({
      rolloutState: 'FAILED',
      rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
    });
    expect(before.running).toBe(true);

    await update(good, bad);
    expect(found.primary.live).not.toContain(before);
    expect(found.primary).toMatchObject({ rolloutState: 'COMPLETED' });
    expect(before.describe()).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' });
  });

  it('stops a task that fails its health checks, in the words of ECS', async () => {
    const { good, running: version, update, found, targetGroupArn, name } = await running({ count: 1 });
    const bad = await version({ BEHAVIOUR: 'sick' });
    await expect(update(bad, good)).rejects.toThrow(breakerSaid);
    const said = found.events.map(({ message }) => message);
    const unhealthy = `(service ${name}) (port 5000) is unhealthy in (target-group ${targetGroupArn}) due to (reason Health checks failed with these codes: [503]).`;
    expect(said).toContain(unhealthy);
    const sick = tasksOf(name).find(({ stoppedReason }) => stoppedReason?.includes('ELB'));
    expect(sick?.stoppedReason).toBe(`Task failed ELB health checks in (target-group ${targetGroupArn})`);
  });

  it('stops a task that fails its container’s own check, in the words of ECS, and not before the grace is over', async () => {
    const { good, running: version, update, found, name } = await running({ count: 1 });
    const Command = ['CMD', 'node', '-e', 'process.exit(1)'];
    const bad = await version({ VERSION: '2.0.0' }, { HealthCheck: { Command, Interval: 5, Retries: 2 } });
    await expect(update(bad, good)).rejects.toThrow(breakerSaid);
    const sick = tasksOf(name).find(({ stoppedReason }) => stoppedReason === 'Task failed container health checks');
    expect(found.events.map(({ message }) => message)).toContain(
      `(service ${name}) (task ${sick?.arn.split('/').at(-1)}) failed container health checks.`,
    );
    const { startedAt, stoppingAt } = sick!.times;
    expect(stoppingAt!.getTime() - startedAt!.getTime()).toBeGreaterThanOrEqual(5000);
  }, 30_000);

  it('rolls back when a person stops the deployment', async () => {
    const { good, running: version, update, found, before } = await running();
    const next = update(await version({ BEHAVIOUR: 'mute' }), good);
    const deployment = found.primary;
    cloud.ecs.service.handlers['StopServiceDeployment']!({ serviceDeploymentArn: deployment.arns.deployment }, call);
    await expect(next).rejects.toThrow(breakerSaid);
    expect(deployment).toMatchObject({ state: 'ROLLBACK_SUCCESSFUL', rolloutState: 'FAILED' });
    expect(found.primary.live).toEqual([before]);
  });

  it('is over for CloudFormation when the operation is cancelled, while ECS goes on', async () => {
    const { good, running: version, update, found } = await running();
    const cancel = new AbortController();
    const next = update(await version({ VERSION: '2.0.0' }), good, at('Service', cancel.signal));
    cancel.abort(new Error('Resource update cancelled'));
    await expect(next).rejects.toThrow('Resource update cancelled');
    expect(found.primary.rolloutState).toBe('IN_PROGRESS');
    expect(await found.primary.outcome).toBe('COMPLETED');
  });

  it('has nothing to return to on a first deployment', async () => {
    const { ecs } = cloud;
    const properties = service(await taskDefinition(cloud, { BEHAVIOUR: 'crash' }));
    const told: string[] = [];
    const where = { ...at('Service'), initiated: (id: string) => told.push(id) };
    await expect(create(ecs.provisioners, 'AWS::ECS::Service', properties, where)).rejects.toThrow(breakerSaid);
    const found = ecs.services.get(told[0]!)!;
    expect(found.primary).toMatchObject({ rolloutState: 'FAILED', failedTasks: 2 });
    await ecs.provisioners['AWS::ECS::Service']!.remove!(told[0]!, properties, at('Service'));
    expect(found.status).toBe('INACTIVE');
  });
});

const call = { service: 'ecs', operation: 'example', requestId: 'example', principal: { arn: 'arn:aws:iam::111122223333:user/operator' } };
