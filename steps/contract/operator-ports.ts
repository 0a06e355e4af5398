/** What the operator's commands ask of the world beyond `ports.ts`. The same rule: `null` means that AWS said "there is none". */
import type { AskedByHand, Started } from './by-hand.ts';
import type { Decision, DecisionAnswer } from './decision.ts';

export interface Starter {
  /** Knocks at the door that every release comes through. Throws when the function itself failed. */
  ask(asked: AskedByHand['asked']): Promise<Started>;
}

/** Where people see what waits for them, and decide. Both answer with the status of HTTP. */
export interface DecisionDesk {
  /** Changes nothing. */
  show(tag: string): Promise<DecisionAnswer & { status: number }>;
  decide(decision: Decision): Promise<DecisionAnswer & { status: number }>;
}

export interface SampleKeys {
  /** The key behind an alias; null when there is none. */
  describe(alias: string): Promise<{ state: string; spec: string; usage: string } | null>;
}

export interface WorkQueues {
  /** A queue by its name and how many messages of it wait and are out with a worker; null when there is none. */
  describe(name: string): Promise<{ url: string; waiting: number; inWork: number } | null>;
  /** Age of its oldest message, some minutes ago; null when SQS measured none. */
  oldestSeconds(name: string): Promise<number | null>;
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

export interface Subscriptions {
  /** Who hears of a topic: `email you@example.com`. `pending` have not confirmed yet, and hear nothing. */
  of(topicArn: string): Promise<{ confirmed: string[]; pending: string[] }>;
}

export interface Limits {
  /** How many functions may run at once in this account and region. */
  concurrency(): Promise<number>;
}

export interface DriftRecords {
  /** What the last comparison of a stack with its template found: IN_SYNC, DRIFTED, UNKNOWN, NOT_CHECKED. Throws when there is no such stack. */
  last(stackName: string): Promise<{ status: string; at: string | null }>;
}

export interface CertificateView {
  /** ISSUED, PENDING_VALIDATION, EXPIRED, … */
  readonly status: string;
  /** Every name that it covers, wildcards among them. */
  readonly names: readonly string[];
  /** When it stops to count; null when it was never issued. */
  readonly notAfter: string | null;
  /** AWS renews it by itself, as long as its proof of the domain stands. */
  readonly renewed: boolean;
}
export interface Certificates {
  /** By ARN; null when there is none. */
  describe(arn: string): Promise<CertificateView | null>;
}

export interface HostedZones {
  /** By id; null when this account has none. `name` has no dot at its end. */
  describe(id: string): Promise<{ readonly name: string; readonly isPrivate: boolean } | null>;
}

/** A ruleset for tags at GitHub. */
export interface TagRuleset {
  readonly name: string;
  /** `active`, or it is only watched or off. */
  readonly enforcement: string;
  /** Patterns of references, as `refs/tags/v*`; `~ALL` for all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** What it forbids: `update`, `deletion`, … */
  readonly rules: readonly string[];
}
export interface TagRules {
  /** Those of a repository, `owner/name`, and of its owner. Throws where GitHub does not show the repository. */
  of(repository: string): Promise<TagRuleset[]>;
}
