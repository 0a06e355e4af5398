/** Items of the release table. One place, so that the steps, the report and the terminal agree on keys and attributes. */
import * as z from 'zod';
import { Cost } from './cost.ts';
import { LastGood } from './deployment.ts';
import { Artefacts, Commit, Digest } from './release.ts';

export const keys = {
  /** All attempts of a tag share `pk`. */
  release: (tag: string, attempt: number) => ({ pk: `RELEASE#${tag}`, sk: `ATTEMPT#${attempt}` }),
  lock: (stage: string) => ({ pk: `STAGE#${stage}`, sk: 'LOCK' }),
  state: (stage: string) => ({ pk: `STAGE#${stage}`, sk: 'STATE' }),
  /** Token of the state that waits for something to happen at the stage. */
  wake: (stage: string) => ({ pk: `STAGE#${stage}`, sk: 'WAKE' }),
  approval: (id: string) => ({ pk: `APPROVAL#${id}`, sk: 'REQUEST' }),
  /** Which request waits for a person at the stage: one at a time. */
  waiting: (stage: string) => ({ pk: `STAGE#${stage}`, sk: 'WAITING' }),
  /** @param at when it was begun, ISO 8601 */
  deed: (stage: string, at: string) => ({ pk: `STAGE#${stage}`, sk: `DEED#${at}` }),
} as const;

const key = { pk: z.string(), sk: z.string() };

/** A stack that a release freed before it deployed. */
export const HealedStage = z.object({
  stage: z.string(),
  /** Status in which it was found. */
  from: z.string(),
  /** What was done, in order: `continue-rollback`, `continue-rollback without Service`, `repair`, `drift check`; `delete-stack`. */
  did: z.array(z.string()),
  at: z.iso.datetime(),
});
export type HealedStage = z.infer<typeof HealedStage>;

/** One attempt at a tag: opened by AcceptTag, closed by CloseRelease or Report, refused ones included. */
export const ReleaseRecord = z.object({
  ...key,
  tag: z.string(),
  /** The commit that the host confirmed first is the tag's commit for ever. */
  commit: Commit,
  attempt: z.int().min(1),
  /** The execution's name. Whoever closes the record does so only while this is its own. */
  name: z.string(),
  pushedBy: z.string(),
  startedAt: z.iso.datetime(),
  /** Whether the host has named this commit, too: a mere claim ties the tag to nothing. Absent in records that are older than the question. */
  confirmed: z.boolean().optional(),
  /** Stage before which it ends, because that stage takes no tag like it. */
  endsBefore: z.string().optional(),
  outcome: z.enum(['running', 'released', 'not-released', 'not-recovered']),
  /** Id of the approval request that waits for a person, or waited last. */
  approvalId: z.string().optional(),
  /** Why it was not released; absent before and for a released one. */
  cause: z.string().optional(),
  digest: z.string().optional(),
  /** Where report.md lies; null when the store refused it. */
  report: z.object({ bucket: z.string(), key: z.string() }).nullable().optional(),
  closedAt: z.iso.datetime().optional(),
  /** By the history of its execution; absent before, and when that could not be read. */
  cost: Cost.optional(),
  /** Stacks that were freed on the way; absent when none was locked. */
  healed: z.array(HealedStage).optional(),
});
export type ReleaseRecord = z.infer<typeof ReleaseRecord>;

/** Who holds a stage: deleted when free. */
export const LockRecord = z.object({
  ...key,
  /** The execution's name. */
  holder: z.string(),
  tag: z.string(),
  pushedBy: z.string(),
  since: z.iso.datetime(),
  /** Why a person took it; absent for a release's own. */
  reason: z.string().optional(),
});
export type LockRecord = z.infer<typeof LockRecord>;

/** What a release proved at a stage: smoke-tested and unlocked. */
export const Proven = z.object({
  tag: z.string(),
  attempt: z.int().min(1),
  commit: Commit,
  digest: Digest,
  artefacts: Artefacts,
  /** Names of the checks of the smoke test, all passed; absent in what an older pipeline proved. */
  smoke: z.array(z.string()).optional(),
  at: z.iso.datetime(),
});
export type Proven = z.infer<typeof Proven>;

/** What is known of a stage between releases. */
export const StageState = z.object({
  ...key,
  proven: Proven.optional(),
  /** Written by InspectStage before anything is touched. */
  lastGood: LastGood.optional(),
  /** Set by Report when a release was not recovered: nothing is deployed here until a person cleared it. */
  blocked: z.object({ release: z.string(), reason: z.string(), at: z.iso.datetime() }).nullable().optional(),
});
export type StageState = z.infer<typeof StageState>;

/** One question to a person. The token is here and nowhere else; it decides nothing without a `decision` beside it. */
export const ApprovalRecord = z.object({
  ...key,
  id: z.string(),
  token: z.string(),
  release: z.string(),
  tag: z.string(),
  attempt: z.int().min(1),
  commit: Commit,
  stage: z.string(),
  digest: Digest,
  /** sha256 of the template that would be deployed: what is approved is what is deployed. */
  templateHash: z.string(),
  /** sha256 of the tag's own secret contract. */
  contractHash: z.string(),
  /** ARN of the change set that was shown; null when the stack is healed first, and the change set made after that from the same template. */
  changeSetArn: z.string().nullable(),
  /** One line a change, for the person who decides. */
  changes: z.array(z.string()),
  /** What the stages before this one proved, one line each. */
  earlier: z.array(z.string()),
  pushedBy: z.string(),
  executionArn: z.string(),
  requestedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** `superseded`: a newer tag asks for the same stage. The first that is not `pending` stays. */
  decision: z.enum(['pending', 'approved', 'rejected', 'superseded']),
  /** ARN of the principal that signed the decision; the newer tag, when superseded. */
  decidedBy: z.string().optional(),
  decidedAt: z.iso.datetime().optional(),
  /** In the person's words. */
  reason: z.string().optional(),
});
export type ApprovalRecord = z.infer<typeof ApprovalRecord>;

/** The request that waits at a stage. It may outlive its request's decision: that one tells. */
export const WaitingRecord = z.object({
  ...key,
  id: z.string(),
  tag: z.string(),
  attempt: z.int().min(1),
  since: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type WaitingRecord = z.infer<typeof WaitingRecord>;

/** What a person did to a stage by hand. Written before it is done, so that one which was cut short is on record, too. */
export const StageDeed = z.object({
  ...key,
  deed: z.enum(['clear', 'rollback']),
  /** ARN of the person. */
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string(),
  /** One line each, in words: what was to be removed, or brought back. */
  what: z.array(z.string()),
  /** `begun`: not known to have ended; `refused`: the stage changed meanwhile, not all of it was done; `failed`: the rollback was not proven. */
  outcome: z.enum(['begun', 'done', 'refused', 'failed']),
  /** Of a rollback. */
  rollback: z
    .object({
      /** Name of its execution, and holder of the stage's lock. */
      execution: z.string(),
      /** The release that is undone: its proof counts no more. */
      undoes: z.object({ tag: z.string(), attempt: z.int().min(1) }),
      /** What is proven again once the rollback is; null when no release of ours had proven it. */
      proves: Proven.nullable(),
    })
    .optional(),
});
export type StageDeed = z.infer<typeof StageDeed>;
