import { messageOf, releaseName } from './checks/bundle.ts';
import { actionable, excerptOf, incidentReport, readKept } from './checks/incident-report.ts';
import { measureIncident } from './checks/measure-incident.ts';
import { visible } from './checks/outside-text.ts';
import { createRedactor, type Redact } from './checks/redact.ts';
import { renderReport } from './checks/render-report.ts';
import { reportPage } from './checks/report-page.ts';
import { shortText, subjectOf } from './checks/report-words.ts';
import { tally } from './checks/tally.ts';
import type { ReportPointer } from './contract/failure.ts';
import type { Announcer, Clock, Measures, Notifier, Objects, ReleaseHistory, RunbookPages, Table } from './contract/ports.ts';
import { keys } from './contract/records.ts';
import { diagnosticsPrefix } from './contract/release.ts';
import type { IncidentReport } from './contract/report.ts';
import { rescueName } from './contract/rescue.ts';
import type { StepInput } from './contract/steps.ts';

export interface ReportPorts {
  objects: Objects;
  table: Pick<Table, 'update' | 'remove'>;
  notifier: Notifier;
  announcer: Announcer;
  runbooks: RunbookPages;
  history: ReleaseHistory;
  measures: Measures;
  clock: Clock;
}
type Input = StepInput<'Report'>;

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
      troubles.push(redact(visible(`${deed}: ${messageOf(error)}`)).slice(0, 400));
      return null;
    }
  };

  const kept = await attempt('the bundle could not be read', () => readKept(input, ports.objects));
  const runbook = await attempt('the runbook could not be read', async () => {
    const page = await ports.runbooks.page(actionable(input));
    return page === null ? null : excerptOf(page, input);
  });
  const counted = await attempt('the cost could not be counted', () => tally(executionsOf(incident), ports));
  const facts = { ...incidentReport(input, kept, runbook, redact), cost: counted?.cost ?? null };
  const key = `${diagnosticsPrefix({ name: releaseName(incident) })}/report.md`;
  await attempt('the stage could not be freed or marked', () => settleStage(input, facts, redact, ports));
  const stored = await attempt('the store refused the report', async () => {
    // Troubles so far stand in the report; later ones in the answer alone.
    const whole = { ...facts, troubles: [...troubles] };
    await ports.objects.put(bucket, beside(key, 'json'), redact(JSON.stringify(whole, null, 2)), 'application/json');
    await ports.objects.put(bucket, key, redact(renderReport(whole)), 'text/markdown; charset=utf-8');
    return key;
  });
  if (stored) {
    await attempt('the store refused the page of the report', () =>
      ports.objects.put(bucket, beside(key, 'html'), redact(reportPage({ ...facts, troubles })), 'text/html; charset=utf-8'),
    );
  }
  await attempt('the release record could not be closed', () => closeRecord(input, facts, stored ? { bucket, key: stored } : null, ports));
  const location = stored ? `s3://${bucket}/${stored}` : 'not stored';
  await attempt('people could not be notified', () => ports.notifier.notify(subjectOf(facts), redact(shortText(facts, location))));
  const { tag, commit, attempt: number, outcome, cause, stage, release: name } = facts;
  await attempt('the outcome could not be announced', () =>
    ports.announcer.announce({ outcome, tag, commit, attempt: number, name, stage, cause, report: stored && location }),
  );
  measureIncident(input, facts, counted, ports.measures);
  const sentence = redact([diagnosis.sentence, ...troubles].join(' — '));
  return { outcome, cause, sentence, bucket, reportKey: stored };
}

/** The execution that reports, and the dead one before it that it rescues. */
function executionsOf({ execution: { arn }, release }: Input['incident']): string[] {
  const rescue = release && `:${rescueName(release.name)}`;
  return rescue && arn.endsWith(rescue) ? [`${arn.slice(0, -rescue.length)}:${release.name}`, arn] : [arn];
}

/** The other forms of the report lie beside report.md, under its name. */
const beside = (key: string, extension: 'json' | 'html') => key.replace(/md$/, extension);

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
  const { outcome, cause, cost, release: name } = facts;
  const closed = { outcome, cause, report: at, closedAt: clock.now().toISOString(), ...(cost && { cost }) };
  await table.update(record.pk, record.sk, closed, { name });
}
