import type { Clock } from '../../clock.ts';
import type { Measurement } from '../kernel.ts';
import { statisticOf } from './statistic.ts';

export type Metric = Omit<Measurement, 'value'>;

/** What one statistic of a metric was in one period. */
export interface Datapoint {
  /** When the period began, on this machine's clock. */
  readonly at: Date;
  /** null when nothing was measured: no traffic is not zero. */
  readonly value: number | null;
}

interface Minute {
  readonly at: Date;
  readonly values: Map<string, number[]>;
}

/** Three hours, as CloudWatch itself keeps its finest data. */
const keptMinutes = 180;

/** Everything that was measured, by minutes of AWS time: they are as short as the rehearsal's clock makes them. */
export class Metrics {
  readonly #clock: Clock;
  readonly #known = new Map<string, Metric>();
  readonly #minutes: Minute[] = [];
  #current: Minute;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#current = this.#begin();
  }

  readonly measure = ({ value, ...metric }: Measurement): void => {
    const key = keyOf(metric);
    this.#known.set(key, metric);
    const values = this.#current.values.get(key);
    if (values) values.push(value);
    else this.#current.values.set(key, [value]);
  };

  /** Ends the minute that runs. What was measured in it counts from now on. */
  endMinute(): void {
    this.#minutes.push(this.#current);
    if (this.#minutes.length > keptMinutes) this.#minutes.shift();
    this.#current = this.#begin();
  }

  all(): Metric[] {
    return [...this.#known.values()];
  }

  /** The newest complete periods, oldest first. @param minutes of one period */
  newest(metric: Metric, statistic: string, minutes: number, periods: number): Datapoint[] {
    const key = keyOf(metric);
    const wanted = this.#minutes.slice(-minutes * periods);
    const points: Datapoint[] = [];
    for (let end = wanted.length; end > 0; end -= minutes) {
      const period = wanted.slice(Math.max(0, end - minutes), end);
      const values = period.flatMap((minute) => minute.values.get(key) ?? []);
      points.unshift({ at: period[0]!.at, value: values.length > 0 ? statisticOf(statistic, values) : null });
    }
    return points;
  }

  /** Every complete period that is kept, oldest first. */
  history(metric: Metric, statistic: string, minutes: number): Datapoint[] {
    return this.newest(metric, statistic, minutes, keptMinutes);
  }

  #begin(): Minute {
    return { at: this.#clock.now(), values: new Map() };
  }
}

const keyOf = ({ namespace, name, dimensions }: Metric) =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
