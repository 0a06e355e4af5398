import { type Cause, causes } from '../contract/causes.ts';
import type { Diagnosis, Diagnostics, Proof, Recovery, ReportPointer } from '../contract/failure.ts';
import type { Incident } from '../contract/steps.ts';

/** One moment of the incident; null when nothing tells the time. */
export interface Moment {
  what: 'broke' | 'seen' | 'decided' | 'sealed' | 'rolled back' | 'proven';
  at: string | null;
  note: string;
}

/** Everything that a report says. `report.json` is this, as it is. */
export interface IncidentReport {
  tag: string;
  attempt: number;
  commit: string;
  release: string;
  stage: string | null;
  outcome: ReportPointer['outcome'];
  /** What a person acts on: that of the rollback when the rollback failed. */
  cause: Cause;
  /** Why the release failed. */
  diagnosis: Diagnosis;
  failure: Incident['failure'];
  timeline: Moment[];
  /** One line each. */
  stoppedTasks: string[];
  recovery: Recovery;
  proof: Proof;
  diagnostics: Diagnostics;
  /** What could not be done or kept, with the reason. */
  troubles: string[];
  next: string;
}

const outcomes: Record<Proof['outcome'], string> = {
  unchanged: 'Nothing had been changed.',
  proven: 'The last good version runs again, and is proven to.',
  gone: 'The first deploy was removed, and its evidence is kept.',
  unproven: 'It was rolled back, but what runs now is NOT proven to be in order.',
  blocked: 'It is NOT recovered: a person must act.',
};

/** What the notification's subject says; SNS takes 100 characters. */
export function subjectOf({ tag, stage, outcome, cause }: IncidentReport): string {
  const where = stage ? ` at ${stage}` : '';
  return `${outcome === 'not-recovered' ? 'ACT NOW: ' : ''}${tag} was not released${where}: ${cause}`.slice(0, 100);
}

/** The notification: what a person reads on a phone. */
export function shortText(report: IncidentReport, location: string): string {
  const { diagnosis, proof, next } = report;
  return [diagnosis.sentence, outcomes[proof.outcome], `Report: ${location}`, `Next: ${next}`].join('\n');
}

export function renderReport(report: IncidentReport): string {
  const { tag, attempt, commit, stage, cause, diagnosis, recovery, proof, diagnostics, next } = report;
  const sections = [
    [`# ${tag} was not released${stage ? ` at ${stage}` : ''}`, `${diagnosis.sentence} ${outcomes[proof.outcome]}`],
    ['## Cause', causeLines(cause, diagnosis)],
    ['## Evidence', code(diagnosis.evidence.map(({ source, line }) => `${source}: ${line}`))],
    ['## Timeline', table(report.timeline)],
    ['## Stopped tasks', code(report.stoppedTasks)],
    ['## Done automatically', `- ${recovery.action}: ${recovery.status}; ${recovery.reason}\n- proof: ${proof.outcome}; ${proof.reason}`],
    [
      '## Kept',
      `- s3://${diagnostics.bucket}/${diagnostics.prefix} (${diagnostics.objects} objects)\n- commit ${commit}, attempt ${attempt}`,
    ],
    ['## Missing', list([...diagnostics.missing.map(({ source, reason }) => `${source}: ${reason}`), ...report.troubles])],
    ['## Next', `\`\`\`\n${next}\n\`\`\``],
  ];
  return `${sections.map(([title, text]) => `${title}\n\n${text}`).join('\n\n')}\n`;
}

function causeLines(cause: Cause, diagnosis: Diagnosis): string {
  const why = `**${diagnosis.cause}** (${diagnosis.confidence}): ${causes[diagnosis.cause].means}.`;
  return cause === diagnosis.cause ? why : `**${cause}**: ${causes[cause].means}. The release had failed with ${why}`;
}

function table(timeline: readonly Moment[]): string {
  const rows = timeline.map(({ what, at, note }) => `| ${what} | ${at ?? 'not known'} | ${note.replaceAll('|', '\\|')} |`);
  return ['| what | when | |', '|---|---|---|', ...rows].join('\n');
}

const list = (lines: readonly string[]) => (lines.length === 0 ? 'Nothing.' : lines.map((line) => `- ${line}`).join('\n'));
// A line of a log may hold anything, a closing fence too.
const code = (lines: readonly string[]) => (lines.length === 0 ? 'None.' : `\`\`\`\n${lines.join('\n').replaceAll('```', "'''")}\n\`\`\``);
