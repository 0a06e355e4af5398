import { randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-eventbridge';
import type { Iam } from '../iam/iam.ts';
import type { CloudEvent, Permission, Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly, saying } from '../sdk-words.ts';
import { type Deliver, Deliveries } from './delivery.ts';
import { busName, ruleKey } from './names.ts';
import { eventProvisioners } from './provisioners.ts';
import { type Refusal, readEntry } from './put-events.ts';
import type { Rule, RuleTarget } from './rule.ts';
import { Schedules } from './schedules.ts';
import type { Envelope } from './target-input.ts';

export type { Deliver, Delivery } from './delivery.ts';

/** EventBridge: buses, rules, and what they deliver. */
export class Events {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #world: World;
  readonly #deliveries: Deliveries;
  readonly #buses = new Set(['default']);
  readonly #rules = new Map<string, Rule>();
  readonly #pending = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #schedules: Schedules;

  constructor(world: World, { iam }: { readonly iam: Iam }) {
    this.#world = world;
    this.#deliveries = new Deliveries(world, iam);
    this.#deliveries.register('events', ({ arn, payload }) => this.#publish(payload as Envelope, busName(arn), true));
    this.#schedules = new Schedules(world, (rule, event) => this.#fire(rule, this.#envelope(event)));
    this.provisioners = eventProvisioners(world, {
      schedule: (rule) => this.#schedules.begin(rule),
      unschedule: (rule) => this.#schedules.end(rule),
      buses: this.#buses,
      rules: this.#rules,
      services: () => this.#deliveries.services(),
    });
    this.service = {
      signingName: 'events',
      sdk,
      client: new sdk.EventBridgeClient(protocolOnly),
      handlers: {
        PutEvents: (input: sdk.PutEventsRequest) => this.#putEvents(input.Entries!),
        DescribeRule: (input: sdk.DescribeRuleRequest) => this.#describeRule(input),
      },
      permissions: {
        PutEvents: ({ Entries }: sdk.PutEventsRequest) => Entries!.map((entry) => this.#putPermission(entry)),
        DescribeRule: ({ Name, EventBusName }: sdk.DescribeRuleRequest) => [
          {
            action: 'events:DescribeRule',
            resource: this.#rules.get(ruleKey(busName(EventBusName), Name!))?.arn ?? this.#arn(`rule/${Name}`),
          },
        ],
      },
    };
  }

  /** Lets rules deliver to a service. @param service as ARNs name it: `lambda`, `states`, `sns`, `sqs` */
  target(service: string, deliver: Deliver): void {
    this.#deliveries.register(service, deliver);
  }

  /** An event of an AWS service itself, on the default bus. Returns at once; delivery goes on behind it. */
  emit(event: CloudEvent): void {
    this.#publish(this.#envelope(event), 'default', false);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /** Gives up what waits to be tried again. What happens from then on is told to nobody. */
  async close(): Promise<void> {
    this.#schedules.close();
    this.#stop.abort(new Error('the event bus was closed'));
    await this.settled();
  }

  /** @param forwarded whether it comes from another bus: such an event is not forwarded a second time, it vanishes */
  #publish(event: Envelope, bus: string, forwarded: boolean): void {
    if (this.#stop.signal.aborted) return;
    for (const rule of this.#rules.values()) {
      if (rule.bus !== bus || !rule.enabled || !rule.matches(event)) continue;
      const isBus = ({ Arn }: RuleTarget) => Arn.split(':')[2] === 'events';
      this.#fire(
        rule,
        event,
        rule.targets.filter((target) => !(forwarded && isBus(target))),
      );
    }
  }

  #fire(rule: Rule, event: Envelope, targets: readonly RuleTarget[] = rule.targets): void {
    if (this.#stop.signal.aborted) return;
    for (const target of targets) {
      const work: Promise<void> = this.#deliveries
        .deliver(rule, target, event, this.#stop.signal)
        .finally(() => this.#pending.delete(work));
      this.#pending.add(work);
    }
  }

  #envelope(event: CloudEvent, time: Date = this.#world.clock.now()): Envelope {
    return {
      version: '0',
      id: randomUUID(),
      'detail-type': event['detail-type'],
      source: event.source,
      account: this.#world.account,
      time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
      region: this.#world.region,
      resources: event.resources ?? [],
      // A copy, as over the wire: what the sender changes later must not change what was sent.
      detail: structuredClone(event.detail),
    };
  }

  #putEvents(entries: readonly sdk.PutEventsRequestEntry[]) {
    const results = entries.map((entry): { EventId: string } | Refusal => {
      const read = readEntry(entry);
      if ('ErrorCode' in read) return read;
      const bus = busName(entry.EventBusName);
      if (!this.#buses.has(bus)) throw new sdk.ResourceNotFoundException(saying(`Event bus ${bus} does not exist.`));
      const event = this.#envelope(read, entry.Time);
      this.#publish(event, bus, false);
      return { EventId: event.id };
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  #putPermission({ EventBusName, Source = '', DetailType = '' }: sdk.PutEventsRequestEntry): Permission {
    return {
      action: 'events:PutEvents',
      resource: this.#arn(`event-bus/${busName(EventBusName)}`),
      context: { 'events:source': Source, 'events:detail-type': DetailType },
    };
  }

  #describeRule({ Name, EventBusName }: sdk.DescribeRuleRequest): sdk.DescribeRuleResponse {
    const rule = this.#rules.get(ruleKey(busName(EventBusName), Name!));
    if (!rule) throw new sdk.ResourceNotFoundException(saying(`Rule ${Name} does not exist on EventBus ${busName(EventBusName)}.`));
    const { EventPattern: pattern, ScheduleExpression, Description } = rule.properties;
    return {
      Name: rule.name,
      Arn: rule.arn,
      EventBusName: rule.bus,
      State: rule.enabled ? 'ENABLED' : 'DISABLED',
      EventPattern: pattern && JSON.stringify(pattern),
      ScheduleExpression,
      Description,
    };
  }

  #arn(rest: string): string {
    return `arn:aws:events:${this.#world.region}:${this.#world.account}:${rest}`;
  }
}
