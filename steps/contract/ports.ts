/**
 * What steps may ask of the world. Each is small, says what absence looks like, and is implemented by one file of `steps/clients`. Rule of
 * all: `null` means that AWS said "there is none"; every other error is thrown, because unknown is not absent.
 */

import type { Cause } from './causes.ts';
import type { MeteredEvent } from './cost.ts';
import type { Measured } from './metrics.ts';

export interface SourceHost {
  /** The commit that a tag points to at the host; null when there is no such tag. */
  commitOfTag(repository: string, tag: string): Promise<string | null>;
}

export interface SecretReader {
  /** The current text of a secret. Throws ReleaseError SecretNotFound, SecretAccessDenied. `null` text: created but never filled. */
  read(secretName: string): Promise<{ arn: string; name: string; versionId: string; text: string | null }>;
}

export interface TokenEndpoint {
  /** Asks Benchling for a token and throws it away. Throws ReleaseError CredentialsRejected on 400/401/403; other trouble is thrown as it is. */
  probe(tenant: string, clientId: string, clientSecret: string): Promise<void>;
}

/** An item of the release table; `pk` and `sk` are its key. */
export interface Item {
  pk: string;
  sk: string;
  [attribute: string]: unknown;
}
export interface Table {
  get(pk: string, sk: string): Promise<Item | null>;
  query(pk: string): Promise<Item[]>;
  /** Writes the item only when there is none; false when there was. */
  insert(item: Item): Promise<boolean>;
  put(item: Item): Promise<void>;
  /**
   * Writes the attributes of an existing or new item; with `only`, only while these attributes have these values (false otherwise).
   * `undefined` removes an attribute, and in `only` asks that there be none.
   */
  update(pk: string, sk: string, attributes: Readonly<Record<string, unknown>>, only?: Readonly<Record<string, unknown>>): Promise<boolean>;
  /** Deletes while these attributes have these values; false otherwise. */
  remove(pk: string, sk: string, only: Readonly<Record<string, unknown>>): Promise<boolean>;
}

export interface Objects {
  put(bucket: string, key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Throws when the object is missing: callers hold a pointer that says it is there. @param lastBytes reads no more than its end */
  get(bucket: string, key: string, lastBytes?: number): Promise<string>;
  /** `https://…` address of an object, in the form that CloudFormation's TemplateURL takes. */
  url(bucket: string, key: string): Promise<string>;
}

/** Objects that are written once and for all. */
export interface Recordings {
  /** Writes unless there is an object of that key; false when there is. */
  insert(bucket: string, key: string, body: string, contentType: string): Promise<boolean>;
  /** Keys that begin with the prefix, in order, from `from` on; at most `limit`. */
  list(bucket: string, prefix: string, from: string, limit: number): Promise<string[]>;
}

/** What the flight recorder holds. */
export interface Recorded {
  /** Keys of what happened to a stage since then, in order; the first thousand. */
  since(stage: string, at: string): Promise<string[]>;
}

/** A state of the machine that waits for a token. */
export interface Waker {
  /** `late` when nobody waits for the token any more. */
  wake(token: string, output: unknown): Promise<'woken' | 'late'>;
}

export interface StackView {
  stackId: string;
  name: string;
  status: string;
  reason: string;
  outputs: Readonly<Record<string, string>>;
  parameters: Readonly<Record<string, string>>;
  /** Of the newest operation; null when AWS tells none. */
  lastUpdated: string | null;
}
export interface ChangeSetView {
  arn: string;
  stackId: string;
  status: string;
  reason: string;
  executionStatus: string;
  changes: { logicalId: string; type: string; action: string; replacement: string | null; scope: readonly string[] }[];
}
export interface StackEvent {
  at: string;
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason: string;
  token: string;
}
/** What a drift check of a stack found. */
export interface DriftView {
  /** IN_SYNC, DRIFTED, or UNKNOWN when the check itself failed: that is no IN_SYNC. */
  status: string;
  /** Why it failed; empty otherwise. */
  reason: string;
  /** Resources that are not as the template says: `Service MODIFIED /TaskDefinition`. */
  differs: string[];
}
export interface Stacks {
  /** By name or id; null when CloudFormation says that it does not exist. A deleted stack is found by id, as DELETE_COMPLETE. */
  describe(nameOrId: string): Promise<StackView | null>;
  template(stackId: string): Promise<string>;
  /** Physical id of a resource by its type; null when the stack has none. */
  resource(stackId: string, type: string): Promise<{ logicalId: string; physicalId: string; status: string } | null>;
  /** Newest first, all pages up to `limit`. */
  events(stackId: string, limit: number): Promise<StackEvent[]>;
  /** Idempotent by name: an existing change set of that name is returned. */
  createChangeSet(input: {
    stackName: string;
    name: string;
    kind: 'CREATE' | 'UPDATE';
    templateUrl: string;
    parameters: Readonly<Record<string, string>>;
    tags: Readonly<Record<string, string>>;
    roleArn: string;
  }): Promise<{ arn: string; stackId: string }>;
  /** null when there is none of that ARN or name. */
  changeSet(arn: string): Promise<ChangeSetView | null>;
  execute(changeSetArn: string, token: string): Promise<void>;
  deleteChangeSet(changeSetArn: string): Promise<void>;
  deleteStack(stackId: string, token: string): Promise<void>;
  /** `refused` when the stack is in no state for it any more: look again. */
  cancelUpdate(stackId: string, token: string): Promise<'accepted' | 'refused'>;
  rollBack(stackId: string, token: string): Promise<'accepted' | 'refused'>;
  continueRollback(stackId: string, token: string, skip: readonly string[]): Promise<'accepted' | 'refused'>;
  /** Begins to compare the stack with its template. Id of the check; null while another one runs, whose id nobody tells. */
  detectDrift(stackId: string): Promise<string | null>;
  /** null while the check runs. */
  drift(stackId: string, detectionId: string): Promise<DriftView | null>;
}

export interface TaskView {
  taskArn: string;
  taskDefinitionArn: string;
  /** Deployment that started it: `ecs-svc/…`. */
  startedBy: string;
  lastStatus: string;
  desiredStatus: string;
  healthStatus: string;
  stopCode: string;
  stoppedReason: string;
  createdAt: string | null;
  startedAt: string | null;
  stoppedAt: string | null;
  /** Its interface, while ECS tells of one; the interface itself goes with the task. */
  network?: { interfaceId: string; subnetId: string; address: string };
  containers: { name: string; exitCode: number | null; reason: string; image: string; digest: string; lastStatus: string }[];
}
export interface DeploymentView {
  /** `ecs-svc/…` */
  id: string;
  /** PRIMARY, ACTIVE, INACTIVE */
  status: string;
  taskDefinitionArn: string;
  rolloutState: string;
  rolloutReason: string;
  desiredCount: number;
  runningCount: number;
  pendingCount: number;
  failedTasks: number;
  createdAt: string;
}
export interface ServiceView {
  serviceArn: string;
  status: string;
  taskDefinitionArn: string;
  desiredCount: number;
  runningCount: number;
  deployments: DeploymentView[];
  /** Newest first. */
  events: { at: string; message: string }[];
}
/** The parts of a task definition that say what runs, without ARN, revision and labels. */
export interface TaskDefinitionView {
  arn: string;
  digest: string | null;
  /** Sorted, normalised JSON: equal text means equal behaviour. */
  normalised: string;
  labels: Readonly<Record<string, string>>;
  /** awslogs group and stream prefix by container name. */
  logs: { container: string; group: string; prefix: string }[];
}
export interface Services {
  /** null when ECS says that there is none (or INACTIVE). */
  describe(cluster: string, service: string): Promise<ServiceView | null>;
  /** Running and stopped tasks of a service that ECS still describes, newest first. */
  tasks(cluster: string, service: string): Promise<TaskView[]>;
  taskDefinition(arn: string): Promise<TaskDefinitionView>;
  /** ARN of the newest service deployment and its status; null when there is none. */
  deployment(cluster: string, service: string): Promise<{ arn: string; status: string; reason: string } | null>;
  /** ECS's own rollback: promotes the tasks of the old revision that still run. `refused` when nothing is under way. */
  rollBackDeployment(deploymentArn: string): Promise<'accepted' | 'refused'>;
}
export interface TargetHealth {
  /** Health of each target of the service's target group with AWS's reason. */
  describe(targetGroupArn: string): Promise<{ target: string; state: string; reason: string; description: string }[]>;
}

export interface AlarmView {
  name: string;
  /** OK, ALARM, INSUFFICIENT_DATA */
  state: string;
  /** When it came into that state, ISO 8601. */
  since: string;
  /** In CloudWatch's words. */
  reason: string;
  /** `HTTPCode_Target_5XX_Count (Sum)` */
  metric: string;
  /** null when CloudWatch computes it. */
  threshold: number | null;
  /** The newest value that was judged; null when CloudWatch tells none. */
  value: number | null;
}
export interface Alarms {
  /** Of these names, at most 100, those that exist. Metric alarms only. */
  describe(names: readonly string[]): Promise<AlarmView[]>;
}

export interface Images {
  /** null when the registry has no image of that tag or digest. */
  describe(repository: string, id: { tag: string } | { digest: string }): Promise<{ digest: string; tags: string[] } | null>;
  /** `os/architecture` of the image's own configuration. */
  platform(repository: string, digest: string): Promise<string>;
  /** Scan status (COMPLETE, IN_PROGRESS, …) and counts by severity; null when the registry knows of no scan. */
  scan(repository: string, digest: string): Promise<{ status: string; findings: Record<string, number> } | null>;
}

export interface LogReader {
  /** The last `limit` lines of a stream, oldest first; null when the group or stream does not exist. */
  tail(group: string, stream: string, limit: number): Promise<{ at: string; line: string }[] | null>;
}

export interface HttpAnswer {
  status: number;
  body: string;
  milliseconds: number;
}
export interface HttpClient {
  /**
   * One request, no retry, no redirect. Throws HostUnusable for a name that leads nowhere and a certificate that does not count, anything
   * else on other connection trouble and after `timeoutSeconds`.
   */
  request(input: {
    method: string;
    url: string;
    headers?: Record<string, string>;
    body?: string;
    timeoutSeconds: number;
  }): Promise<HttpAnswer>;
}

export interface SampleSigner {
  /** DER signature (ECDSA P-256, SHA-256) of the message by the stage's sample key. */
  sign(alias: string, message: string): Promise<Uint8Array>;
}

export interface Notifier {
  /** Subject at most 100 characters. */
  notify(subject: string, message: string): Promise<void>;
}
export interface Announcer {
  /** Puts one `Release Outcome` event on the default bus. */
  announce(detail: Readonly<Record<string, unknown>>): Promise<void>;
}
export interface RunbookPages {
  /** Markdown of the cause's page; null when there is none. */
  page(cause: Cause): Promise<string | null>;
}
export interface Executions {
  /** Starts the release machine; `exists` when an execution of that name already ran or runs. */
  start(name: string, input: unknown): Promise<'started' | 'exists'>;
}
/** An execution of the release machine that ended, with all that its states left in its history. */
export interface EndedExecution {
  arn: string;
  name: string;
  /** SUCCEEDED, FAILED, TIMED_OUT, ABORTED */
  status: string;
  /** JSON text. */
  input: string;
  error: string | null;
  cause: string | null;
  /** Oldest first. `state` of events of entering and leaving, `assigned` what was assigned on leaving, parsed. */
  events: { type: string; state?: string; assigned: Readonly<Record<string, unknown>> }[];
}
export interface ExecutionStates {
  /** RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE; null when Step Functions knows none of that ARN. */
  status(arn: string): Promise<string | null>;
}
export interface ExecutionHistory {
  read(arn: string): Promise<EndedExecution>;
}
export interface ReleaseHistory {
  /** All events so far of an execution of the release machine, oldest first. */
  events(executionArn: string): Promise<MeteredEvent[]>;
}
export interface Measures {
  /** Tells CloudWatch. Never fails: what is measured goes the way of the log. */
  send(values: readonly Measured[]): void;
}
export interface Clock {
  now(): Date;
}
