import { randomBytes } from 'node:crypto';
import * as sdk from '@aws-sdk/client-ecs';
import type { TaskInterface } from '../ec2/ec2.ts';
import type { Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { api } from './api/index.ts';
import type { EcsCollaborators } from './collaborators.ts';
import type { Deployment } from './deployment.ts';
import { interfaceId } from './describe-task.ts';
import { provisioners } from './provisioners.ts';
import { Scheduler } from './scheduler.ts';
import { EcsService, type ServiceConfiguration, type ServiceSettings } from './service.ts';
import { Task, type TaskRequest } from './task.ts';
import { TaskDefinitions } from './task-definition.ts';
import { stopped } from './words.ts';

// AWS describes a stopped task for an hour at least; so long a rehearsal seldom lasts.
const keptMilliseconds = 3_600_000;

/** Amazon ECS on Fargate: task definitions, services that deploy and heal themselves, and tasks that really run. */
export class Ecs {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly world: World;
  readonly with: EcsCollaborators;
  readonly taskDefinitions: TaskDefinitions;
  /** By name. */
  readonly clusters = new Map<string, { readonly arn: string; readonly createdAt: Date }>();
  /** By ARN. */
  readonly services = new Map<string, EcsService>();
  /** By ARN. */
  readonly tasks = new Map<string, Task>();
  /**
   * How CloudFormation takes it when ECS returns to the old version in mid-update: it fails the resource (`fails`), or it sees
   * a steady service and calls that success (`looks-stable`). AWS does not say; a release must survive both.
   * @default fails
   */
  reverted: 'fails' | 'looks-stable' = 'fails';
  private readonly schedulers = new Map<string, Scheduler>();

  constructor(world: World, collaborators: EcsCollaborators) {
    this.world = world;
    this.with = collaborators;
    this.taskDefinitions = new TaskDefinitions(this.arn('task-definition'));
    const client = new sdk.ECSClient(protocolOnly);
    this.service = { signingName: 'ecs', sdk, client, ...api(this) };
    this.provisioners = provisioners(this);
  }

  /** `arn:aws:ecs:REGION:ACCOUNT:` and the resource */
  arn(resource: string): string {
    const { partition, region, account } = this.world;
    return `arn:${partition}:ecs:${region}:${account}:${resource}`;
  }

  /** The name of a cluster that is given by name, by ARN or not at all. */
  clusterName(cluster = 'default'): string {
    return cluster.split('/').at(-1) ?? cluster;
  }

  createCluster(name: string): string {
    const arn = this.arn(`cluster/${name}`);
    this.clusters.set(name, { arn, createdAt: new Date() });
    return arn;
  }

  createService(
    name: string,
    cluster: string | undefined,
    configuration: ServiceConfiguration,
    settings: ServiceSettings,
    desiredCount: number,
  ): EcsService {
    const clusterName = this.clusterName(cluster);
    const arn = this.arn(`service/${clusterName}/${name}`);
    const service = new EcsService({ arn, name, clusterArn: this.arn(`cluster/${clusterName}`) }, settings, desiredCount, this.with.emit);
    service.deploy(configuration);
    this.services.set(arn, service);
    this.schedulers.set(arn, new Scheduler(service, this.world.clock, (of, deployment) => this.startServiceTask(of, deployment)));
    return service;
  }

  /** By ARN, or by name within a cluster. */
  findService(service: string, cluster?: string): EcsService | undefined {
    return this.services.get(service) ?? this.services.get(this.arn(`service/${this.clusterName(cluster)}/${service}`));
  }

  /** Drains and stops every task; the service stays to be described as INACTIVE. */
  async removeService(service: EcsService): Promise<void> {
    service.status = 'DRAINING';
    service.desiredCount = 0;
    this.schedulers.get(service.arn)?.close();
    const tasks = service.deployments.flatMap((deployment) => deployment.unfinished);
    await Promise.all(tasks.map((task) => task.stop('ServiceSchedulerInitiated', stopped.scaling(service.primary.id))));
    for (const deployment of service.deployments) deployment.settle('DELETED');
    service.status = 'INACTIVE';
  }

  startTask(request: TaskRequest): Task {
    this.forgetOldTasks();
    const id = randomBytes(16).toString('hex');
    const task = new Task(this.arn(`task/${this.clusterName(request.clusterArn)}/${id}`), request, this.world, this.with);
    this.tasks.set(task.arn, task);
    return task;
  }

  private startServiceTask(service: EcsService, deployment: Deployment): Task {
    const { taskDefinition, loadBalancers, networkConfiguration } = deployment.configuration;
    const { subnets = [], securityGroups = [] } = networkConfiguration?.awsvpcConfiguration ?? {};
    const subnetId = subnets[deployment.tasks.length % subnets.length];
    return this.startTask({
      ...(subnetId && { network: { subnetId, securityGroups } }),
      clusterArn: service.clusterArn,
      definition: this.taskDefinitions.find(taskDefinition)!,
      startedBy: deployment.id,
      group: `service:${service.name}`,
      serviceName: service.name,
      targetGroupArns: loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []),
    });
  }

  /** Interfaces of the tasks that live. */
  interfaces(): TaskInterface[] {
    const living = [...this.tasks.values()].filter(({ lastStatus }) => lastStatus !== 'STOPPED');
    const availabilityZone = `${this.world.region}a`;
    return living.flatMap((task) => {
      const { address, request } = task;
      return request.network ? [{ id: interfaceId(task), address, availabilityZone, ...request.network }] : [];
    });
  }

  private forgetOldTasks(): void {
    for (const [arn, { times }] of this.tasks) {
      if (times.stoppedAt && Date.now() - times.stoppedAt.getTime() > keptMilliseconds) this.tasks.delete(arn);
    }
  }

  /** Ends everything at once, without draining. */
  async stop(): Promise<void> {
    for (const scheduler of this.schedulers.values()) scheduler.close();
    const tasks = [...this.tasks.values()].filter(({ lastStatus }) => lastStatus !== 'STOPPED');
    const ended = tasks.map((task) => task.stop('UserInitiated', 'The rehearsal ended'));
    await this.with.executor.close();
    await Promise.all(ended);
  }
}
