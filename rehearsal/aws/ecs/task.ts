import { randomBytes } from 'node:crypto';
import type { Task as Described, KeyValuePair } from '@aws-sdk/client-ecs';
import type { World } from '../kernel.ts';
import type { EcsCollaborators } from './collaborators.ts';
import { watchHealth } from './container-health.ts';
import { describeTask, taskEvent } from './describe-task.ts';
import type { RunningContainer } from './executors/executor.ts';
import { launch } from './launch.ts';
import { containerPort, type Definition } from './task-definition.ts';
import { TaskFailure } from './task-failure.ts';
import { outOfMemory, stopped } from './words.ts';

export type TaskStatus = 'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

export interface TaskRequest {
  readonly clusterArn: string;
  readonly definition: Definition;
  /** The deployment's id, or what RunTask said. */
  readonly startedBy?: string;
  /** `service:NAME` or `family:NAME` */
  readonly group: string;
  readonly serviceName?: string;
  readonly targetGroupArns?: readonly string[];
  /** Where its interface is. @default none: then nobody can ask for it */
  readonly network?: { readonly subnetId: string; readonly securityGroups: readonly string[] };
  readonly overrides?: { readonly command?: string[]; readonly environment?: KeyValuePair[] };
  readonly tags?: Described['tags'];
}

// AWS seconds: the network interface of a Fargate task.
const provisioningSeconds = 2;
// A process that crashes at its start needs real time to do so: until then it only looks well.
const lastingSeconds = 10;
const leastLastingMilliseconds = 1500;
// Real seconds that a process has to end, however fast the clock runs.
const leastStopSeconds = 5;

/** One task, from its network interface to its last log line. */
export class Task {
  readonly arn: string;
  readonly request: TaskRequest;
  readonly definition: Definition;
  readonly overrides: NonNullable<TaskRequest['overrides']>;
  /** What AWS would show as the private address of its interface. */
  readonly address: string;
  readonly createdAt = new Date();
  lastStatus: TaskStatus = 'PROVISIONING';
  desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING';
  healthStatus: 'UNKNOWN' | 'HEALTHY' | 'UNHEALTHY' = 'UNKNOWN';
  version = 0;
  times: Pick<Described, 'pullStartedAt' | 'pullStoppedAt' | 'startedAt' | 'stoppingAt' | 'executionStoppedAt' | 'stoppedAt'> = {};
  stopCode?: string;
  stoppedReason?: string;
  exit: { exitCode?: number; reason?: string } = {};
  container?: RunningContainer;
  /** Settles when the task is STOPPED. */
  readonly done: Promise<void>;
  private readonly stopAsked = new AbortController();
  private readonly world: World;
  private readonly with: EcsCollaborators;

  constructor(arn: string, request: TaskRequest, world: World, collaborators: EcsCollaborators) {
    this.arn = arn;
    this.request = request;
    this.definition = request.definition;
    this.overrides = request.overrides ?? {};
    this.world = world;
    this.with = collaborators;
    this.address = `10.0.${[...randomBytes(2)].map((byte) => 1 + (byte % 250)).join('.')}`;
    this.done = this.live();
  }

  get serviceName(): string | undefined {
    return this.request.serviceName;
  }

  get port(): number {
    return containerPort(this.definition.containerDefinitions[0]);
  }

  get running(): boolean {
    return this.lastStatus === 'RUNNING' && this.desiredStatus === 'RUNNING';
  }

  /** Asks it to stop; the first reason stays. Resolves when it has stopped. */
  stop(stopCode: string, stoppedReason: string): Promise<void> {
    this.ending(stopCode, stoppedReason);
    return this.done;
  }

  /** Whether it takes requests and passes every check it has; one that nothing checks must have lasted a while. */
  get healthy(): boolean {
    const checked = this.definition.containerDefinitions[0].healthCheck !== undefined;
    const lasting =
      checked || this.request.targetGroupArns?.length
        ? 0
        : Math.max(this.world.clock.milliseconds(lastingSeconds), leastLastingMilliseconds);
    const age = Date.now() - (this.times.startedAt?.getTime() ?? Date.now());
    return this.running && age >= lasting && (!checked || this.healthStatus === 'HEALTHY') && this.sickTarget(['healthy']) === undefined;
  }

  /** A target group in which this task is in none of these states, with what the load balancer says of it. */
  sickTarget(fine: readonly string[]): { targetGroupArn: string; description: string } | undefined {
    for (const targetGroupArn of this.request.targetGroupArns ?? []) {
      const { state, description = '' } = this.with.elb.targetHealth(targetGroupArn, { id: this.address, port: this.port });
      if (!fine.includes(state)) return { targetGroupArn, description };
    }
    return undefined;
  }

  protected async live(): Promise<void> {
    const { signal } = this.stopAsked;
    try {
      this.enter('PROVISIONING');
      // A stop that is asked for meanwhile only cuts the wait short.
      await this.world.clock.wait(provisioningSeconds, signal).catch(() => {});
      if (!signal.aborted) await this.run(signal);
    } catch (error) {
      if (!(error instanceof TaskFailure)) this.world.log(`task ${this.arn}: ${(error as Error).stack}`);
      const { stopCode, message } = error instanceof TaskFailure ? error : new TaskFailure(`InternalError: ${(error as Error).message}`);
      this.exit = { reason: message };
      this.ending(stopCode, message);
    }
    this.enter('DEPROVISIONING');
    this.times.stoppedAt = new Date();
    this.enter('STOPPED');
  }

  private async run(signal: AbortSignal): Promise<void> {
    this.enter('PENDING');
    this.times.pullStartedAt = new Date();
    const launched = await launch(this, this.world, this.with, signal);
    if (!launched) return;
    const { container, port } = launched;
    this.container = container;
    this.times.pullStoppedAt = new Date();
    this.enter('ACTIVATING');
    this.registerTargets(port);
    this.times.startedAt = new Date();
    // What stopped or was stopped while it started goes straight to its end.
    if (!signal.aborted) this.enter('RUNNING');
    const over = new AbortController();
    void watchHealth(this, container, this.world.clock, over.signal);
    const exited = container.exited.then(() => this.ending('EssentialContainerExited', stopped.essentialExited));
    await Promise.race([exited, new Promise<void>((resolve) => onAbort(signal, resolve))]);
    over.abort();
    await this.wind(container);
  }

  /** Takes no more requests, finishes those it has, then ends. */
  private async wind(container: RunningContainer): Promise<void> {
    this.enter('DEACTIVATING');
    const { targetGroupArns = [] } = this.request;
    await Promise.all(targetGroupArns.map((arn) => this.with.elb.deregister(arn, { id: this.address, port: this.port })));
    this.enter('STOPPING');
    const seconds = this.definition.containerDefinitions[0].stopTimeout ?? 30;
    await container.stop(Math.max(this.world.clock.milliseconds(seconds) / 1000, leastStopSeconds));
    const { exitCode, oomKilled } = await container.exited;
    this.exit = { exitCode, ...(oomKilled && { reason: outOfMemory }) };
    this.times.executionStoppedAt = new Date();
  }

  private registerTargets(realPort: number): void {
    for (const arn of this.request.targetGroupArns ?? []) {
      this.with.elb.register(arn, {
        id: this.address,
        port: this.port,
        address: `127.0.0.1:${realPort}`,
        image: this.definition.containerDefinitions[0].image,
        serviceName: this.serviceName ?? '',
      });
    }
  }

  private ending(stopCode: string, stoppedReason: string): void {
    if (this.desiredStatus === 'STOPPED') return;
    Object.assign(this, { desiredStatus: 'STOPPED', stopCode, stoppedReason });
    this.times.stoppingAt = new Date();
    this.stopAsked.abort();
  }

  private enter(status: TaskStatus): void {
    this.lastStatus = status;
    this.version += 1;
    this.with.emit(taskEvent(this));
  }

  describe(): Described {
    return describeTask(this);
  }
}

function onAbort(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
}
