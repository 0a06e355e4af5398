import { messageOf } from './checks/bundle.ts';
import { buildMarker, causeRules, telling } from './checks/cause-rules.ts';
import { evidenceLines, failureMessage, type Line, readManifest } from './checks/evidence-lines.ts';
import { firstErrorOf } from './checks/first-error.ts';
import { type Conclusion, judgeLines, matchRule } from './checks/judge-lines.ts';
import { createRedactor } from './checks/redact.ts';
import { Cause } from './contract/causes.ts';
import type { Diagnosis } from './contract/failure.ts';
import type { Objects } from './contract/ports.ts';
import type { StepInput } from './contract/steps.ts';

/** What the watch can see from outside; the container's own words say more. */
const symptoms: readonly Cause[] = [
  'ContainerCrashed',
  'HealthCheckFailed',
  'DeploymentStalled',
  'DeploymentReverted',
  'MachineDied',
  'Unclassified',
];
/** How a step can end that never got to say anything. */
const machineWords: Readonly<Record<string, string>> = {
  'States.Timeout': 'did not answer in its time',
  'Sandbox.Timedout': 'did not answer in its time',
  'Lambda.Unknown': 'ended without an answer',
  'States.DataLimitExceeded': 'answered more than a state may carry',
};
/** Causes that say that it broke, not why: the error in the log says more. */
const wantsError: readonly Cause[] = ['ContainerCrashed', 'HealthCheckFailed', 'DeploymentStalled', 'MachineDied', 'Unclassified'];
const maxLines = 20;
const maxCharacters = 400;

/** Names the cause and the lines that prove it. A bundle that cannot be read leaves the failure itself: this step does not fail for it. */
export async function diagnose({ incident, diagnostics }: StepInput<'Diagnose'>, objects: Objects): Promise<Diagnosis> {
  const lines = await linesOf({ incident, diagnostics }, objects);
  const conclusion = conclude(incident, lines);
  const error = wantsError.includes(conclusion.cause) ? errorIn(lines) : null;
  const sentence = error ? `${conclusion.sentence.replace(/\.?$/, '.')} Its log says: ${error.sentence}` : conclusion.sentence;
  return { ...conclusion, sentence: cut(sentence), evidence: evidenceOf(conclusion, lines, error?.lines ?? []) };
}

async function linesOf({ incident, diagnostics }: StepInput<'Diagnose'>, objects: Objects): Promise<Line[]> {
  // What lies in the bundle was redacted with the secret's values. The failure in our hands was not: shapes must do.
  const { failure } = incident;
  const redact = createRedactor();
  const own: Line = {
    source: 'failure',
    name: 'failure',
    text: redact(`${failure.state}: ${failure.error}: ${failureMessage(failure.cause)}`),
  };
  try {
    const manifest = await readManifest(objects, diagnostics);
    const lines = manifest ? await evidenceLines(objects, diagnostics, manifest, incident) : [];
    return lines.some(({ source }) => source === 'failure') ? lines : [own, ...lines];
  } catch (error) {
    return [own, { source: 'failure', name: 'diagnostics', text: redact(`the bundle could not be read: ${messageOf(error)}`) }];
  }
}

function conclude({ failure }: StepInput<'Diagnose'>['incident'], lines: readonly Line[]): Conclusion {
  const message = lines.find(({ source }) => source === 'failure')?.text.replace(`${failure.state}: ${failure.error}: `, '') ?? '';
  const thrown = Cause.safeParse(failure.error).data;
  // The watch decides by exit code 78 when the container's own line about it has not arrived yet: here it has.
  const own = thrown === 'SecretValueInvalid' ? judgeLines(lines.filter(({ text }) => text.includes('"event":"config.invalid"'))) : null;
  if (own) return own;
  if (thrown && !symptoms.includes(thrown)) return { cause: thrown, confidence: 'certain', sentence: message };
  if (failure.state === 'BuildImage') return concludeBuild(message, lines);
  if (failure.state === 'RequestApproval' && failure.error === 'States.Timeout') {
    return { cause: 'ApprovalExpired', confidence: 'certain', sentence: 'Nobody decided in time.' };
  }
  const ruled = judgeLines(lines);
  // The thrown symptom is what the watch saw for certain: a rule may only say more than it, not the same with less.
  if (ruled && !(thrown && symptoms.includes(ruled.cause))) return ruled;
  if (thrown && thrown !== 'Unclassified') return { cause: thrown, confidence: 'likely', sentence: message };
  if (ruled) return ruled;
  const how = machineWords[failure.error] ?? 'failed';
  return { cause: 'Unclassified', confidence: 'unknown', sentence: `${failure.state} ${how} and no rule recognises why: ${message}` };
}

/** The error of the newest log that tells of one. Containers of one deployment die alike. */
function errorIn(lines: readonly Line[]): { sentence: string; lines: readonly Line[] } | null {
  const logs = new Map<string, Line[]>();
  for (const line of lines) if (line.source === 'task-log') logs.get(line.name)?.push(line) ?? logs.set(line.name, [line]);
  for (const log of logs.values()) {
    const found = firstErrorOf(log.map(({ text }) => text));
    if (found)
      return { sentence: found.at ? `${found.error} (${found.at})` : found.error, lines: found.lines.flatMap((index) => log[index] ?? []) };
  }
  return null;
}

/** Our build scripts end with the name of the cause; all else that fails there is the build's own failure. */
function concludeBuild(message: string, lines: readonly Line[]): Conclusion {
  for (const { text } of lines.filter(({ source }) => source === 'build-log')) {
    const { cause: name, why = '' } = buildMarker.exec(text)?.groups ?? {};
    const cause = Cause.safeParse(name).data;
    if (cause) return { cause, confidence: 'certain', sentence: why };
  }
  return { cause: 'BuildFailed', confidence: 'certain', sentence: `The build failed: ${message}` };
}

/** The failure itself, then what matches a rule of this cause, then what a person would read first. */
function evidenceOf({ cause }: Conclusion, lines: readonly Line[], ofError: readonly Line[]): Diagnosis['evidence'] {
  const ofCause = causeRules.filter((rule) => rule.cause === cause || rule.cause === 'said');
  const rank = (line: Line) => {
    if (line.source === 'failure') return 0;
    if (line.source === 'smoke' || ofError.includes(line) || ofCause.some((rule) => matchRule(rule, line))) return 1;
    if (line.source === 'build-log') return telling.test(line.text) ? 2 : 4;
    return telling.test(line.text) ? 3 : 5;
  };
  const seen = new Set<string>();
  return lines
    .map((line, index) => ({ line, index, rank: rank(line) }))
    .filter(({ rank }) => rank < 4)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .filter(({ line }) => !seen.has(alike(line)) && seen.add(alike(line)))
    .slice(0, maxLines)
    .map(({ line }) => ({ source: line.name, line: cut(line.text.trim()) }));
}

/** Ten tasks that die alike are one line of evidence: ids and times do not make another. */
const alike = ({ source, text }: Line) => `${source} ${text.replace(/[0-9a-f]{8,}(?:-[0-9a-f]+)*|\d+/g, '#')}`;
const cut = (text: string) => (text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text);
