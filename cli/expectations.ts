import { isDeepStrictEqual } from 'node:util';
import { type LoggedCall, nameOf, roleOf, sealingIn, undoingIn } from '../rehearsal/call-log.ts';
import type { Fault } from '../rehearsal/faults/fault.ts';
import type { RehearsedStage } from '../rehearsal/rehearsal.ts';
import type { RehearsedRelease } from './rehearse-release.ts';

/** A release that met a fault. */
export interface Met {
  readonly tag: string;
  /** Versions that /health reported before, by stage: they differ after a release that production did not get. Null when nothing answered. */
  readonly servedBefore: Readonly<Record<string, string | null>>;
  readonly release: Omit<RehearsedRelease, 'differences'>;
  readonly calls: readonly LoggedCall[];
  readonly stages: readonly RehearsedStage[];
}

/** Where a release went another way than the fault's row of the catalogue says, one sentence each. */
export function differences(fault: Fault, met: Met): string[] {
  return [...judgeOutcome(fault, met), ...judgeService(fault, met), ...judgeClient(fault, met), ...judgeDiagnostics(fault, met)];
}

function judgeOutcome(fault: Fault, { release }: Met): string[] {
  if (fault.cause === 'any') return judgeSafety(release);
  return [
    ...expect('outcome', release.outcome, expectedOutcome(fault)),
    ...expect('cause', release.cause, fault.cause),
    ...(fault.failedStep ? expect('failed step', release.failedStep, fault.failedStep) : []),
  ];
}

/** Not recovered is safe only when people were told, which the report says. */
function judgeSafety({ outcome, stages, report, cause }: Met['release']): string[] {
  if (outcome === 'not-released' && stages.some(({ outcome: of, proven }) => of === 'failed' && !proven))
    return ['not released, and nothing is proven'];
  return outcome === 'not-recovered' && !report && cause === null ? ['not recovered, and nobody was told why'] : [];
}

export const expectedOutcome = (fault: Fault) => (fault.cause === null ? 'released' : (fault.outcome ?? 'not-released'));

/** Which version answers at the end. */
function judgeService(fault: Fault, { tag, servedBefore, release, stages }: Met): string[] {
  const stage = stages.find((one) => (fault.at === 'approval' ? one.approval : true))!;
  const serves = fault.serves ?? (fault.cause === null ? 'new' : fault.on === 'update' ? 'old' : 'nothing');
  if (serves === 'unsure') return [];
  const version = { new: tag.slice(1), old: servedBefore[stage.name] ?? null, nothing: null }[serves];
  return expect(`version that serves ${stage.name}`, release.serving[stage.name] ?? null, version);
}

function judgeClient(fault: Fault, { release }: Met): string[] {
  if (fault.clientMayFail) return [];
  return release.availability
    .filter(({ failed }) => failed > 0)
    .map(({ stage, requests, failed, firstFailure }) => `${failed} of ${requests} requests to ${stage} failed, the first: ${firstFailure}`);
}

/** Sealed before anything was undone, and complete but for what the row says. */
function judgeDiagnostics(fault: Fault, { release, calls }: Met): string[] {
  const first = undoingIn(calls)[0];
  const sealed = sealingIn(calls);
  const early =
    first && !fault.withoutSeal && (sealed < 0 || calls.indexOf(first) < sealed)
      ? [`${nameOf(first)} by ${roleOf(first)} precedes the sealed manifest`]
      : [];
  if (release.outcome === 'released' || fault.cause === 'any') return early;
  const missing = [...new Set((release.diagnostics?.missing ?? []).map(({ source }) => source))].sort();
  return [
    ...early,
    ...(fault.withoutSeal
      ? expect('seal', release.diagnostics?.sealedAt ?? null, null)
      : expect('sources missing from the bundle', missing, [...(fault.misses ?? [])].sort())),
  ];
}

const expect = (what: string, seen: unknown, expected: unknown): string[] =>
  isDeepStrictEqual(seen, expected) ? [] : [`${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(expected)}`];
