import { bundlePrefix, messageOf, openBundle, releaseName } from './checks/bundle.ts';
import { deadlineIn, persistently, within } from './checks/deadline.ts';
import { type SourcePorts, sourcesOf } from './checks/diagnostic-sources.ts';
import { knownSecrets } from './checks/known-secrets.ts';
import { createRedactor, type Redact } from './checks/redact.ts';
import type { ObjectStreams } from './contract/evidence-ports.ts';
import type { Clock, Objects, SecretReader } from './contract/ports.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface CollectPorts extends Omit<SourcePorts, 'persistently' | 'secretTexts' | 'now'> {
  objects: Objects & ObjectStreams;
  secrets: SecretReader;
  clock: Clock;
}

/** In milliseconds; tests shorten them. */
export interface CollectLimits {
  /** All sources together: production is not held hostage for evidence. The function's own timeout is longer. */
  cap: number;
  /** Of each write to the store; the manifest's own comes after the cap. */
  store: number;
  /** Before the secret's values count as unreadable. Nothing is written until then. */
  secret: number;
  /** Before a source is asked a second time; doubles for the third. */
  pause: number;
  /** Of each source's own seconds. */
  second: number;
}
const limits: CollectLimits = { cap: 110_000, store: 20_000, secret: 10_000, pause: 1_000, second: 1_000 };

/** What can be had in part stops reading after this part of its time: what was begun is finished, and what is left out is said. */
const readingShare = 0.85;

/**
 * Keeps what a rollback would take away. Sources are gathered side by side, each until its own deadline; one that fails is a line of the
 * manifest with its reason, never an error of this step.
 */
export async function collectDiagnostics(
  { incident }: StepInput<'CollectDiagnostics'>,
  bucket: string,
  ports: CollectPorts,
  { cap, store, secret, pause, second }: CollectLimits = limits,
): Promise<StepOutput<'CollectDiagnostics'>> {
  const startedAt = ports.clock.now().toISOString();
  const known = knownSecrets(incident, ports, secret);
  const redact: Promise<Redact> = known.then(({ values }) => createRedactor(values));
  const put: Objects['put'] = (...object) => within(store, ports.objects.put(...object));
  const { stream } = ports.objects;
  const bundle = openBundle({ put, stream }, { bucket, prefix: bundlePrefix(incident) }, redact);
  const again = <T>(attempt: () => Promise<T>) => persistently(pause, attempt);
  const secretTexts = known.then(({ texts }) => texts);
  const sources = sourcesOf(incident, { ...ports, persistently: again, secretTexts, now: () => ports.clock.now() });
  const gathered = sources.map(({ source, seconds, gather }) => {
    const time = Math.min(seconds * second, cap);
    const deadline = deadlineIn(time * readingShare);
    return within(
      time,
      again(() => gather(bundle, deadline)),
    ).catch((error: unknown) => bundle.miss(source, messageOf(error)));
  });
  await Promise.all(gathered);
  const { redaction, unread } = await known;
  for (const reason of unread) await bundle.miss('secret', reason);
  const { stage, failure } = incident;
  return bundle.seal({ release: releaseName(incident), stage: stage?.name ?? null, failure, startedAt, redaction }, ports.clock.now());
}
