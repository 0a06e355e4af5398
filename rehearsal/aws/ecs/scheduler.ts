import type { Clock } from '../../clock.ts';
import { retryDelay, threshold } from './breaker.ts';
import type { Deployment } from './deployment.ts';
import type { EcsService } from './service.ts';
import type { Task } from './task.ts';
import { event, rollout, stopped } from './words.ts';

// AWS seconds between two looks at a service.
const lookSeconds = 1;
// A fresh process needs real time before its load balancer's verdict counts.
const shortestGraceMilliseconds = 5000;
const impairedAfter = 3;

/** Starts and stops tasks until the service is as it should be, and again whenever it is not. */
export class Scheduler {
  private readonly service: EcsService;
  private readonly clock: Clock;
  private readonly startTask: (service: EcsService, deployment: Deployment) => Task;
  private readonly counted = new Set<Task>();
  private readonly wasHealthy = new Set<Task>();
  private readonly registered = new Set<Task>();
  private steady = false;
  private timer?: NodeJS.Timeout;

  constructor(service: EcsService, clock: Clock, startTask: (service: EcsService, deployment: Deployment) => Task) {
    this.service = service;
    this.clock = clock;
    this.startTask = startTask;
    this.look();
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private look(): void {
    const { service } = this;
    for (const deployment of service.deployments) this.count(deployment);
    for (const deployment of service.deployments) this.heed(deployment);
    this.guard();
    this.scale();
    this.settle();
    this.timer = setTimeout(() => this.look(), this.clock.milliseconds(lookSeconds));
  }

  /** Notes tasks that failed, and those that became healthy. */
  private count(deployment: Deployment): void {
    const { service } = this;
    for (const task of deployment.tasks) {
      if (task.times.startedAt && !this.registered.has(task)) {
        this.registered.add(task);
        for (const arn of service.targetGroupArns) service.say(event.registered(arn));
      }
      if (task.healthy && !this.wasHealthy.has(task)) {
        this.wasHealthy.add(task);
        deployment.inARow = 0;
        if (service.settings.deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask ?? true) deployment.failures = 0;
      }
      if (task.lastStatus === 'STOPPED' && !this.counted.has(task)) this.ended(deployment, task);
    }
  }

  private ended(deployment: Deployment, task: Task): void {
    this.counted.add(task);
    const { service } = this;
    const scaled = task.stoppedReason?.startsWith('Scaling activity') || task.stopCode === 'UserInitiated';
    if (scaled || service.status !== 'ACTIVE') return;
    deployment.failedTasks += 1;
    deployment.failures += deployment.rolloutState === 'IN_PROGRESS' ? 1 : 0;
    deployment.inARow += 1;
    deployment.updatedAt = new Date();
    deployment.retryAt = Date.now() + this.clock.milliseconds(retryDelay(deployment.inARow));
    if (task.stopCode === 'TaskFailedToStart') service.say(event.unable(task.stoppedReason ?? ''));
    if (deployment.inARow % impairedAfter !== 0) return;
    service.say(event.impaired);
    service.act('WARN', 'SERVICE_TASK_START_IMPAIRED');
  }

  /** Stops tasks that fail their checks, the container's own or the load balancer's; while a task is young, neither counts. */
  private heed(deployment: Deployment): void {
    const { service } = this;
    const seconds = service.settings.healthCheckGracePeriodSeconds ?? 0;
    const grace = seconds > 0 ? Math.max(this.clock.milliseconds(seconds), shortestGraceMilliseconds) : 0;
    for (const task of deployment.tasks.filter(({ running }) => running)) {
      const young = Date.now() - (task.times.startedAt?.getTime() ?? 0) < grace;
      if (young && !this.wasHealthy.has(task)) continue;
      if (task.healthStatus === 'UNHEALTHY') {
        service.say(event.containerUnhealthy(task.arn));
        void task.stop('ServiceSchedulerInitiated', stopped.container);
        continue;
      }
      const sick = task.sickTarget(['healthy', 'initial', 'unused', 'draining']);
      if (!sick) continue;
      service.say(event.unhealthy(task.port, sick.targetGroupArn, sick.description));
      void task.stop('ServiceSchedulerInitiated', stopped.elb(sick.targetGroupArn));
    }
  }

  /** The circuit breaker, and a person who asked to roll back. */
  private guard(): void {
    const { primary, lastCompleted, settings, desiredCount } = this.service;
    const breaker = settings.deploymentConfiguration.deploymentCircuitBreaker;
    if (primary.state === 'ROLLBACK_REQUESTED' && lastCompleted) {
      this.rollBack(primary, lastCompleted, rollout.stopRollback(lastCompleted.id));
    } else if (breaker?.enable && primary.rolloutState === 'IN_PROGRESS' && primary.failures >= threshold(breaker, desiredCount)) {
      this.trip(primary, breaker.rollback === true);
    }
  }

  private trip(failed: Deployment, rollback: boolean): void {
    const { service } = this;
    const { lastCompleted } = service;
    service.say(event.failed(failed.id));
    service.announce(failed, 'SERVICE_DEPLOYMENT_FAILED', rollout.breaker);
    if (rollback && lastCompleted && lastCompleted !== failed) {
      this.rollBack(failed, lastCompleted, rollout.breakerRollback(lastCompleted.id));
      return;
    }
    failed.change('FAILED', rollout.breaker);
    const returning = service.history.find((each) => each.state === 'ROLLBACK_IN_PROGRESS');
    returning?.progress('ROLLBACK_FAILED', rollout.breaker);
    returning?.settle('ROLLBACK_FAILED');
    failed.progress('STOPPED', rollout.breaker);
    failed.settle('FAILED');
    for (const task of failed.live) void task.stop('ServiceSchedulerInitiated', stopped.scaling(failed.id));
  }

  /** ECS's own rollback: the last good deployment becomes primary again, with its tasks that still run. */
  private rollBack(failed: Deployment, good: Deployment, reason: string): void {
    const { service } = this;
    failed.change('FAILED', failed.state === 'ROLLBACK_REQUESTED' ? reason : rollout.breaker);
    failed.status = 'ACTIVE';
    failed.rollback = { reason, startedAt: new Date(), serviceRevisionArn: good.arns.revision };
    failed.progress('ROLLBACK_IN_PROGRESS', reason);
    good.status = 'PRIMARY';
    good.failures = 0;
    good.change('IN_PROGRESS', reason);
    service.deployments = [good, ...service.deployments.filter((each) => each !== good)];
    service.say(event.rollingBack(good.id));
    service.announce(good, 'SERVICE_DEPLOYMENT_IN_PROGRESS', reason);
    this.steady = false;
  }

  private scale(): void {
    const { service } = this;
    const { primary, desiredCount } = service;
    if (primary.rolloutState === 'FAILED') return;
    const { maximumPercent = 200, minimumHealthyPercent = 100 } = service.settings.deploymentConfiguration;
    const unfinished = service.deployments.flatMap((deployment) => deployment.unfinished).length;
    const most = Math.floor((desiredCount * maximumPercent) / 100);
    const missing = Math.min(desiredCount - primary.live.length, most - unfinished);
    if (missing > 0 && Date.now() >= primary.retryAt) {
      const started = Array.from({ length: missing }, () => this.startTask(service, primary));
      primary.tasks.push(...started);
      service.say(event.started(started.map(({ arn }) => arn)));
    }
    const surplus = primary.live.slice(desiredCount);
    const old = service.deployments.slice(1).flatMap((deployment) => deployment.live);
    const healthy = [...primary.live, ...old].filter((task) => task.healthy).length;
    const spare = Math.max(0, healthy - Math.ceil((desiredCount * minimumHealthyPercent) / 100));
    const useless = old.filter((task) => !task.healthy);
    const replaced = old.filter((task) => task.healthy).slice(0, spare);
    this.stopTasks([...surplus, ...useless, ...replaced]);
  }

  private stopTasks(tasks: Task[]): void {
    if (tasks.length === 0) return;
    const { service } = this;
    const targets = service.targetGroupArns;
    if (targets.length > 0) service.say(event.draining(tasks.length));
    for (const arn of targets) for (const _ of tasks) service.say(event.deregistered(arn));
    service.say(event.stopped(tasks.map(({ arn }) => arn)));
    for (const task of tasks) void task.stop('ServiceSchedulerInitiated', stopped.scaling(service.primary.id));
  }

  /** Steady: every wanted task is healthy and nothing older is left. */
  private settle(): void {
    const { service } = this;
    const { primary } = service;
    const older = service.deployments.slice(1);
    const healthy = primary.live.length === service.desiredCount && primary.live.every((task) => task.healthy);
    const done =
      healthy && older.every((deployment) => deployment.unfinished.length === 0) && primary.unfinished.length === primary.live.length;
    if (done && !this.steady) {
      service.say(event.steady);
      service.act('INFO', 'SERVICE_STEADY_STATE');
    }
    this.steady = done;
    if (!done || primary.rolloutState !== 'IN_PROGRESS') return;
    service.deployments = [primary];
    service.lastCompleted = primary;
    primary.change('COMPLETED', rollout.completed(primary.id));
    service.say(event.completed(primary.id));
    service.announce(primary, 'SERVICE_DEPLOYMENT_COMPLETED', rollout.completed(primary.id));
    for (const failed of service.history.filter((each) => each.state === 'ROLLBACK_IN_PROGRESS')) {
      failed.progress('ROLLBACK_SUCCESSFUL');
      failed.settle('ROLLED_BACK');
    }
    primary.progress('SUCCESSFUL');
    primary.settle('COMPLETED');
  }
}
