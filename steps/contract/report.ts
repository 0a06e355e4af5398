/** `report.json`: everything that an incident report says. report.md and report.html are drawn from it, and the command line reads it. */
import * as z from 'zod';
import { Cause } from './causes.ts';
import { Cost } from './cost.ts';
import { Diagnosis, Diagnostics, Failure, Proof, Recovery, ReportPointer } from './failure.ts';
import { FrontMatter } from './runbook.ts';

/** One moment of the incident; null when nothing tells the time. */
export const Moment = z.strictObject({
  what: z.enum(['broke', 'seen', 'sealed', 'decided', 'rolled back', 'proven']),
  at: z.iso.datetime().nullable(),
  note: z.string(),
});
export type Moment = z.infer<typeof Moment>;

export const BlastRadius = z.strictObject({
  /**
   * `untouched`: nothing was deployed; `nothing-before`: a first deploy, nobody was served by it before; `kept`: old tasks and healthy targets
   * at every look; `replaced`: the new version had taken the traffic; `hurt`: a look found nothing healthy; `unknown`: no look tells.
   */
  served: z.enum(['untouched', 'nothing-before', 'kept', 'replaced', 'hurt', 'unknown']),
  sentence: z.string(),
  /** Tasks that ran when the stage was inspected, and that scaling wanted; null where there was no service. */
  before: z.strictObject({ running: z.int(), desired: z.int() }).nullable(),
  /** Tasks of the version before that still ran when the failure was collected; null when that was not collected. */
  oldTasks: z.int().nullable(),
  /** Targets of the load balancer at that moment; null when they were not collected. */
  targets: z.strictObject({ healthy: z.int(), all: z.int() }).nullable(),
});
export type BlastRadius = z.infer<typeof BlastRadius>;

/** What the cause's page says, with this release's names filled in. Markdown. */
export const RunbookExcerpt = z.strictObject({
  about: FrontMatter,
  /** The page's first block, as a script. */
  inputs: z.string(),
  check: z.string(),
  fix: z.string(),
});
export type RunbookExcerpt = z.infer<typeof RunbookExcerpt>;

export const IncidentReport = z.strictObject({
  tag: z.string(),
  attempt: z.int().min(1),
  commit: z.string(),
  /** The execution's name. */
  release: z.string(),
  /** null when no stage had been reached. */
  stage: z.string().nullable(),
  outcome: ReportPointer.shape.outcome,
  /** What a person acts on: that of the rollback when the rollback failed. */
  cause: Cause,
  /** Why the release failed. */
  diagnosis: Diagnosis,
  failure: Failure,
  timeline: z.array(Moment),
  blastRadius: BlastRadius,
  /** One line each. */
  stoppedTasks: z.array(z.string()),
  /** What was done to go back, in order; the last one is where it ended. */
  moves: z.array(Recovery).min(1),
  proof: Proof,
  diagnostics: Diagnostics,
  /** What the release cost until it was told; null when its history could not be read. */
  cost: Cost.nullable().default(null),
  /** What could not be done or kept, with the reason. */
  troubles: z.array(z.string()),
  /** Of `cause`; null when its page could not be read. */
  runbook: RunbookExcerpt.nullable(),
  /** The one command that the report ends with. */
  next: z.string(),
});
export type IncidentReport = z.infer<typeof IncidentReport>;
