/** What the operator's commands ask of the world beyond `ports.ts`. The same rule: `null` means that AWS said "there is none". */
import type { AskedByHand, Started } from './by-hand.ts';

export interface Starter {
  /** Knocks at the door that every release comes through. Throws when the function itself failed. */
  ask(asked: AskedByHand['asked']): Promise<Started>;
}

export interface SampleKeys {
  /** The key behind an alias; null when there is none. */
  describe(alias: string): Promise<{ state: string; spec: string; usage: string } | null>;
}

export interface ExecutionSummary {
  readonly arn: string;
  readonly name: string;
  /** RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE */
  readonly status: string;
}
export interface ExecutionLookup {
  /** By its whole name; null when Step Functions knows none: it forgets an execution 90 days after its end. */
  find(name: string): Promise<ExecutionSummary | null>;
  /** Newest first, at most 100. */
  recent(status?: 'RUNNING'): Promise<ExecutionSummary[]>;
}
