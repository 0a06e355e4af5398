/**
 * What the pipeline measures of itself, in CloudWatch under one namespace. Every metric has at most one dimension beyond the stage's, and its
 * values come from a fixed few words: a dimension of free text would make a metric of every text, and a bill.
 */
export const metricNamespace = 'ReleasePipeline';
/** Dimension that every metric has: CloudWatch shows none without one. */
export const metricService = 'release';

export const metrics = {
  /** Releases that reached every stage, or found nothing to do. */
  Released: { unit: 'Count', by: [] },
  /** Releases that ended otherwise, the refused and the rejected included. */
  NotReleased: { unit: 'Count', by: [] },
  /** Releases whose rollback is not proven: a person must act. Counted as NotReleased, too. */
  NotRecovered: { unit: 'Count', by: [] },
  /** Releases that changed a stage: what the change-failure rate is a share of. */
  Changed: { unit: 'Count', by: [] },
  /** Of those, the ones that failed. */
  ChangeFailed: { unit: 'Count', by: [] },
  /** From the pushed tag to the last stage proven, waits for people included; of tags that go all the way. */
  LeadTime: { unit: 'Seconds', by: [] },
  /** From what broke first to the proof that the version before runs again. */
  TimeToRestore: { unit: 'Seconds', by: [] },
  /** From entering a state to leaving it, all visits of one release together; waits have states of their own. */
  StepDuration: { unit: 'Seconds', by: ['Step'] },
  /** USD by list prices, without build minutes. */
  ReleaseCost: { unit: 'None', by: [] },
  /** Tasks that stopped, whatever for, by the StopCode of ECS. */
  TaskStopped: { unit: 'Count', by: ['Stage', 'Cause'] },
  /** Those that nobody wanted to stop, while no release held the stage. */
  TaskLost: { unit: 'Count', by: ['Stage'] },
  /** Problems of a stage's secret and Quilt stack. No value when it could not be looked at: not knowing is not zero. */
  SecretProblems: { unit: 'Count', by: ['Stage'] },
  /** Executions that work for longer than a release should take; waiting for a person is no work. */
  OverdueReleases: { unit: 'Count', by: [] },
} as const satisfies Readonly<Record<string, { unit: 'Count' | 'Seconds' | 'None'; by: readonly string[] }>>;
export type MetricName = keyof typeof metrics;

/** One value, with the values of exactly the dimensions that its metric has. */
export type Measured = {
  [Name in MetricName]: { readonly metric: Name; readonly value: number } & {
    readonly [Dimension in (typeof metrics)[Name]['by'][number]]: string;
  };
}[MetricName];
