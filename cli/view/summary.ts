import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { costInWords } from '../../steps/checks/tally.ts';
import type { RehearsalResult } from '../rehearse.ts';
import { duration, endsInWords, oneLine } from './words.ts';

/** What a person reads last: what happened, why, what proves it, what was done, what to do. */
export async function printSummary(release: RehearsalResult, stages: readonly { name: string; url: string }[]): Promise<void> {
  const { outcome, tag, cause, sentence } = release;
  console.log();
  const reached = release.endsBefore === null ? stages : release.stages;
  if (outcome === 'released')
    console.log(`✓ ${tag} is released to ${reached.map(({ name }) => name).join(' and ')}${endsInWords(release)}.`);
  else
    console.log(
      `✗ ${tag} is not released${outcome === 'not-recovered' ? ', and a person must act' : ''}: ${cause}. ${oneLine(sentence ?? '', 400)}`,
    );
  for (const { name, url } of stages)
    console.log(`  ${name}: ${url}/health says version ${release.serving[name] ?? '– (nothing answers)'}`);
  for (const { stage, requests, failed, firstFailure } of release.availability) {
    console.log(
      `  ${stage}: ${requests} requests of a client during the release, ${failed} failed${firstFailure ? ` (first: ${firstFailure})` : ''}`,
    );
  }
  for (const { stage, did } of release.healed) console.log(`  ${stage}: its stack was locked and healed first: ${did.join(', ')}`);
  if (outcome !== 'released') await printIncident(release);
  for (const difference of release.differences) console.log(`  ✗ not as the catalogue says: ${oneLine(difference, 400)}`);
  const memory = release.peakMebibytes === null ? 'not known on this system' : `${release.peakMebibytes} MiB`;
  console.log(
    `  ${duration(release.durations['release'] ?? 0)} for the release, ${duration(release.durations['total'] ?? 0)} in all; peak memory of all processes (PSS) ${memory}; ${release.cost.transitions} transitions; on AWS ${costInWords(release.cost)}`,
  );
}

async function printIncident({ stages, diagnostics, report }: RehearsalResult): Promise<void> {
  for (const { name, outcome, rolledBack, proven } of stages) {
    console.log(
      `  ${name}: ${outcome}${rolledBack ? ', rolled back' : ''}${outcome === 'failed' ? (proven ? ', proven' : ', NOT proven') : ''}`,
    );
  }
  if (diagnostics) {
    const place = relative(process.cwd(), diagnostics.location);
    console.log(
      `  diagnostics: ${diagnostics.objects} objects in ${place}${diagnostics.missing.length > 0 ? `, ${diagnostics.missing.length} sources missing` : ''}`,
    );
    for (const line of await evidence(join(diagnostics.location, '..', '..'), report)) console.log(`    ${line}`);
  }
  if (report) console.log(`  report: ${relative(process.cwd(), report)}`);
}

/** Evidence lines, as the report lists them. */
async function evidence(_folder: string, report: string | null): Promise<string[]> {
  if (!report) return [];
  const json = await readFile(report.replace(/\.md$/, '.json'), 'utf8').catch(() => '{}');
  const { diagnosis } = JSON.parse(json) as { diagnosis?: { evidence?: { source: string; line: string }[] } };
  return (diagnosis?.evidence ?? []).slice(0, 8).map(({ source, line }) => `${source}: ${oneLine(line, 160)}`);
}
