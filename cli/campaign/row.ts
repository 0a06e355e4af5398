import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../rehearsal/faults/fault.ts';
import { expectedOutcome } from '../expectations.ts';
import type { RehearsedRelease } from '../rehearse-release.ts';

/** One fault, as `--all --json` writes it. Seconds are real ones: waits were scaled. */
export interface FaultRow {
  readonly fault: string;
  /** Everything went as the fault's row of the catalogue says. */
  readonly ok: boolean;
  readonly differences: readonly string[];
  /** null when released. */
  readonly cause: string | null;
  readonly expected: string | null;
  readonly outcome: string;
  readonly expectedOutcome: string;
  /**
   * Until it was known to have failed: from the stage's Deploy; when nothing had been deployed there, from where the stage began; before
   * any stage, from where the release began. null when released.
   */
  readonly secondsToDecision: number | null;
  /** From the stop of the first task to the decision; null when no task stopped. */
  readonly secondsFromFirstStop: number | null;
  /** From the decision until the manifest of the diagnostics was written. */
  readonly secondsToSeal: number | null;
  /** From the decision until the rollback, or that nothing had changed, was proven. */
  readonly secondsToProof: number | null;
  readonly availability: RehearsedRelease['availability'];
  /** What the founding team lived through. */
  readonly history: Fault['history'] | null;
  /** What was injected as AWS's words, because a process cannot show it. */
  readonly asWords: string | null;
  /** Folder of the bundle, the report and the log of calls. */
  readonly kept: string;
}

export async function rowOf(fault: Fault, release: RehearsedRelease, kept: string): Promise<FaultRow> {
  const failure = release.timeline.find(({ event }) => event === 'failed');
  const decided = failure?.at;
  const began = begin(release, failure);
  const proven = momentOf(release, ({ state, event }) => state === 'ProveRollback' && event === 'done');
  const failed = release.outcome !== 'released';
  return {
    fault: fault.name,
    ok: release.differences.length === 0,
    differences: release.differences,
    cause: release.cause,
    expected: fault.cause,
    outcome: release.outcome,
    expectedOutcome: expectedOutcome(fault),
    secondsToDecision: failed ? seconds(began, decided) : null,
    secondsFromFirstStop: failed ? seconds(await firstStop(release, began), decided) : null,
    secondsToSeal: failed ? seconds(decided, release.diagnostics?.sealedAt) : null,
    secondsToProof: failed ? seconds(decided, proven) : null,
    availability: release.availability,
    history: fault.history ?? null,
    asWords: fault.asWords ?? null,
    kept,
  };
}

type Moment = RehearsedRelease['timeline'][number];
const momentOf = ({ timeline }: RehearsedRelease, wanted: (moment: Moment) => boolean) => timeline.find(wanted)?.at;

function begin({ timeline }: RehearsedRelease, failure: Moment | undefined): string | undefined {
  const before = timeline.filter(({ at, event }) => event === 'entered' && at <= (failure?.at ?? '9'));
  const atStage = before.filter(({ stage }) => stage !== null && stage === failure?.stage);
  return (atStage.findLast(({ state }) => state === 'Deploy') ?? atStage[0] ?? before[0])?.at;
}

/** As the bundle has it: ECS's own time of the first task that stopped since the deployment began. */
async function firstStop({ diagnostics }: RehearsedRelease, since = ''): Promise<string | undefined> {
  const text = await readFile(join(diagnostics?.location ?? '', 'stopped-tasks.json'), 'utf8').catch(() => '[]');
  const stops = (JSON.parse(text) as { stoppedAt: string | null }[]).flatMap(({ stoppedAt }) => stoppedAt ?? []);
  return stops.filter((at) => at >= since).sort()[0];
}

const seconds = (from: string | null | undefined, to: string | null | undefined) =>
  from && to ? Math.round(Date.parse(to) - Date.parse(from)) / 1000 : null;
