import { randomInt } from 'node:crypto';
import type {
  DeploymentConfiguration,
  DeploymentRolloutState,
  Deployment as Described,
  ServiceDeployment,
  ServiceDeploymentStatus,
} from '@aws-sdk/client-ecs';
import { randomSuffix } from '../physical-names.ts';
import { threshold } from './breaker.ts';
import type { ServiceConfiguration } from './service.ts';
import type { Task } from './task.ts';
import { rollout } from './words.ts';

/** How a deployment ended. */
export type Outcome = 'COMPLETED' | 'FAILED' | 'ROLLED_BACK' | 'ROLLBACK_FAILED' | 'SUPERSEDED' | 'DELETED';

/** A service's way to one configuration: DescribeServices calls it a deployment, the newer API a service deployment. */
export class Deployment {
  readonly id: string;
  readonly configuration: ServiceConfiguration;
  readonly createdAt = new Date();
  readonly tasks: Task[] = [];
  /** What it replaced when it began. */
  readonly source?: Deployment;
  readonly arns: { readonly service: string; readonly cluster: string; readonly deployment: string; readonly revision: string };
  status: 'PRIMARY' | 'ACTIVE' = 'PRIMARY';
  rolloutState: DeploymentRolloutState = 'IN_PROGRESS';
  rolloutStateReason: string;
  updatedAt = new Date();
  /** All that ever failed, as DescribeServices counts them. */
  failedTasks = 0;
  /** Those that the circuit breaker counts. */
  failures = 0;
  /** Failures since a task was last healthy: they slow down the next try. */
  inARow = 0;
  retryAt = 0;
  state: ServiceDeploymentStatus = 'IN_PROGRESS';
  stateReason?: string;
  finishedAt?: Date;
  stoppedAt?: Date;
  rollback?: ServiceDeployment['rollback'];
  readonly outcome: Promise<Outcome>;
  private settleOutcome!: (outcome: Outcome) => void;

  constructor(service: { arn: string; clusterArn: string }, configuration: ServiceConfiguration, source?: Deployment) {
    this.id = `ecs-svc/${digits(19)}`;
    this.configuration = configuration;
    this.source = source;
    const path = service.arn.split(':service/')[1];
    const prefix = service.arn.split(':service/')[0];
    this.arns = {
      service: service.arn,
      cluster: service.clusterArn,
      deployment: `${prefix}:service-deployment/${path}/${randomSuffix(21)}`,
      revision: `${prefix}:service-revision/${path}/${digits(19)}`,
    };
    this.rolloutStateReason = rollout.inProgress(this.id);
    this.outcome = new Promise((resolve) => {
      this.settleOutcome = resolve;
    });
  }

  settle(outcome: Outcome): void {
    this.settleOutcome(outcome);
  }

  change(rolloutState: DeploymentRolloutState, reason: string): void {
    Object.assign(this, { rolloutState, rolloutStateReason: reason, updatedAt: new Date() });
  }

  /** Moves the service deployment on; an end is final. */
  progress(state: ServiceDeploymentStatus, reason?: string): void {
    if (this.finishedAt || this.stoppedAt) return;
    this.state = state;
    this.stateReason = reason ?? this.stateReason;
    this.updatedAt = new Date();
    if (state === 'STOPPED') this.stoppedAt = new Date();
    if (['SUCCESSFUL', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'].includes(state)) this.finishedAt = new Date();
  }

  get live(): Task[] {
    return this.tasks.filter((task) => task.desiredStatus === 'RUNNING');
  }

  get unfinished(): Task[] {
    return this.tasks.filter((task) => task.lastStatus !== 'STOPPED');
  }

  counts(): { runningCount: number; pendingCount: number } {
    const unfinished = this.unfinished;
    const runningCount = unfinished.filter((task) => task.lastStatus === 'RUNNING').length;
    const before = ['PROVISIONING', 'PENDING', 'ACTIVATING'];
    return { runningCount, pendingCount: unfinished.filter((task) => before.includes(task.lastStatus)).length };
  }

  /** @param desiredCount of the service: an older deployment wants nothing any more */
  describe(desiredCount: number): Described {
    const { configuration } = this;
    return {
      id: this.id,
      status: this.status,
      taskDefinition: configuration.taskDefinition,
      desiredCount: this.status === 'PRIMARY' && this.rolloutState !== 'FAILED' ? desiredCount : 0,
      ...this.counts(),
      failedTasks: this.failedTasks,
      createdAt: this.createdAt,
      updatedAt: this.updatedAt,
      launchType: 'FARGATE',
      platformVersion: '1.4.0',
      platformFamily: 'Linux',
      networkConfiguration: configuration.networkConfiguration,
      rolloutState: this.rolloutState,
      rolloutStateReason: this.rolloutStateReason,
    };
  }

  /** @param configuration the service's deployment configuration @param requested the service's desired count */
  describeServiceDeployment(configuration: DeploymentConfiguration, requested: number): ServiceDeployment {
    const breaker = configuration.deploymentCircuitBreaker;
    const limit = threshold(breaker, requested);
    const summary = (deployment: Deployment, requestedTaskCount: number) => {
      const { runningCount, pendingCount } = deployment.counts();
      return { arn: deployment.arns.revision, requestedTaskCount, runningTaskCount: runningCount, pendingTaskCount: pendingCount };
    };
    const monitoring = this.state === 'IN_PROGRESS' ? 'MONITORING' : 'MONITORING_COMPLETE';
    return {
      serviceDeploymentArn: this.arns.deployment,
      serviceArn: this.arns.service,
      clusterArn: this.arns.cluster,
      createdAt: this.createdAt,
      startedAt: this.createdAt,
      finishedAt: this.finishedAt,
      stoppedAt: this.stoppedAt,
      updatedAt: this.updatedAt,
      status: this.state,
      statusReason: this.stateReason,
      lifecycleStage: this.state === 'IN_PROGRESS' ? 'SCALE_UP' : undefined,
      sourceServiceRevisions: this.source ? [summary(this.source, 0)] : [],
      targetServiceRevision: summary(this, requested),
      deploymentConfiguration: configuration,
      rollback: this.rollback,
      deploymentCircuitBreaker: {
        status: !breaker?.enable ? 'DISABLED' : this.failures >= limit ? 'TRIGGERED' : monitoring,
        failureCount: this.failures,
        threshold: limit,
      },
    };
  }
}

const digits = (count: number) => Array.from({ length: count }, (_, at) => randomInt(at === 0 ? 1 : 0, 10)).join('');
