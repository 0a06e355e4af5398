import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AvailabilityProbe } from '../rehearsal/availability.ts';
import { readCalls } from '../rehearsal/call-log.ts';
import type { Fault } from '../rehearsal/faults/fault.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import type { Approval } from './approver.ts';
import { differences } from './expectations.ts';
import { releaseTag } from './release-tag.ts';
import type { ReleaseResult } from './result.ts';
import { duration } from './view/words.ts';

/** What became of a rehearsed release, and what only a rehearsal can know. */
export interface RehearsedRelease extends ReleaseResult {
  readonly fault: string | null;
  /** Where it went another way than the fault's row of the catalogue says; empty without a fault. */
  readonly differences: readonly string[];
  /** What a client met that called each stage from before the release to after it. */
  readonly availability: readonly Available[];
  /** Versions that /health reported at the end, by stage; null when nothing answered. */
  readonly serving: Readonly<Record<string, string | null>>;
}

interface Available extends Pick<AvailabilityProbe, 'requests' | 'failed' | 'firstFailure' | 'lastFailure'> {
  readonly stage: string;
}

export interface RehearseReleaseOptions {
  readonly tag: string;
  /** Tag that runs in every stage; null when nothing was released before. */
  readonly before: string | null;
  readonly fault?: Fault;
  readonly approval: Approval;
  /** Folder for what outlives the rehearsal. */
  readonly kept: string;
  readonly signal: AbortSignal;
  /** @default false */
  readonly quiet?: boolean;
}

/** Releases a tag, under a fault if there is one, with a client that calls every running stage throughout. The world is put back afterwards. */
export async function rehearseRelease(rehearsal: Rehearsal, options: RehearseReleaseOptions): Promise<RehearsedRelease> {
  const { before, fault, approval, kept, signal, quiet = false } = options;
  const tag = fault?.tagFor?.(options.tag) ?? options.tag;
  const { stages, home, world } = rehearsal.parts;
  const callsBefore = await sizeOf(join(home, 'calls.jsonl'));
  const probes = new Map(before === null ? [] : stages.map((stage) => [stage.name, new AvailabilityProbe(world.callers, stage.url)]));
  const servedBefore = await versions(rehearsal);
  const injection = fault && (await rehearsal.inject(fault, tag));
  if (fault && !quiet) console.log(`Fault ${fault.name}: ${fault.summary}.`);
  const result = await releaseTag(rehearsal, tag, { approval, signal, quiet, ...(injection && { injection }) });
  const serving = await versions(rehearsal);
  await Promise.all([...probes.values()].map((probe) => probe.stop()));
  await injection?.end();
  const bundle = result.diagnostics && (await keep(rehearsal, result.diagnostics.location, join(kept, 'diagnostics')));
  const release = {
    ...result,
    diagnostics: result.diagnostics && { ...result.diagnostics, location: bundle ?? result.diagnostics.location },
    report: result.report && join(kept, 'diagnostics', result.report.split('/').slice(5).join('/')),
    fault: fault?.name ?? null,
    availability: [...probes].map(([stage, { requests, failed, firstFailure, lastFailure }]) => ({
      stage,
      requests,
      failed,
      firstFailure,
      lastFailure,
    })),
    serving,
  };
  if (!fault) return { ...release, differences: [] };
  const calls = await readCalls(join(home, 'calls.jsonl'), callsBefore);
  return { ...release, differences: differences(fault, { tag, servedBefore, release, calls, stages }) };
}

/** A fault on an update needs something to update: the same commit, under a lower tag, timed apart. @returns the tag */
export async function releaseBefore(rehearsal: Rehearsal, tag: string, signal: AbortSignal, quiet = false): Promise<string> {
  if (!quiet) console.log(`First ${tag}, so that there is something to update.`);
  const before = await releaseTag(rehearsal, tag, { approval: 'yes', signal, quiet: true });
  if (before.outcome !== 'released') throw new Error(`the release before the fault failed: ${before.cause}: ${before.sentence}`);
  if (!quiet) console.log(`${tag} runs in every stage (${duration(before.durations['release'] ?? 0)}).`);
  return tag;
}

/** Copies the bundle out of the stand-in's bucket: it must outlive the rehearsal. */
async function keep(rehearsal: Rehearsal, location: string, folder: string): Promise<string> {
  const { hostname: bucket, pathname } = new URL(location);
  // The release's folder, in which each incident's bundle and the report lie.
  await rehearsal.export(bucket, pathname.slice(1).split('/').slice(0, 2).join('/'), folder);
  return join(folder, pathname.slice(1).split('/').slice(2).join('/'));
}

async function versions(rehearsal: Rehearsal): Promise<Record<string, string | null>> {
  const { stages, world } = rehearsal.parts;
  const asked = stages.map(async ({ name, url }) => {
    const answer = await world.callers
      .get(`${url}/health`, 5000)
      .then(({ body }) => JSON.parse(body) as { version?: string })
      .catch(() => null);
    return [name, answer?.version ?? null] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}

const sizeOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );
