import * as z from 'zod';
import { Cause } from './causes.ts';
import { Artefacts, Digest } from './release.ts';

/** What a foundation stack exports for the steps; names are its output keys. */
export const Foundation = z.strictObject({
  /** `https://…` under which callers reach the stage, without a trailing slash. */
  ServiceUrl: z.url({ protocol: /^https$/ }),
  ClusterArn: z.string(),
  LogGroupName: z.string(),
  /** Role that CloudFormation assumes for the Service stack: steps hold no infrastructure rights. */
  DeployRoleArn: z.string(),
  /** `alias/release-sample/…` of the asymmetric key that signs sample webhooks. */
  SampleKeyAlias: z.string(),
  /** Names of the alarms that a release is watched by, with commas between them. */
  AlarmNames: z.string().min(1),
});
export type Foundation = z.infer<typeof Foundation>;

/** What a stage ran before this release: recorded in the bucket before anything is touched. */
export const LastGood = z.strictObject({
  stackId: z.string(),
  digest: Digest,
  /** Version that /health reported or the label said; null when the running service tells none. */
  version: z.string().nullable(),
  /** Object key of the template that runs, in the diagnostics bucket. */
  templateKey: z.string(),
  parameters: z.record(z.string(), z.string()),
  /** sha256 of the normalised task definition (digest, env, roles, limits; without labels, ARNs and revision). */
  taskDefinitionHash: z.string(),
  desiredCount: z.int().min(0),
  /** Artefacts of the release that proved it, for the smoke test of a rollback; null when no release of ours did. */
  artefacts: Artefacts.nullable(),
});
export type LastGood = z.infer<typeof LastGood>;

/** The running service of a stage, as ECS describes it. */
export const LiveService = z.strictObject({
  serviceArn: z.string(),
  deploymentId: z.string(),
  taskDefinitionArn: z.string(),
  digest: Digest.nullable(),
  desiredCount: z.int(),
  runningCount: z.int(),
});
export type LiveService = z.infer<typeof LiveService>;

/** What HealStack carries from one poll to the next. */
export const Heal = z.strictObject({
  status: z.enum(['running', 'healed']),
  waitingFor: z.string(),
  /** What was done so far, in order and in words. */
  did: z.array(z.string()),
  /** Of the drift check after a repair: AWS tells it once. */
  driftDetectionId: z.string().optional(),
});
export type Heal = z.infer<typeof Heal>;

export const HealPlan = z.strictObject({
  action: z.enum(['delete-stack', 'continue-rollback']),
  /** The stack status that makes it necessary. */
  status: z.string(),
});
export type HealPlan = z.infer<typeof HealPlan>;

export const Inspection = z.strictObject({
  /** `busy`: somebody's operation runs on the stack; the machine looks again. */
  status: z.enum(['ready', 'busy']),
  /** null when there is no such stack (AWS said so; an error is never read that way). */
  stackId: z.string().nullable(),
  stackStatus: z.string().nullable(),
  foundation: Foundation,
  service: LiveService.nullable(),
  lastGood: LastGood.nullable(),
  heal: HealPlan.nullable(),
  /** Version of the secret that was checked against the tag's own contract. */
  secretVersionId: z.string(),
  /** sha256 of that contract, as the tag's build exported it. */
  contractHash: z.string(),
});
export type Inspection = z.infer<typeof Inspection>;

export const ResourceChange = z.strictObject({
  logicalId: z.string(),
  type: z.string(),
  action: z.string(),
  /** True, False, Conditional; null for additions and removals. */
  replacement: z.string().nullable(),
});

export const Plan = z.strictObject({
  /** `pending`: CloudFormation still computes the change set; `heal-first`: it can only be made after HealStack. */
  status: z.enum(['pending', 'ready', 'heal-first']),
  changeSetName: z.string(),
  /** null while heal-first. */
  changeSetArn: z.string().nullable(),
  stackId: z.string().nullable(),
  kind: z.enum(['CREATE', 'UPDATE']),
  /** sha256 of the template that was planned. */
  templateHash: z.string(),
  changes: z.array(ResourceChange).max(100),
});
export type Plan = z.infer<typeof Plan>;

/** What a person was asked; the token itself stays in the release table. */
export const Approval = z.strictObject({ id: z.string() });
export type Approval = z.infer<typeof Approval>;

export const Lock = z.strictObject({
  /** `held`: another release has the stage; the machine waits. */
  status: z.enum(['locked', 'held']),
  holder: z.string(),
  /** In words, for the terminal: who is to leave, or why one that runs no more keeps the stage; absent once it is locked. */
  waitingFor: z.string().optional(),
});
export type Lock = z.infer<typeof Lock>;

export const Deployment = z.strictObject({
  stackId: z.string(),
  changeSetArn: z.string(),
  /** ClientRequestToken of the operation: tells ours from anybody else's. */
  token: z.string(),
  startedAt: z.iso.datetime(),
});
export type Deployment = z.infer<typeof Deployment>;

/** What a watching step carries from one poll to the next: it keeps nothing in memory. */
export const Watch = z.strictObject({
  status: z.enum(['running', 'succeeded']),
  /** In words, for the terminal: `2 of 2 tasks to be healthy`; empty once it succeeded. */
  waitingFor: z.string(),
  stackStatus: z.string(),
  /** Distinct stopped tasks of this deployment. */
  stoppedTasks: z.int(),
  /** Polls since anything changed: patience is counted in polls, so that it scales with the clock. */
  quietPolls: z.int(),
  /** Hash of what was seen, to tell change from silence. */
  seen: z.string(),
});
export type Watch = z.infer<typeof Watch>;

/** What the watch after the smoke test saw. */
export const AlarmWatch = z.strictObject({
  status: z.enum(['running', 'succeeded']),
  /** In words, for the terminal; empty once it succeeded. */
  waitingFor: z.string(),
  /** Names of alarms that rang before the deployment began, and still do: told, no reason to fail. */
  rangBefore: z.array(z.string()),
});
export type AlarmWatch = z.infer<typeof AlarmWatch>;

export const SmokeCheck = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  expected: z.string(),
  seen: z.string(),
  milliseconds: z.number(),
});
export type SmokeCheck = z.infer<typeof SmokeCheck>;
/** The transcript of a smoke test, passed or not: what failed is evidence, and an error's text would not hold it. */
export const Smoke = z.strictObject({
  checks: z.array(SmokeCheck),
  /** The most telling cause, and all failed checks in one sentence; null when every check passed. */
  failure: z.strictObject({ cause: Cause, sentence: z.string() }).nullable(),
});
export type Smoke = z.infer<typeof Smoke>;
