import type { Datapoint, Metric, Metrics } from './metrics.ts';

export type AlarmStateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmSettings {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly metric: Metric;
  /** `Sum`, `p99` */
  readonly statistic: string;
  /** Seconds, a multiple of 60. */
  readonly period: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly treatMissingData: MissingData;
  /** ARNs of topics that are told when it comes into a state. */
  readonly actions: Readonly<Record<AlarmStateValue, readonly string[]>>;
}

export interface AlarmState {
  readonly value: AlarmStateValue;
  readonly reason: string;
  /** JSON */
  readonly reasonData: string;
  /** When it came into this state. */
  readonly since: Date;
  /** When its reason was last written. */
  readonly updatedAt: Date;
}

export type MissingData = 'notBreaching' | 'breaching' | 'missing' | 'ignore';
export const treatments: readonly MissingData[] = ['notBreaching', 'breaching', 'missing', 'ignore'];

export const comparisons = {
  GreaterThanThreshold: { holds: (value: number, threshold: number) => value > threshold, words: 'greater than the threshold' },
  GreaterThanOrEqualToThreshold: {
    holds: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to the threshold',
  },
  LessThanThreshold: { holds: (value: number, threshold: number) => value < threshold, words: 'less than the threshold' },
  LessThanOrEqualToThreshold: {
    holds: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to the threshold',
  },
} as const;
export type Comparison = keyof typeof comparisons;

/** One metric alarm. Its state follows what was measured in the newest complete periods. */
export class Alarm {
  settings: AlarmSettings;
  state: AlarmState;

  constructor(settings: AlarmSettings, now: Date) {
    this.settings = settings;
    const reason = 'Unchecked: Initial alarm creation';
    this.state = { value: 'INSUFFICIENT_DATA', reason, reasonData: '', since: now, updatedAt: now };
  }

  /** @returns the state that it left, when it came into another */
  evaluate(metrics: Metrics, now: Date): AlarmState | undefined {
    const { metric, statistic, period, evaluationPeriods } = this.settings;
    const points = metrics.newest(metric, statistic, period / 60, evaluationPeriods);
    const value = this.#judge(points);
    const before = this.state;
    if (value === before.value) return undefined;
    this.state = { value, reason: this.#reason(points, value), reasonData: this.#data(points, now), since: now, updatedAt: now };
    return before;
  }

  #judge(points: readonly Datapoint[]): AlarmStateValue {
    const { treatMissingData, evaluationPeriods, datapointsToAlarm } = this.settings;
    const measured = points.filter(({ value }) => value !== null);
    if (measured.length === 0 && treatMissingData === 'missing') return 'INSUFFICIENT_DATA';
    if (measured.length === 0 && treatMissingData === 'ignore') return this.state.value;
    const missing = evaluationPeriods - measured.length;
    const breaching = this.#breaching(points).length + (treatMissingData === 'breaching' ? missing : 0);
    return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
  }

  #breaching(points: readonly Datapoint[]): Datapoint[] {
    const { comparison, threshold } = this.settings;
    return points.filter(({ value }) => value !== null && comparisons[comparison].holds(value, threshold));
  }

  #reason(points: readonly Datapoint[], value: AlarmStateValue): string {
    const { comparison, threshold, evaluationPeriods: periods, datapointsToAlarm, treatMissingData } = this.settings;
    const measured = points.filter((point) => point.value !== null);
    if (value === 'INSUFFICIENT_DATA') return 'Insufficient Data: no datapoints were received.';
    if (measured.length === 0) {
      const treated = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
      return `Threshold Crossed: no datapoints were received for ${plural(periods, 'period')} and ${plural(periods, 'missing datapoint')} were treated as [${treated}].`;
    }
    const shown = (value === 'ALARM' ? this.#breaching(points) : measured).map((point) => `${decimal(point.value!)} (${time(point.at)})`);
    const verb = value === 'ALARM' ? 'was' : 'was not';
    const change = value === 'ALARM' ? 'OK -> ALARM' : 'ALARM -> OK';
    return (
      `Threshold Crossed: ${shown.length} out of the last ${plural(periods, 'datapoint')} [${shown.join(', ')}] ${verb} ` +
      `${comparisons[comparison].words} (${decimal(threshold)}) (minimum ${plural(datapointsToAlarm, 'datapoint')} for ${change} transition).`
    );
  }

  #data(points: readonly Datapoint[], now: Date): string {
    const { statistic, period, threshold } = this.settings;
    const measured = points.filter(({ value }) => value !== null);
    return JSON.stringify({
      version: '1.0',
      queryDate: stamp(now),
      startDate: stamp(measured[0]?.at ?? now),
      statistic,
      period,
      recentDatapoints: measured.map(({ value }) => value),
      threshold,
      evaluatedDatapoints: points.map(({ at, value }) => ({ timestamp: stamp(at), ...(value !== null && { value }) })).reverse(),
    });
  }
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
/** As Java prints a double: never without a decimal. */
const decimal = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));
const stamp = (at: Date) => at.toISOString().replace('Z', '+0000');
/** `02/01/26 15:04:05` */
const time = (at: Date) => {
  const [, year, month, day, clock] = /^..(..)-(..)-(..)T(.{8})/.exec(at.toISOString())!;
  return `${day}/${month}/${year} ${clock}`;
};
