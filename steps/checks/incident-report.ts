import type { Cause } from '../contract/causes.ts';
import type { Manifest, Source } from '../contract/failure.ts';
import type { Objects, TaskView } from '../contract/ports.ts';
import type { IncidentReport, Moment, RunbookExcerpt } from '../contract/report.ts';
import { fillIn, parseRunbook } from '../contract/runbook.ts';
import type { StepInput } from '../contract/steps.ts';
import { blastRadius, seenAtCollection } from './blast-radius.ts';
import { releaseName } from './bundle.ts';
import { readManifest, stoppedTaskLine } from './evidence-lines.ts';
import { nextCommand } from './next-command.ts';
import { eachText, visible } from './outside-text.ts';
import type { Redact } from './redact.ts';
import { runbookValues } from './runbook-values.ts';

type Input = StepInput<'Report'>;

/** What of the bundle a report shows. */
export interface Kept {
  manifest: Manifest | null;
  /** Stopped tasks of this deployment. */
  stopped: readonly TaskView[];
  /** null when they were not collected. */
  running: readonly TaskView[] | null;
  targets: readonly { state: string }[] | null;
}

export const recovered: readonly Input['proof']['outcome'][] = ['unchanged', 'proven', 'gone'];

/** Everything that the report says. Every text of it is redacted, and safe to look at. */
export function incidentReport(input: Input, kept: Kept | null, runbook: RunbookExcerpt | null, redact: Redact): IncidentReport {
  const { incident, diagnosis, proof, diagnostics } = input;
  const { request, stage, failure } = incident;
  const cause = actionable(input);
  const facts: IncidentReport = {
    tag: request.tag,
    attempt: request.attempt,
    commit: request.commit,
    release: releaseName(incident),
    stage: stage?.name ?? null,
    outcome: recovered.includes(proof.outcome) ? 'not-released' : 'not-recovered',
    cause,
    diagnosis,
    // The bundle's copy: the values of the secret were taken out of it. Here only what has the shape of one can be.
    failure: kept?.manifest?.failure ?? failure,
    timeline: timelineOf(input, kept),
    blastRadius: blastRadius(input, seenAtCollection(incident, kept?.running ?? null, kept?.targets ?? null)),
    stoppedTasks: (kept?.stopped ?? []).map(stoppedTaskLine),
    moves: movesOf(input),
    proof,
    diagnostics,
    cost: null,
    troubles: [],
    runbook,
    next: nextCommand(cause, incident),
  };
  return eachText(facts, (text) => redact(visible(text)));
}

/** When the rescue itself failed, that is what a person acts on; a stack that was locked before we came is its own cause. */
export function actionable({ proof, diagnosis }: Input): Cause {
  if (recovered.includes(proof.outcome) || diagnosis.cause === 'StackLocked') return diagnosis.cause;
  return proof.outcome === 'unproven' ? 'RollbackUnproven' : 'RollbackFailed';
}

/** A step that broke off left no answer of its own: the machine's word for it is the last move. */
const movesOf = ({ moves, recovery }: Input) => (moves.at(-1)?.at === recovery.at ? moves : [...moves, recovery]);

function timelineOf(input: Input, kept: Kept | null): Moment[] {
  const { incident, diagnostics, recovery, proof } = input;
  const [first = recovery] = movesOf(input);
  const ends = (kept?.stopped ?? []).flatMap(({ stoppedAt }) => stoppedAt ?? []).sort();
  const { failure, deployment } = incident;
  const touched = recovery.status !== 'nothing';
  const back = touched && ['proven', 'gone', 'unproven'].includes(proof.outcome);
  return [
    { what: 'broke', at: ends[0] ?? deployment?.startedAt ?? null, note: ends[0] ? 'first task stopped' : 'deployment began' },
    { what: 'seen', at: kept?.manifest?.startedAt ?? null, note: `${failure.state} failed: ${failure.error}` },
    { what: 'sealed', at: diagnostics.sealedAt, note: `${diagnostics.objects} objects, ${diagnostics.missing.length} missing` },
    { what: 'decided', at: first.at, note: `${first.action} (${first.status}): ${first.reason}` },
    // Nobody writes down when the rollback ended: it was over when it was looked at.
    {
      what: 'rolled back',
      at: back ? proof.at : null,
      note: back ? 'found so when it was proven' : touched ? 'not rolled back' : 'nothing to roll back',
    },
    { what: 'proven', at: recovered.includes(proof.outcome) ? proof.at : null, note: `${proof.outcome}: ${proof.reason}` },
  ];
}

/** Reads what of the bundle a report shows. Throws when there is a seal and it cannot be read. */
export async function readKept({ incident, diagnostics }: Input, objects: Objects): Promise<Kept> {
  const manifest = await readManifest(objects, diagnostics);
  // Lists of one source may lie in several objects, and beside them what is no list.
  const read = async <T>(wanted: Source): Promise<T[] | null> => {
    const held = manifest?.objects.filter(({ source, key }) => source === wanted && key.endsWith('.json')) ?? [];
    const values: unknown[] = [];
    for (const { key } of held) values.push(JSON.parse(await objects.get(diagnostics.bucket, key)));
    const lists = values.filter((value): value is T[] => Array.isArray(value));
    return lists.length > 0 ? lists.flat() : null;
  };
  const since = incident.deployment?.startedAt ?? '';
  const stopped = (await read<TaskView>('stopped-task')) ?? [];
  return {
    manifest,
    stopped: stopped.filter(({ createdAt }) => (createdAt ?? '') >= since),
    running: await read<TaskView>('running-task'),
    targets: await read<{ state: string }>('target-health'),
  };
}

/** The parts of a cause's page that a report quotes, with this release's names. Throws when the page has another shape. */
export function excerptOf(page: string, { incident, diagnostics }: Input): RunbookExcerpt {
  const filled = fillIn(page, runbookValues(incident, diagnostics));
  const { about, sections } = parseRunbook(filled);
  const inputs = /^```sh\n((?:[A-Z]+=.*\n)+)```$/m.exec(filled)?.[1]?.trimEnd() ?? '';
  return { about, inputs, check: sections.Check, fix: sections.Fix };
}
