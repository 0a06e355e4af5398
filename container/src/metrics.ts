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
