import { Ecr } from '../../../rehearsal/aws/ecr/ecr.ts';
import { Ecs } from '../../../rehearsal/aws/ecs/ecs.ts';
import type { Executor } from '../../../rehearsal/aws/ecs/executors/executor.ts';
import { ProcessExecutor } from '../../../rehearsal/aws/ecs/executors/process-executor.ts';
import { ElasticLoadBalancing } from '../../../rehearsal/aws/elasticloadbalancing/elastic-load-balancing.ts';
import type { CloudEvent, Hooks, Permission, Principal, Properties, Provisioning } from '../../../rehearsal/aws/kernel.ts';
import { exampleWorld } from '../example-world.ts';
import { pushExampleImage } from './example-image.ts';

export interface ExampleCloud extends Awaited<ReturnType<typeof exampleCloud>> {}

/** ECS, a load balancer and a registry that are real; roles, logs, secrets and events that only remember. */
export async function exampleCloud({ executor, scale = 0.02 }: { executor?: (ecr: Ecr, home: string) => Executor; scale?: number } = {}) {
  const hooks: { -readonly [Name in keyof Hooks]: Hooks[Name] } = {};
  const world = exampleWorld(hooks, scale);
  world.listensAt('http://127.0.0.1:1');
  const events: CloudEvent[] = [];
  const lines: { group: string; stream: string; line: string }[] = [];
  const denied = new Set<string>();
  const secrets = new Map<string, string>();
  const ecr = new Ecr(world, { emit: (event) => events.push(event) });
  await ecr.start();
  const elb = new ElasticLoadBalancing(world);
  const ecs = new Ecs(world, {
    ecr,
    elb,
    executor: executor?.(ecr, world.home) ?? new ProcessExecutor(world, () => ecr.token()),
    emit: (event) => void events.push(event),
    iam: {
      assume: async (arn) => ({ arn }),
      credentials: async () => ({ AWS_ACCESS_KEY_ID: 'example', AWS_SECRET_ACCESS_KEY: 'example', AWS_SESSION_TOKEN: 'example' }),
      async authorize({ arn }: Principal, { action, resource }: Permission) {
        if (denied.has(action)) throw new Error(`User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`);
      },
    },
    logs: { put: (group, stream, line) => void lines.push({ group, stream, line }), hasGroup: (group) => group === '/example' },
    secrets: { current: (id) => secrets.get(id) },
  });
  await create(ecr.provisioners, 'AWS::ECR::Repository', { RepositoryName: 'example/webhook', ImageTagMutability: 'IMMUTABLE' });
  await create(ecs.provisioners, 'AWS::ECS::Cluster', { ClusterName: 'example' });
  return {
    world,
    hooks,
    events,
    lines,
    denied,
    secrets,
    ecr,
    elb,
    ecs,
    image: await pushExampleImage(ecr, world.home, 'example/webhook'),
    async close(): Promise<void> {
      await ecs.stop();
      await elb.stop();
      await ecr.stop();
      world.remove();
    },
  };
}

export const at = (logicalId: string, signal = new AbortController().signal): Provisioning => ({
  stackName: 'StagingService',
  stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/StagingService/example',
  logicalId,
  signal,
  tags: {},
});

/** Creates a resource as CloudFormation would. */
export async function create(provisioners: Ecs['provisioners'], type: string, properties: Properties, where = at(type.split('::')[2]!)) {
  const { physicalId, attributes = {} } = await provisioners[type]!.create(properties, where);
  return { physicalId, attributes };
}

export async function taskDefinition(
  { ecs, image }: ExampleCloud,
  environment: Record<string, string>,
  more: Properties = {},
): Promise<string> {
  const { physicalId } = await create(ecs.provisioners, 'AWS::ECS::TaskDefinition', {
    Family: 'example',
    Cpu: '512',
    Memory: '1024',
    ExecutionRoleArn: 'arn:aws:iam::111122223333:role/example-execution',
    TaskRoleArn: 'arn:aws:iam::111122223333:role/example-task',
    ContainerDefinitions: [
      {
        Name: 'webhook',
        Image: image,
        PortMappings: [{ ContainerPort: 5000 }],
        Environment: Object.entries(environment).map(([Name, Value]) => ({ Name, Value })),
        LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': '/example', 'awslogs-stream-prefix': 'service' } },
        ...more,
      },
    ],
  });
  return physicalId;
}

/** A load balancer that forwards everything to one group. */
export async function loadBalancer({ elb }: ExampleCloud, group: Properties = {}) {
  const balancer = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::LoadBalancer', { Name: 'example' });
  const { physicalId: targetGroupArn } = await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::TargetGroup', {
    Port: 5000,
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 5,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
    ...group,
  });
  await create(elb.provisioners, 'AWS::ElasticLoadBalancingV2::Listener', {
    LoadBalancerArn: balancer.physicalId,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
  });
  return { url: `http://${balancer.attributes['DNSName']}`, targetGroupArn, arn: balancer.physicalId };
}

/** Properties of a service; the breaker acts at two failures. */
export const service = (arn: string, targetGroupArn?: string, more: Properties = {}): Properties => ({
  ServiceName: 'example-service',
  Cluster: 'example',
  TaskDefinition: arn,
  ...(targetGroupArn && { HealthCheckGracePeriodSeconds: 60 }),
  DeploymentConfiguration: {
    MaximumPercent: 200,
    MinimumHealthyPercent: 100,
    DeploymentCircuitBreaker: {
      Enable: true,
      Rollback: true,
      ResetOnHealthyTask: false,
      ThresholdConfiguration: { Type: 'COUNT', Value: 2 },
    },
  },
  ...(targetGroupArn && { LoadBalancers: [{ TargetGroupArn: targetGroupArn, ContainerName: 'webhook', ContainerPort: 5000 }] }),
  ...more,
});
