import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Permission } from '../../../rehearsal/aws/kernel.ts';
import { createWire, type Wire } from '../../../rehearsal/aws/wire/server.ts';
import { create, type ExampleCloud, exampleCloud, loadBalancer, service, taskDefinition } from './example-cloud.ts';

describe('a service, seen through the clients of the SDK', () => {
  let cloud: ExampleCloud;
  let wire: Wire;
  let targetGroupArn: string;
  const asked: Permission[] = [];
  const clients: { ecs: ecs.ECSClient; elb: elb.ElasticLoadBalancingV2Client; ecr: ecr.ECRClient } = {} as never;

  beforeAll(async () => {
    cloud = await exampleCloud();
    const authority = {
      principal: () => ({ arn: 'arn:aws:iam::111122223333:user/operator' }),
      authorize: async (_: unknown, permission: Permission) => void asked.push(permission),
    };
    wire = createWire(cloud.world, authority, [cloud.ecs.service, cloud.elb.service, cloud.ecr.service]);
    const credentials = { accessKeyId: 'example', secretAccessKey: 'example' };
    const config = { region: 'us-east-1', endpoint: await wire.listen(), credentials };
    Object.assign(clients, {
      ecs: new ecs.ECSClient(config),
      elb: new elb.ElasticLoadBalancingV2Client(config),
      ecr: new ecr.ECRClient(config),
    });
    ({ targetGroupArn } = await loadBalancer(cloud));
    const properties = service(await taskDefinition(cloud, { VERSION: '1.0.0' }), targetGroupArn);
    await create(cloud.ecs.provisioners, 'AWS::ECS::Service', properties);
  });
  afterAll(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await wire.close();
    await cloud.close();
  });

  it('describes the service, its deployment and its task', async () => {
    const described = await clients.ecs.send(new ecs.DescribeServicesCommand({ cluster: 'example', services: ['example-service'] }));
    const [found] = described.services!;
    expect(found).toMatchObject({ status: 'ACTIVE', runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] });
    expect(found!.events![0]!.createdAt).toBeInstanceOf(Date);
    const listed = await clients.ecs.send(new ecs.ListTasksCommand({ cluster: 'example', serviceName: 'example-service' }));
    const { tasks } = await clients.ecs.send(new ecs.DescribeTasksCommand({ cluster: 'example', tasks: listed.taskArns }));
    expect(tasks![0]).toMatchObject({
      lastStatus: 'RUNNING',
      startedBy: found!.deployments![0]!.id,
      containers: [{ lastStatus: 'RUNNING' }],
    });
    expect(tasks![0]!.startedAt!.getTime()).toBeGreaterThanOrEqual(tasks![0]!.pullStartedAt!.getTime());
    const { taskDefinition: definition } = await clients.ecs.send(
      new ecs.DescribeTaskDefinitionCommand({ taskDefinition: found!.taskDefinition }),
    );
    expect(definition).toMatchObject({ family: 'example', status: 'ACTIVE', containerDefinitions: [{ image: cloud.image }] });
  });

  it('describes service deployments and revisions', async () => {
    const { serviceDeployments } = await clients.ecs.send(
      new ecs.ListServiceDeploymentsCommand({ cluster: 'example', service: 'example-service' }),
    );
    const [brief] = serviceDeployments!;
    const full = await clients.ecs.send(
      new ecs.DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [brief!.serviceDeploymentArn!, 'arn:absent'] }),
    );
    expect(full.serviceDeployments).toMatchObject([{ status: 'SUCCESSFUL', deploymentCircuitBreaker: { threshold: 2, failureCount: 0 } }]);
    expect(full.failures).toMatchObject([{ arn: 'arn:absent', reason: 'MISSING' }]);
    const { serviceRevisions } = await clients.ecs.send(
      new ecs.DescribeServiceRevisionsCommand({ serviceRevisionArns: [brief!.targetServiceRevisionArn!] }),
    );
    expect(serviceRevisions).toMatchObject([{ containerImages: [{ imageDigest: cloud.image.split('@')[1] }] }]);
  });

  it('agrees with the load balancer on where the task is', async () => {
    const { TargetHealthDescriptions: described } = await clients.elb.send(
      new elb.DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
    );
    const [task] = [...cloud.ecs.tasks.values()];
    expect(described).toMatchObject([{ Target: { Id: task!.address, Port: 5000 }, TargetHealth: { State: 'healthy' } }]);
    const details = task!.describe().attachments![0]!.details;
    expect(details).toContainEqual({ name: 'privateIPv4Address', value: task!.address });
    const { TargetGroups } = await clients.elb.send(new elb.DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroupArn] }));
    const { Listeners } = await clients.elb.send(
      new elb.DescribeListenersCommand({ LoadBalancerArn: TargetGroups![0]!.LoadBalancerArns![0] }),
    );
    expect(Listeners).toMatchObject([{ Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }] }]);
  });

  it('throws the exceptions that the clients know', async () => {
    const absent = `${targetGroupArn}absent`;
    await expect(clients.elb.send(new elb.DescribeTargetHealthCommand({ TargetGroupArn: absent }))).rejects.toThrow(
      elb.TargetGroupNotFoundException,
    );
    await expect(clients.ecs.send(new ecs.DescribeServicesCommand({ cluster: 'absent', services: ['x'] }))).rejects.toThrow(
      ecs.ClusterNotFoundException,
    );
    const images = new ecr.DescribeImagesCommand({ repositoryName: 'example/webhook', imageIds: [{ imageTag: 'absent' }] });
    await expect(clients.ecr.send(images)).rejects.toThrow(ecr.ImageNotFoundException);
  });

  it('asks for the right that each call needs', async () => {
    asked.length = 0;
    await clients.ecs.send(new ecs.ListTasksCommand({ cluster: 'example' }));
    await clients.ecr.send(new ecr.ListImagesCommand({ repositoryName: 'example/webhook' }));
    expect(asked).toEqual([
      { action: 'ecs:ListTasks', resource: '*', context: { 'ecs:cluster': 'arn:aws:ecs:us-east-1:111122223333:cluster/example' } },
      { action: 'ecr:ListImages', resource: 'arn:aws:ecr:us-east-1:111122223333:repository/example/webhook' },
    ]);
  });

  it('needs a right for every operation it answers', () => {
    for (const { handlers, permissions } of [cloud.ecs.service, cloud.elb.service, cloud.ecr.service]) {
      expect(Object.keys(permissions).sort()).toEqual(Object.keys(handlers).sort());
    }
  });
});
