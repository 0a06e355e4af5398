import type { Iam } from '../iam/iam.ts';
import type { Principal, World } from '../kernel.ts';
import { type Rule, type RuleTarget, serviceOf } from './rule.ts';
import { type Envelope, shape } from './target-input.ts';

/** What a target is handed. */
export interface Delivery {
  /** The target's ARN. */
  readonly arn: string;
  readonly payload: unknown;
  readonly ruleArn: string;
  /** Whose permission was checked; undefined when the target's own policy decided. */
  readonly principal?: Principal;
  /** FIFO queues. */
  readonly messageGroupId?: string;
  /** Of a dead letter: why it is one. */
  readonly attributes?: Readonly<Record<string, string>>;
}
/** Rejects when the target does not take it. */
export type Deliver = (delivery: Delivery) => Promise<unknown> | unknown;

const EVENTS = 'events.amazonaws.com';

/** What EventBridge must be allowed on a target, by its service. A service that is not here checks for itself. */
const ACTIONS: Readonly<Record<string, string>> = {
  states: 'states:StartExecution',
  sns: 'sns:Publish',
  sqs: 'sqs:SendMessage',
  codebuild: 'codebuild:StartBuild',
  events: 'events:PutEvents',
};

/** Services whose target must name a role. */
const NEEDS_ROLE = new Set(['states', 'codebuild', 'events']);

// EventBridge tries for 24 hours and up to 185 times; the pauses double up to ten minutes.
const DEFAULT_ATTEMPTS = 185;
const DEFAULT_AGE_SECONDS = 86_400;
const LONGEST_PAUSE_SECONDS = 600;

/** Errors that trying again does not mend. */
const PERMANENT = /^AccessDenied|NotFound|DoesNotExist|ValidationException|InvalidParameter|AlreadyExists/;

/** Brings events to targets: shaped, authorized, tried again, and to the dead-letter queue when all fails. */
export class Deliveries {
  readonly #world: World;
  readonly #iam: Iam;
  readonly #targets = new Map<string, Deliver>();

  constructor(world: World, iam: Iam) {
    this.#world = world;
    this.#iam = iam;
  }

  register(service: string, deliver: Deliver): void {
    this.#targets.set(service, deliver);
  }

  services(): ReadonlySet<string> {
    return new Set(this.#targets.keys());
  }

  /** Never rejects: what could not be delivered is a dead letter or a line in the log, as on AWS. */
  async deliver(rule: Rule, target: RuleTarget, event: Envelope, signal: AbortSignal): Promise<void> {
    const { MaximumRetryAttempts = DEFAULT_ATTEMPTS, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } = target.RetryPolicy ?? {};
    let waited = 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(rule, target, event);
      } catch (error) {
        const cause = error instanceof Error ? error : new Error(String(error));
        const pause = Math.min(2 ** attempt, LONGEST_PAUSE_SECONDS);
        waited += pause;
        const exhausted = attempt >= MaximumRetryAttempts || waited > MaximumEventAgeInSeconds;
        if (PERMANENT.test(cause.name) || exhausted) return this.#bury(rule, target, event, cause, attempt);
        const aborted = await this.#world.clock.wait(pause, signal).then(
          () => false,
          () => true,
        );
        if (aborted) return;
      }
    }
  }

  async #attempt(rule: Rule, target: RuleTarget, event: Envelope): Promise<void> {
    const principal = await this.#authorize(target, rule.arn);
    await this.#targets.get(serviceOf(target.Arn))!({
      arn: target.Arn,
      payload: shape(target, event, rule),
      ruleArn: rule.arn,
      principal,
      messageGroupId: target.SqsParameters?.MessageGroupId,
    });
  }

  async #authorize({ Arn, RoleArn }: RuleTarget, ruleArn: string): Promise<Principal | undefined> {
    const service = serviceOf(Arn);
    const action = ACTIONS[service];
    if (!action) return undefined;
    const permission = { action, resource: Arn, context: { 'aws:SourceArn': ruleArn } };
    if (RoleArn) {
      const principal = await this.#iam.assume(RoleArn, EVENTS);
      await this.#iam.authorize(principal, permission);
      return principal;
    }
    if (NEEDS_ROLE.has(service)) throw Object.assign(new Error(`RoleArn is required for target ${Arn}.`), { name: 'ValidationException' });
    await this.#iam.authorizeService(EVENTS, permission);
    return undefined;
  }

  async #bury(rule: Rule, target: RuleTarget, event: Envelope, cause: Error, retries: number): Promise<void> {
    const arn = target.DeadLetterConfig?.Arn;
    this.#world.log(
      `events: ${event['detail-type']} ${event.id} did not reach ${target.Arn} of rule ${rule.name}: ${cause.name}: ${cause.message}`,
    );
    if (!arn) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.Arn,
      ERROR_CODE: cause.name,
      ERROR_MESSAGE: cause.message,
      RETRY_ATTEMPTS: String(retries),
    };
    try {
      await this.#iam.authorizeService(EVENTS, { action: 'sqs:SendMessage', resource: arn, context: { 'aws:SourceArn': rule.arn } });
      const queue = this.#targets.get('sqs');
      if (!queue) throw new Error('no SQS is registered');
      await queue({ arn, payload: event, ruleArn: rule.arn, attributes });
    } catch (error) {
      this.#world.log(`events: the dead letter did not reach ${arn} either: ${error instanceof Error ? error.message : error}`);
    }
  }
}
