import * as z from 'zod';
import { Cause } from './causes.ts';

/** What a Catch of the machine keeps: which state failed, with which error. */
export const Failure = z.strictObject({
  state: z.string(),
  /** The error's name: a contract error's, or Step Functions' own (`States.TaskFailed`). */
  error: z.string(),
  /** The error's text: JSON {errorType, errorMessage} from a Lambda, the build from CodeBuild. */
  cause: z.string(),
});
export type Failure = z.infer<typeof Failure>;

/** What an object of a bundle holds. */
export const Source = z.enum([
  'failure',
  'target-health',
  'running-task',
  'stopped-task',
  'task-log',
  'task-definition',
  'service',
  'stack',
  'stack-events',
  'build-log',
  'smoke',
  'recorder',
  'network',
  'image',
  'secret',
  'access-denial',
]);
export type Source = z.infer<typeof Source>;

/** One line of the manifest. */
export const CollectedObject = z.strictObject({
  /** Object key in the diagnostics bucket. */
  key: z.string(),
  source: Source,
  bytes: z.int(),
  sha256: z.string(),
});
export type CollectedObject = z.infer<typeof CollectedObject>;

export const MissingSource = z.strictObject({ source: z.string(), reason: z.string() });
export type MissingSource = z.infer<typeof MissingSource>;

/** What a reader must know of a source although it is there: how far it can be trusted. */
export const SourceNote = z.strictObject({ source: Source, note: z.string() });
export type SourceNote = z.infer<typeof SourceNote>;

/** `manifest.json` of a bundle: written last, and only then is the bundle sealed. */
export const Manifest = z.strictObject({
  release: z.string(),
  stage: z.string().nullable(),
  failure: Failure,
  startedAt: z.iso.datetime(),
  sealedAt: z.iso.datetime(),
  /** Nothing is missing. */
  complete: z.boolean(),
  /** `patterns`: the secret could not be read, so its values were not known to the redactor; shapes of secrets were still removed. */
  redaction: z.enum(['values-and-patterns', 'patterns']),
  objects: z.array(CollectedObject),
  missing: z.array(MissingSource),
  /** @default none: a manifest of before there were any */
  notes: z.array(SourceNote).default([]),
});
export type Manifest = z.infer<typeof Manifest>;

/** CollectDiagnostics' answer: pointers, never logs. */
export const Diagnostics = z.strictObject({
  bucket: z.string(),
  prefix: z.string(),
  /** null when the manifest could not be written; `missing` says why. */
  manifestKey: z.string().nullable(),
  objects: z.int(),
  missing: z.array(MissingSource),
  sealedAt: z.iso.datetime().nullable(),
});
export type Diagnostics = z.infer<typeof Diagnostics>;

export const Evidence = z.strictObject({ source: z.string(), line: z.string() });
export type Evidence = z.infer<typeof Evidence>;

export const Diagnosis = z.strictObject({
  cause: Cause,
  confidence: z.enum(['certain', 'likely', 'unknown']),
  /** What happened in one sentence, without a secret value. */
  sentence: z.string(),
  /** The lines that prove it, most telling first, at most 20. */
  evidence: z.array(Evidence).max(20),
});
export type Diagnosis = z.infer<typeof Diagnosis>;

/** What RollBack did. */
export const Recovery = z.strictObject({
  /** `nothing`: nothing had changed; `started`: watch it; `blocked`: a person must act. */
  status: z.enum(['nothing', 'started', 'blocked']),
  /** The row of the table that was followed, e.g. `delete-change-set`, `delete-stack`, `stop-service-deployment`, `redeploy-last-good`. */
  action: z.string(),
  stackId: z.string().nullable(),
  /** Change set of a repair from last-good, when that is what was started. */
  changeSetArn: z.string().nullable(),
  reason: z.string(),
  /** Id of the drift check, when that is what was started. */
  driftDetectionId: z.string().optional(),
  /** Poll count of the rollback's loop when it was done: how long its effect may take is counted from here. */
  polls: z.int().min(0),
  at: z.iso.datetime(),
});
export type Recovery = z.infer<typeof Recovery>;

/** What a drift check found after resources had been left out of a rollback: whether template and reality agree again. */
export const Drift = z.strictObject({
  /** As CloudFormation words it; anything but IN_SYNC is not in order. */
  status: z.string(),
  reason: z.string(),
  differs: z.array(z.string()).max(100),
});
export type Drift = z.infer<typeof Drift>;

export const RollbackWatch = z.strictObject({
  /**
   * `again`: what we asked for was refused or overtaken; look at the table anew. `stuck`: CloudFormation's own rollback outlasted all
   * patience; once more everything is kept, then ECS is stopped, then a person must act.
   */
  status: z.enum(['running', 'again', 'settled', 'stuck', 'blocked']),
  waitingFor: z.string(),
  stackStatus: z.string(),
  reason: z.string(),
  /** Absent unless resources had been left out of the rollback. */
  drift: Drift.optional(),
});
export type RollbackWatch = z.infer<typeof RollbackWatch>;

export const Proof = z.strictObject({
  /**
   * `unchanged`: nothing had been touched; `proven`: last-good runs again, digest, definition and smoke test say so; `gone`: a first
   * deploy was removed and its evidence is there; `unproven`, `blocked`: a person must act.
   */
  outcome: z.enum(['unchanged', 'proven', 'gone', 'unproven', 'blocked']),
  reason: z.string(),
  at: z.iso.datetime(),
});
export type Proof = z.infer<typeof Proof>;

/** Report's answer; the machine's Fail state carries it as its cause. */
export const ReportPointer = z.strictObject({
  /** `not-released`: rolled back and proven, or nothing had changed; `not-recovered`: a person must act (exit 3). */
  outcome: z.enum(['not-released', 'not-recovered']),
  cause: Cause,
  sentence: z.string(),
  bucket: z.string(),
  /** Object key of report.md; report.json lies beside it. null when the store refused. */
  reportKey: z.string().nullable(),
});
export type ReportPointer = z.infer<typeof ReportPointer>;
