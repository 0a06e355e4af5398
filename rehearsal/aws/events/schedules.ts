import type { Timer } from '../../clock.ts';
import type { CloudEvent, World } from '../kernel.ts';
import type { Rule } from './rule.ts';

const seconds = { minute: 60, hour: 3600, day: 86_400 } as const;

/** `rate(30 minutes)` → 1800; undefined for anything else. */
export function rateOf(expression: string): number | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return count && unit ? Number(count) * seconds[unit as keyof typeof seconds] : undefined;
}

/** Rules that fire by the clock. A rate counts from when the rule was made, as on AWS; no date of `cron(…)` comes in a rehearsal. */
export class Schedules {
  readonly #world: World;
  readonly #fire: (rule: Rule, event: CloudEvent) => void;
  /** By the rule's ARN. */
  readonly #timers = new Map<string, Timer>();

  constructor(world: World, fire: (rule: Rule, event: CloudEvent) => void) {
    this.#world = world;
    this.#fire = fire;
  }

  begin(rule: Rule): void {
    this.end(rule);
    const expression: string | undefined = rule.properties['ScheduleExpression'];
    if (expression === undefined || !rule.enabled) return;
    const rate = rateOf(expression);
    if (rate === undefined) {
      this.#world.log(`events: the schedule ${expression} of rule ${rule.name} does not fire in a rehearsal`);
      return;
    }
    const wait = () => {
      this.#timers.set(
        rule.arn,
        this.#world.clock.timer(rate, () => {
          wait();
          this.#fire(rule, { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {}, resources: [rule.arn] });
        }),
      );
    };
    wait();
  }

  end(rule: Rule): void {
    this.#timers.get(rule.arn)?.clear();
    this.#timers.delete(rule.arn);
  }

  close(): void {
    for (const timer of this.#timers.values()) timer.clear();
    this.#timers.clear();
  }
}
