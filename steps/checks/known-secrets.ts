import type { SecretHistory, VersionLabel } from '../contract/evidence-ports.ts';
import type { Manifest } from '../contract/failure.ts';
import type { SecretReader } from '../contract/ports.ts';
import type { Incident } from '../contract/steps.ts';
import { messageOf } from './bundle.ts';
import { within } from './deadline.ts';
import type { SecretValue } from './redact.ts';
import { secretValues } from './secret-values.ts';

/** What the redactor knows of the stage's secret. */
export interface KnownSecrets {
  /** Text of each version by its label, as far as it could be read; null when it was never filled, or no version has the label. */
  texts: ReadonlyMap<string, string | null>;
  values: SecretValue[];
  /** `patterns` when the current version could not be read, or no stage had been reached: shapes alone must do. */
  redaction: Manifest['redaction'];
  /** Versions whose values the redactor did not know, and why. */
  unread: string[];
}

/** Beside the current one: a task that began before a rotation prints the previous values, and one in its midst those that are pending. */
const others: readonly VersionLabel[] = ['AWSPREVIOUS', 'AWSPENDING'];

/** Reads every version of the stage's secret that a task may have seen. Never rejects. */
export async function knownSecrets(
  { stage }: Pick<Incident, 'stage'>,
  { secrets, secretHistory }: { secrets: SecretReader; secretHistory: SecretHistory },
  milliseconds: number,
): Promise<KnownSecrets> {
  const texts = new Map<string, string | null>();
  if (!stage) return { texts, values: [], redaction: 'patterns', unread: [] };
  const { secretName } = stage;
  const current = within(milliseconds, secrets.read(secretName)).then(({ text }) => text);
  const labelled = others.map((label) => within(milliseconds, secretHistory.version(secretName, label)));
  const labels = ['AWSCURRENT', ...others];
  const read = await Promise.allSettled([current, ...labelled]);
  for (const [index, label] of labels.entries()) {
    const answer = read[index];
    if (answer?.status === 'fulfilled') texts.set(label, answer.value);
  }
  const unread = read.flatMap((answer, index) => (answer.status === 'rejected' ? [unreadable(labels[index], answer.reason)] : []));
  const harmless = [secretName, stage.serviceStack, stage.foundationStack, stage.name];
  return {
    texts,
    values: [...texts.values()].flatMap((text) => secretValues(text, harmless)),
    redaction: texts.has('AWSCURRENT') ? 'values-and-patterns' : 'patterns',
    unread,
  };
}

const unreadable = (label: string | undefined, error: unknown) =>
  `the version ${label} could not be read, so that its values were not known to the redactor: ${messageOf(error)}`;
