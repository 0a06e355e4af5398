import { type Cause, causes } from '../contract/causes.ts';
import type { Diagnosis, Proof } from '../contract/failure.ts';
import type { IncidentReport, Moment } from '../contract/report.ts';
import { span } from './outside-text.ts';
import { costInWords } from './tally.ts';

const outcomes: Record<Proof['outcome'], string> = {
  unchanged: 'Nothing had been changed.',
  proven: 'The last good version runs again, and is proven to.',
  gone: 'The first deploy was removed, and its evidence is kept.',
  unproven: 'It was rolled back, but what runs now is NOT proven to be in order.',
  blocked: 'It is NOT recovered: a person must act.',
};

export const titleOf = ({ tag, stage }: IncidentReport) => `${tag} was not released${stage ? ` at ${stage}` : ''}`;

/** What happened, in one sentence each: why, and what became of it. */
export const sentenceOf = ({ diagnosis, proof }: IncidentReport) =>
  `${diagnosis.sentence.replace(/[^.!?…]$/, '$&.')} ${outcomes[proof.outcome]}`;

/** What the notification's subject says; SNS takes 100 characters, in one line. */
export function subjectOf(report: IncidentReport): string {
  const { outcome, cause } = report;
  return `${outcome === 'not-recovered' ? 'ACT NOW: ' : ''}${titleOf(report)}: ${cause}`.replace(/\s+/g, ' ').slice(0, 100);
}

/** The notification: what a person reads on a phone, the loudest first when somebody must act. */
export function shortText(report: IncidentReport, location: string): string {
  const { diagnosis, proof, moves, blastRadius, diagnostics, outcome, cause, next } = report;
  const act = outcome === 'not-recovered' ? [`ACT NOW: ${causes[cause].means}. ${moves.at(-1)?.action}: ${proof.reason}`] : [];
  const missing =
    diagnostics.missing.length > 0 ? [`Missing from the bundle: ${diagnostics.missing.map(({ source }) => source).join(', ')}.`] : [];
  return [
    ...act,
    diagnosis.sentence,
    outcomes[proof.outcome],
    blastRadius.sentence,
    ...missing,
    `Report: ${location}`,
    `Next: ${next}`,
  ].join('\n');
}

/** The cause, how sure, and what it means; when the rollback failed, both. */
export function causeWords(cause: Cause, diagnosis: Diagnosis): string {
  const why = `**${diagnosis.cause}** (${diagnosis.confidence}): ${causes[diagnosis.cause].means}.`;
  return cause === diagnosis.cause ? why : `**${cause}**: ${causes[cause].means}. The release had failed with ${why}`;
}

/** Each move back, in order, and what its proof said. */
export const doneWords = ({ moves, proof }: IncidentReport): string[] => [
  ...moves.map(({ action, status, reason }) => `${action}: ${status}; ${reason}`),
  `proof: ${proof.outcome}; ${proof.reason}`,
];

/** What the release cost; nothing when nobody knows. */
export const costs = ({ cost }: IncidentReport): string[] => (cost ? [`cost ${costInWords(cost)}`] : []);

/** A stretch between two moments whose times are known. */
export interface Stretch {
  from: Moment['what'];
  to: Moment['what'];
  milliseconds: number;
  what: string;
}

const stretchWords: Partial<Record<Moment['what'], string>> = {
  seen: 'until it was seen',
  sealed: 'to collect the diagnostics',
  decided: 'until the first move',
  'rolled back': 'to roll back and prove it',
  proven: 'to prove it',
};

/** The timeline as stretches, in the order of time. Moments of one time make one stretch. */
export function stretchesOf(timeline: readonly Moment[]): Stretch[] {
  const known = timeline.flatMap(({ what, at }) => (at ? [{ what, at: Date.parse(at) }] : []));
  return known.slice(1).flatMap(({ what, at }, index) => {
    const before = known[index];
    return before && at > before.at
      ? [{ from: before.what, to: what, milliseconds: at - before.at, what: `${span(at - before.at)} ${stretchWords[what] ?? what}` }]
      : [];
  });
}
