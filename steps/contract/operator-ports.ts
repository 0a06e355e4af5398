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

export interface Buckets {
  /** The region of a bucket; null when there is none of that name. A bucket that may not be looked at throws. */
  regionOf(bucket: string): Promise<string | null>;
}

export interface Queues {
  /** By ARN. SQS says the same of a queue that is not there and of one that the caller may not see, where it belongs to another account. */
  exists(arn: string): Promise<boolean>;
}

export interface Repositories {
  /** Address that git pushes to; null when CodeCommit has no such repository. */
  cloneUrl(repository: string): Promise<string | null>;
}
