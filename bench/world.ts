import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../rehearsal/aws/cloud.ts';
import { EndedTask } from '../rehearsal/aws/ecs/ended-task.ts';
import { Clock } from '../rehearsal/clock.ts';
import { logLine } from './lines.ts';

/** What the collecting process is told. */
export interface BenchWorld {
  readonly environment: Readonly<Record<string, string>>;
  readonly clusterArn: string;
  readonly serviceArn: string;
  readonly bucket: string;
  readonly secretName: string;
  readonly group: string;
  readonly prefix: string;
  stop(): Promise<void>;
}

const group = '/release/example/service';
const prefix = 'service';
const secretName = 'example/benchling';
const stackName = 'ExampleService';

/** A stand-in for AWS that holds a service with this many stopped tasks, each with its log. */
export async function startWorld(tasks: number, linesEach: number): Promise<BenchWorld> {
  const home = mkdtempSync(join(tmpdir(), 'bench-'));
  const [account, region] = ['111122223333', 'us-east-1'];
  const cloud = new Cloud({
    home,
    account,
    region,
    clock: new Clock(1),
    containers: 'process',
    packages: process.cwd(),
    code: () => undefined,
    platform: () => ({}),
  });
  const endpoint = await cloud.start();
  cloud.s3.createBucket('example-diagnostics');
  const text = JSON.stringify({ tenant: 'example', client_id: 'example-client-id', client_secret: 'example-client-secret-of-the-bench' });
  cloud.secretsmanager.put(secretName, text.replace('of-the-bench', 'before'));
  cloud.secretsmanager.put(secretName, text);
  const { clusterArn, serviceArn } = await fill(cloud, tasks, linesEach);
  return {
    environment: { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, ...cloud.iam.operatorCredentials() },
    clusterArn,
    serviceArn,
    bucket: 'example-diagnostics',
    secretName,
    group,
    prefix,
    async stop() {
      await cloud.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A service that wants no task, as a stack makes it, with an hour of tasks that ended behind it. */
async function fill({ cloudformation, ecs, logs, world }: Cloud, tasks: number, linesEach: number) {
  const { ClusterArn: clusterArn = '', ServiceArn: serviceArn = '' } = await cloudformation.deploy({
    stackName,
    template: JSON.stringify(template(world.region)),
  });
  const service = ecs.findService(serviceArn)!;
  const definition = ecs.taskDefinitions.find(service.primary.configuration.taskDefinition)!;
  const request = { clusterArn, definition, startedBy: service.primary.id, group: `service:${service.name}`, serviceName: service.name };
  for (let task = 0; task < tasks; task += 1) {
    const id = task.toString(16).padStart(32, '0');
    const arn = ecs.arn(`task/${ecs.clusterName(clusterArn)}/${id}`);
    ecs.tasks.set(arn, new EndedTask(arn, request, world, ecs.with, 1));
    for (let line = 0; line < linesEach; line += 1) logs.put(group, `${prefix}/webhook/${id}`, logLine(task, line));
  }
  return { clusterArn, serviceArn };
}

const template = (region: string) => ({
  Resources: {
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: group } },
    Cluster: { Type: 'AWS::ECS::Cluster' },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'example',
        ContainerDefinitions: [
          {
            Name: 'webhook',
            Image: 'example',
            Essential: true,
            LogConfiguration: {
              LogDriver: 'awslogs',
              Options: { 'awslogs-group': group, 'awslogs-stream-prefix': prefix, 'awslogs-region': region },
            },
          },
        ],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: { Cluster: { Ref: 'Cluster' }, TaskDefinition: { Ref: 'Task' }, DesiredCount: 0 },
    },
  },
  Outputs: { ClusterArn: { Value: { 'Fn::GetAtt': ['Cluster', 'Arn'] } }, ServiceArn: { Value: { Ref: 'Service' } } },
});
