/** Every metric of the service with its CloudWatch unit. `by` is the one dimension beyond the stage's: a reason, from a fixed few words. */
export const metricUnits = {
  /** Events that were queued. */
  Accepted: 'Count',
  /** Requests that were refused, by reason. */
  Refused: 'Count',
  /** Requests that were turned away because too many were in progress. */
  Overloaded: 'Count',
  /** From being queued to being received. */
  QueueAge: 'Milliseconds',
  /** Events whose work is done. */
  Processed: 'Count',
  /** Attempts that failed and come again, by the error's name. */
  Failed: 'Count',
  /** Events that were given up and lie in the dead-letter queue. */
  Parked: 'Count',
  /** From asking Benchling for an export to its end. */
  ExportDuration: 'Milliseconds',
  /** Bytes that an export wrote to the bucket. */
  ExportSize: 'Bytes',
} as const;

export type Metric = keyof typeof metricUnits;

/** Where the service's parts report to. Never throws and never waits. */
export interface Metrics {
  /** @param value one measurement in the metric's unit @param by a dimension's value: a name of ours, never of a caller's */
  add(metric: Metric, value: number, by?: string): void;
}

/** For parts that are used without a service. */
export const noMetrics: Metrics = { add: () => {} };

/** CloudWatch reads at most so many values of one metric from a line. */
const mostValues = 100;

/**
 * Metrics as lines in CloudWatch's embedded metric format, which the log group turns into metrics by itself. Gathered and written every few
 * seconds: a line for each request would cost more than the request.
 */
export class EmbeddedMetrics implements Metrics {
  readonly #write: (line: object) => void;
  readonly #secretName: () => string | undefined;
  /** By the value of the dimension; an empty one is none. */
  readonly #gathered = new Map<string, Map<Metric, number[]>>();

  /** @param secretName tells the stages of an account apart; nothing is written before it is known */
  constructor(write: (line: object) => void, secretName: () => string | undefined) {
    this.#write = write;
    this.#secretName = secretName;
  }

  add(metric: Metric, value: number, by = ''): void {
    const of = this.#gathered.get(by) ?? new Map<Metric, number[]>();
    this.#gathered.set(by, of);
    const values = of.get(metric);
    if (!values) of.set(metric, [value]);
    else if (metricUnits[metric] === 'Count') values[0]! += value;
    else if (values.push(value) >= mostValues) this.flush();
  }

  flush(): void {
    const Secret = this.#secretName();
    if (Secret === undefined) return;
    for (const [by, of] of this.#gathered) {
      const values = Object.fromEntries([...of].map(([metric, list]) => [metric, list.length === 1 ? list[0] : list]));
      const Metrics = [...of.keys()].map((Name) => ({ Name, Unit: metricUnits[Name] }));
      const Dimensions = by === '' ? [['Secret']] : [['Secret'], ['Secret', 'Reason']];
      const _aws = { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: 'BenchlingWebhook', Dimensions, Metrics }] };
      this.#write({ _aws, Secret, ...(by !== '' && { Reason: by }), ...values });
    }
    this.#gathered.clear();
  }
}
