import { bundlePrefix, messageOf, openBundle, releaseName } from './checks/bundle.ts';
import { persistently, within } from './checks/deadline.ts';
import { type SourcePorts, sourcesOf } from './checks/diagnostic-sources.ts';
import { createRedactor, type Redact } from './checks/redact.ts';
import { secretValues } from './checks/secret-values.ts';
import type { Clock, Objects, SecretReader } from './contract/ports.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface CollectPorts extends Omit<SourcePorts, 'persistently'> {
  objects: Objects;
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
  const values = readValues(incident, ports.secrets, secret);
  const redact: Promise<Redact> = values.then((known) => createRedactor(known ?? []));
  const put: Objects['put'] = (...object) => within(store, ports.objects.put(...object));
  const bundle = openBundle({ put }, { bucket, prefix: bundlePrefix(incident) }, redact);
  const again = <T>(attempt: () => Promise<T>) => persistently(pause, attempt);
  const sources = sourcesOf(incident, { ...ports, persistently: again });
  const gathered = sources.map(({ source, seconds, gather }) =>
    within(
      Math.min(seconds * second, cap),
      again(() => gather(bundle)),
    ).catch((error: unknown) => bundle.miss(source, messageOf(error))),
  );
  await Promise.all(gathered);
  const redaction = (await values) ? 'values-and-patterns' : 'patterns';
  const { stage, failure } = incident;
  return bundle.seal({ release: releaseName(incident), stage: stage?.name ?? null, failure, startedAt, redaction }, ports.clock.now());
}

/** null when the secret could not be read, or no stage had been reached: shapes alone must do then, and the manifest says so. */
async function readValues({ stage }: StepInput<'CollectDiagnostics'>['incident'], secrets: SecretReader, milliseconds: number) {
  if (!stage) return null;
  try {
    const { text } = await within(milliseconds, secrets.read(stage.secretName));
    return secretValues(text, [stage.secretName, stage.serviceStack, stage.foundationStack, stage.name]);
  } catch {
    return null;
  }
}
