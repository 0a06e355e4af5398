import type { World } from '../kernel.ts';
import { check } from './health-check.ts';
import { matches } from './matcher.ts';

/** Something that answers requests, as a service registers it. */
export interface Target {
  /** The private address that AWS would show. */
  readonly id: string;
  /** The container's port, as AWS would show it. */
  readonly port: number;
  /** Where it really listens: `127.0.0.1:PORT`. */
  readonly address: string;
  readonly image: string;
  readonly serviceName: string;
}

export interface TargetHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';
  readonly reason?: string;
  readonly description?: string;
}

export interface TargetGroupSettings {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly vpcId?: string;
  readonly path: string;
  readonly matcher: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  /** Attributes by AWS's own names: `deregistration_delay.timeout_seconds`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export class RegisteredTarget {
  readonly target: Target;
  health: TargetHealth = { state: 'initial', reason: 'Elb.RegistrationInProgress', description: 'Target registration is in progress' };
  /** Requests that were sent and are not answered yet. */
  inFlight = 0;
  /** Called when the last of them is answered. */
  onIdle?: () => void;
  readonly gone = new AbortController();

  constructor(target: Target) {
    this.target = target;
  }
}

// Checks cost real work: below this a scaled interval would only keep the machine busy.
const shortestIntervalMilliseconds = 100;
// A process on a busy machine needs real time to answer.
const shortestTimeoutMilliseconds = 1500;
const shortestDrainMilliseconds = 5000;

/** The targets of one group: their health, whose turn it is, and how they leave. */
export class TargetGroup {
  readonly arn: string;
  settings: TargetGroupSettings;
  /** Whether a listener forwards to this group. */
  inUse: () => boolean = () => false;
  private readonly world: World;
  private readonly targets = new Map<string, RegisteredTarget>();
  private turn = 0;

  constructor(world: World, arn: string, settings: TargetGroupSettings) {
    this.world = world;
    this.arn = arn;
    this.settings = settings;
  }

  register(target: Target): void {
    const registered = new RegisteredTarget(target);
    this.targets.set(`${target.id}:${target.port}`, registered);
    void this.watch(registered);
  }

  /** Takes no new requests; resolves when those in flight are answered or the deregistration delay is over. */
  async deregister(id: string, port: number): Promise<void> {
    const key = `${id}:${port}`;
    const registered = this.targets.get(key);
    if (!registered) return;
    const description = 'Target deregistration is in progress';
    registered.health = { state: 'draining', reason: 'Target.DeregistrationInProgress', description };
    registered.gone.abort();
    // A target without requests in flight leaves at once, as it does on AWS.
    if (registered.inFlight > 0) await this.drained(registered);
    if (this.targets.get(key) === registered) this.targets.delete(key);
  }

  private drained(registered: RegisteredTarget): Promise<void> {
    const seconds = Number(this.settings.attributes['deregistration_delay.timeout_seconds'] ?? 300);
    const limit = Math.max(this.world.clock.milliseconds(seconds), shortestDrainMilliseconds);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limit);
      registered.onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  find(id: string, port: number): RegisteredTarget | undefined {
    return this.targets.get(`${id}:${port}`);
  }

  all(): RegisteredTarget[] {
    return [...this.targets.values()];
  }

  /** Health as DescribeTargetHealth shows it. */
  health(registered: RegisteredTarget | undefined): TargetHealth {
    if (!registered)
      return { state: 'unused', reason: 'Target.NotRegistered', description: 'Target is not registered to the target group' };
    if (this.inUse() || registered.health.state === 'draining') return registered.health;
    const description = 'Target group is not configured to receive traffic from the load balancer';
    return { state: 'unused', reason: 'Target.NotInUse', description };
  }

  /** Whose turn it is. With no healthy target all unhealthy ones take turns: an Application Load Balancer fails open. */
  next(): RegisteredTarget | undefined {
    const inState = (state: TargetHealth['state']) => this.all().filter(({ health }) => health.state === state);
    const healthy = inState('healthy');
    const candidates = healthy.length > 0 ? healthy : inState('unhealthy');
    this.turn += 1;
    return candidates[this.turn % candidates.length];
  }

  close(): void {
    for (const registered of this.targets.values()) registered.gone.abort();
    this.targets.clear();
  }

  private async watch(registered: RegisteredTarget): Promise<void> {
    const { signal } = registered.gone;
    const { clock, hooks } = this.world;
    let passed = 0;
    let failed = 0;
    registered.health = { state: 'initial', reason: 'Elb.InitialHealthChecking', description: 'Initial health checks in progress' };
    while (!signal.aborted) {
      const { path, timeoutSeconds, matcher, intervalSeconds, healthyThreshold, unhealthyThreshold } = this.settings;
      const timeout = Math.max(clock.milliseconds(timeoutSeconds), shortestTimeoutMilliseconds);
      const failure = await check(registered.target, path, timeout, (status) => matches(matcher, status), hooks);
      if (signal.aborted) return;
      passed = failure ? 0 : passed + 1;
      failed = failure ? failed + 1 : 0;
      // The first check that passes makes a fresh target healthy; the threshold is for those that were unhealthy.
      const enough = registered.health.state === 'initial' ? 1 : healthyThreshold;
      if (!failure && passed >= enough) registered.health = { state: 'healthy' };
      if (failure && failed >= unhealthyThreshold) registered.health = { state: 'unhealthy', ...failure };
      await pause(Math.max(clock.milliseconds(intervalSeconds), shortestIntervalMilliseconds), signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish);
  });
}
