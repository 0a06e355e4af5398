import { messageOf, releaseName } from './checks/bundle.ts';
import { readManifest, stoppedTaskLine } from './checks/evidence-lines.ts';
import { nextCommand } from './checks/next-command.ts';
import { createRedactor, type Redact } from './checks/redact.ts';
import { type IncidentReport, type Moment, renderReport, shortText, subjectOf } from './checks/render-report.ts';
import type { Cause } from './contract/causes.ts';
import type { Manifest, ReportPointer } from './contract/failure.ts';
import type { Announcer, Clock, Notifier, Objects, Table, TaskView } from './contract/ports.ts';
import { keys } from './contract/records.ts';
import { diagnosticsPrefix } from './contract/release.ts';
import type { StepInput } from './contract/steps.ts';

export interface ReportPorts {
  objects: Objects;
  table: Pick<Table, 'update' | 'remove'>;
  notifier: Notifier;
  announcer: Announcer;
  clock: Clock;
}
type Input = StepInput<'Report'>;

const recovered: readonly Input['proof']['outcome'][] = ['unchanged', 'proven', 'gone'];

/**
 * Tells people what happened, and closes the record. Each of its deeds is tried whatever became of the others: a store that is down must not
 * keep the news from anybody. What could not be done is said in the report, and in the answer.
 */
export async function report(input: Input, bucket: string, ports: ReportPorts): Promise<ReportPointer> {
  const { incident, diagnosis } = input;
  const redact = createRedactor();
  const troubles: string[] = [];
  const attempt = async <T>(deed: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      troubles.push(redact(`${deed}: ${messageOf(error)}`).slice(0, 400));
      return null;
    }
  };

  const kept = await attempt('the bundle could not be read', () => readKept(input, ports.objects));
  const facts = factsOf(input, kept, troubles);
  const key = `${diagnosticsPrefix({ name: releaseName(incident) })}/report.md`;
  await attempt('the stage could not be freed or marked', () => settleStage(input, facts, redact, ports));
  const stored = await attempt('the store refused the report', async () => {
    await ports.objects.put(bucket, key.replace(/md$/, 'json'), redact(JSON.stringify(facts, null, 2)), 'application/json');
    await ports.objects.put(bucket, key, redact(renderReport(facts)), 'text/markdown; charset=utf-8');
    return key;
  });
  await attempt('the release record could not be closed', () => closeRecord(input, facts, stored ? { bucket, key: stored } : null, ports));
  const location = stored ? `s3://${bucket}/${stored}` : 'not stored';
  await attempt('people could not be notified', () => ports.notifier.notify(subjectOf(facts), redact(shortText(facts, location))));
  const { tag, commit, attempt: number, outcome, cause, stage, release: name } = facts;
  await attempt('the outcome could not be announced', () =>
    ports.announcer.announce({ outcome, tag, commit, attempt: number, name, stage, cause, report: stored && location }),
  );
  const sentence = redact([diagnosis.sentence, ...troubles].join(' — '));
  return { outcome, cause, sentence, bucket, reportKey: stored };
}

function factsOf(input: Input, kept: Awaited<ReturnType<typeof readKept>> | null, troubles: string[]): IncidentReport {
  const { incident, diagnosis, recovery, proof, diagnostics } = input;
  const { request, stage, failure } = incident;
  const cause = actionable(input);
  return {
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
    timeline: timelineOf(input, kept?.manifest ?? null, kept?.stopped ?? []),
    stoppedTasks: (kept?.stopped ?? []).map(stoppedTaskLine),
    recovery,
    proof,
    diagnostics,
    troubles,
    next: nextCommand(cause, incident),
  };
}

/** When the rescue itself failed, that is what a person acts on; a stack that was locked before we came is its own cause. */
function actionable({ proof, diagnosis }: Input): Cause {
  if (recovered.includes(proof.outcome) || diagnosis.cause === 'StackLocked') return diagnosis.cause;
  return proof.outcome === 'unproven' ? 'RollbackUnproven' : 'RollbackFailed';
}

function timelineOf({ incident, diagnostics, recovery, proof }: Input, manifest: Manifest | null, stopped: readonly TaskView[]): Moment[] {
  const ends = stopped.flatMap(({ stoppedAt }) => stoppedAt ?? []).sort();
  const { failure, deployment } = incident;
  const touched = recovery.status !== 'nothing';
  return [
    { what: 'broke', at: ends[0] ?? deployment?.startedAt ?? null, note: ends[0] ? 'first task stopped' : 'deployment began' },
    { what: 'seen', at: manifest?.startedAt ?? null, note: `${failure.state} failed: ${failure.error}` },
    { what: 'sealed', at: diagnostics.sealedAt, note: `${diagnostics.objects} objects, ${diagnostics.missing.length} missing` },
    { what: 'decided', at: recovery.at, note: `${recovery.action} (${recovery.status})` },
    { what: 'rolled back', at: touched ? proof.at : null, note: touched ? recovery.reason : 'nothing to roll back' },
    { what: 'proven', at: recovered.includes(proof.outcome) ? proof.at : null, note: `${proof.outcome}: ${proof.reason}` },
  ];
}

/** The manifest, and the stopped tasks of this deployment. */
async function readKept({ incident, diagnostics }: Input, objects: Objects) {
  const manifest = await readManifest(objects, diagnostics);
  const tasks = manifest?.objects.find(({ source }) => source === 'stopped-task');
  const all = tasks ? (JSON.parse(await objects.get(diagnostics.bucket, tasks.key)) as TaskView[]) : [];
  const since = incident.deployment?.startedAt ?? '';
  return { manifest, stopped: all.filter(({ createdAt }) => (createdAt ?? '') >= since) };
}

/** A recovered stage is free for the next release. The lock of one that is not stays, or a release that waits for it would begin. */
async function settleStage({ incident }: Input, facts: IncidentReport, redact: Redact, { table, clock }: ReportPorts): Promise<void> {
  if (!incident.stage) return;
  const { name } = incident.stage;
  if (facts.outcome === 'not-released') {
    const lock = keys.lock(name);
    await table.remove(lock.pk, lock.sk, { holder: facts.release });
    return;
  }
  const state = keys.state(name);
  const reason = redact(`${facts.cause}: ${facts.proof.reason}`).slice(0, 400);
  await table.update(state.pk, state.sk, { blocked: { release: facts.release, reason, at: clock.now().toISOString() } });
}

/** Only the attempt's own record: a second execution of the same attempt was refused at AcceptTag, and closes nothing. */
async function closeRecord(
  { incident }: Input,
  facts: IncidentReport,
  at: { bucket: string; key: string } | null,
  { table, clock }: ReportPorts,
) {
  const record = keys.release(incident.request.tag, incident.request.attempt);
  const { outcome, cause, release: name } = facts;
  await table.update(record.pk, record.sk, { outcome, cause, report: at, closedAt: clock.now().toISOString() }, { name });
}
