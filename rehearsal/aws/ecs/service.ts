import { randomUUID } from 'node:crypto';
import type {
  DeploymentConfiguration,
  Service as Described,
  LoadBalancer,
  NetworkConfiguration,
  ServiceEvent,
  Tag,
} from '@aws-sdk/client-ecs';
import type { CloudEvent } from '../kernel.ts';
import { Deployment } from './deployment.ts';
import { rollout } from './words.ts';

/** What a deployment changes about a service. */
export interface ServiceConfiguration {
  /** ARN with a revision. */
  readonly taskDefinition: string;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly loadBalancers: readonly LoadBalancer[];
}

export interface ServiceSettings {
  readonly deploymentConfiguration: DeploymentConfiguration;
  /** AWS seconds in which the load balancer's verdict on a fresh task is not heard. */
  readonly healthCheckGracePeriodSeconds?: number;
  readonly tags: readonly Tag[];
}

const eventsKept = 100;

/** One service: what it wants, what it tries, and what it says of it. */
export class EcsService {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  readonly createdAt = new Date();
  readonly events: ServiceEvent[] = [];
  /** PRIMARY first, then older ones that still have tasks. */
  deployments: Deployment[] = [];
  /** All deployments ever, oldest first. */
  readonly history: Deployment[] = [];
  settings: ServiceSettings;
  desiredCount: number;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE' = 'ACTIVE';
  /** What a rollback returns to: the last deployment that completed. */
  lastCompleted?: Deployment;
  private readonly emit: (event: CloudEvent) => void;

  constructor(
    identity: { arn: string; name: string; clusterArn: string },
    settings: ServiceSettings,
    desiredCount: number,
    emit: (event: CloudEvent) => void,
  ) {
    this.arn = identity.arn;
    this.name = identity.name;
    this.clusterArn = identity.clusterArn;
    this.settings = settings;
    this.desiredCount = desiredCount;
    this.emit = emit;
  }

  get primary(): Deployment {
    return this.deployments[0]!;
  }

  /** Begins a deployment; one under way is superseded, its tasks stay until the successor's are healthy. */
  deploy(configuration: ServiceConfiguration): Deployment {
    const before = this.deployments[0];
    if (before) {
      before.status = 'ACTIVE';
      before.progress('STOPPED', 'A new service deployment was started.');
      before.settle('SUPERSEDED');
    }
    const deployment = new Deployment(this, configuration, before);
    this.deployments = [deployment, ...this.deployments];
    this.history.push(deployment);
    this.announce(deployment, 'SERVICE_DEPLOYMENT_IN_PROGRESS', rollout.inProgress(deployment.id));
    return deployment;
  }

  say(message: string): void {
    this.events.unshift({ id: randomUUID(), createdAt: new Date(), message: `(service ${this.name}) ${message}` });
    this.events.length = Math.min(this.events.length, eventsKept);
  }

  /** `ECS Deployment State Change` */
  announce(deployment: Deployment, eventName: string, reason: string): void {
    const eventType = eventName === 'SERVICE_DEPLOYMENT_FAILED' ? 'ERROR' : 'INFO';
    const detail = { eventType, eventName, deploymentId: deployment.id, updatedAt: new Date().toISOString(), reason };
    this.emit({ source: 'aws.ecs', 'detail-type': 'ECS Deployment State Change', resources: [this.arn], detail });
  }

  /** `ECS Service Action` */
  act(eventType: 'INFO' | 'WARN' | 'ERROR', eventName: string, more: Readonly<Record<string, unknown>> = {}): void {
    const detail = { eventType, eventName, clusterArn: this.clusterArn, createdAt: new Date().toISOString(), ...more };
    this.emit({ source: 'aws.ecs', 'detail-type': 'ECS Service Action', resources: [this.arn], detail });
  }

  get targetGroupArns(): string[] {
    return this.primary.configuration.loadBalancers.flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  }

  describe(): Described {
    const { configuration } = this.primary;
    const counts = this.deployments.map((deployment) => deployment.counts());
    return {
      serviceArn: this.arn,
      serviceName: this.name,
      clusterArn: this.clusterArn,
      status: this.status,
      desiredCount: this.desiredCount,
      runningCount: counts.reduce((sum, { runningCount }) => sum + runningCount, 0),
      pendingCount: counts.reduce((sum, { pendingCount }) => sum + pendingCount, 0),
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      platformFamily: 'Linux',
      schedulingStrategy: 'REPLICA',
      deploymentController: { type: 'ECS' },
      taskDefinition: configuration.taskDefinition,
      loadBalancers: [...configuration.loadBalancers],
      serviceRegistries: [],
      networkConfiguration: configuration.networkConfiguration,
      deploymentConfiguration: this.settings.deploymentConfiguration,
      healthCheckGracePeriodSeconds: this.settings.healthCheckGracePeriodSeconds,
      deployments: this.deployments.map((deployment) => deployment.describe(this.desiredCount)),
      currentServiceDeployment: this.history.findLast(({ state }) => /_PROGRESS|_REQUESTED/.test(state))?.arns.deployment,
      currentServiceRevisions: this.deployments.map((deployment) => {
        const { runningCount, pendingCount } = deployment.counts();
        const requestedTaskCount = deployment.status === 'PRIMARY' ? this.desiredCount : 0;
        return { arn: deployment.arns.revision, requestedTaskCount, runningTaskCount: runningCount, pendingTaskCount: pendingCount };
      }),
      events: this.events,
      createdAt: this.createdAt,
      tags: [...this.settings.tags],
      enableECSManagedTags: false,
      propagateTags: 'NONE',
      enableExecuteCommand: false,
    };
  }
}
