import type { ExecutionView } from '../steps/clients/execution-history.ts';
import type { Cost } from '../steps/contract/cost.ts';
import type { ReportPointer } from '../steps/contract/failure.ts';
import { exitCodes } from './exit-codes.ts';
import type { HealStory, Story } from './story.ts';

/** What became of a release, as `--json` writes it. */
export interface ReleaseResult {
  readonly tag: string;
  readonly outcome: 'released' | 'not-released' | 'not-recovered';
  /** State that failed; null for a released one. */
  readonly failedStep: string | null;
  /** What a person acts on: that of the rollback when the rollback failed. */
  readonly cause: string | null;
  readonly sentence: string | null;
  /** First stage that takes no tag like this one; null when it may go all the way. */
  readonly endsBefore: string | null;
  /** Stacks that were locked before the release came, and were freed. */
  readonly healed: readonly HealStory[];
  readonly stages: readonly { readonly name: string; readonly outcome: string; readonly rolledBack: boolean; readonly proven: boolean }[];
  readonly timeline: readonly {
    readonly at: string;
    readonly stage: string | null;
    readonly state: string;
    readonly event: string;
    readonly text?: string;
  }[];
  readonly diagnostics: {
    location: string;
    objects: number;
    missing: readonly { source: string; reason: string }[];
    sealedAt: string | null;
  } | null;
  /** Where report.md lies. */
  report: string | null;
  /** Milliseconds: `release` from start to end, and each state that was entered by its name, all visits together. */
  readonly durations: Readonly<Record<string, number>>;
  /** By the history; build minutes apart. */
  readonly cost: Cost;
}

export function resultOf(tag: string, story: Story, execution: ExecutionView): ReleaseResult {
  const { release, failure, diagnosis, diagnostics, recovery, proof } = story.known;
  const report = pointerOf(execution.cause);
  const failed = execution.status !== 'SUCCEEDED';
  return {
    tag,
    outcome: failed ? (report?.outcome ?? 'not-recovered') : 'released',
    failedStep: failed ? (failure?.state ?? null) : null,
    cause: failed ? (report?.cause ?? diagnosis?.cause ?? execution.error) : null,
    sentence: failed ? (diagnosis?.sentence ?? execution.cause) : null,
    endsBefore: release?.endsBefore ?? null,
    healed: story.heals,
    stages: story.stages.map(({ name, outcome }) => ({
      name,
      outcome,
      // A machine that died while it rolled back leaves no proof: then nobody knows.
      rolledBack: outcome === 'failed' && recovery?.status === 'started' && ['proven', 'gone', 'unproven'].includes(proof?.outcome ?? ''),
      // Never said without proof: a smoke test passed, here or after the rollback, or the stack is seen to be gone.
      proven: outcome === 'released' || ['proven', 'gone', 'unchanged'].includes(proof?.outcome ?? ''),
    })),
    timeline: story.moments,
    diagnostics: diagnostics
      ? {
          location: `s3://${diagnostics.bucket}/${diagnostics.prefix}`,
          objects: diagnostics.objects,
          missing: diagnostics.missing,
          sealedAt: diagnostics.sealedAt,
        }
      : null,
    report: report?.reportKey ? `s3://${report.bucket}/${report.reportKey}` : null,
    durations: {
      ...Object.fromEntries([...story.meter.seconds()].map(([state, seconds]) => [state, Math.round(seconds * 1000)])),
      release: Date.parse(execution.stoppedAt ?? '') - Date.parse(execution.startedAt),
    },
    cost: story.meter.cost(),
  };
}

export function exitCodeOf(result: Pick<ReleaseResult, 'outcome'>): number {
  return { released: exitCodes.done, 'not-released': exitCodes.notReleased, 'not-recovered': exitCodes.notRecovered }[result.outcome];
}

/** What the machine's Fail state said; null when it died otherwise: then nothing is known to be recovered. */
function pointerOf(cause: string | null): (Partial<Pick<ReportPointer, 'cause'>> & Omit<ReportPointer, 'cause' | 'sentence'>) | null {
  try {
    return JSON.parse(cause ?? '');
  } catch {
    return null;
  }
}
