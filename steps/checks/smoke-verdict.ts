import { parseStackArn, queueNames, type SmokeExpectations, type SmokeSource } from '../../container/src/config/index.ts';
import type { Cause } from '../contract/causes.ts';
import type { Smoke, SmokeCheck } from '../contract/deployment.ts';
import { ReleaseError } from '../contract/errors.ts';
import type { Objects } from '../contract/ports.ts';
import type { Artefacts, StageConfig } from '../contract/release.ts';
import type { Stage } from '../contract/stage.ts';
import { parseExpectations } from './smoke-expectations.ts';

/** The cause that the failed checks show, the most telling one, with all of them in the sentence; null when every check passed. */
export function smokeFailure(checks: readonly SmokeCheck[]): Smoke['failure'] {
  const failed = checks.filter(({ passed }) => !passed);
  const cause = failed.map(causeOf).sort((a, b) => order.indexOf(a) - order.indexOf(b))[0];
  if (!cause) return null;
  const words = failed.map(({ name, expected, seen }) => `${name}: expected ${expected}; seen ${seen}`);
  return { cause, sentence: `${failed.length} of ${checks.length} smoke checks failed. ${words.join(' | ')}`.slice(0, 4000) };
}

/** For callers to whom a failed test is an error. */
export function requirePassed(checks: readonly SmokeCheck[]): void {
  const failure = smokeFailure(checks);
  if (failure) throw new ReleaseError(failure.cause, failure.sentence);
}

/** An address that cannot be called explains all; another version every other difference; a service without its configuration explains a refused webhook. */
const order: readonly Cause[] = [
  'AddressUnusable',
  'SmokeVersionMismatch',
  'SmokeConfigMismatch',
  'HealthCheckFailed',
  'SmokeVerificationOff',
  'SmokeWebhookFailed',
];

function causeOf({ name, seen }: SmokeCheck): Cause {
  // Whoever asked, and for what: nobody was answered.
  if (/^\S+ cannot be called: /.test(seen)) return 'AddressUnusable';
  if (name === '/config') return 'SmokeConfigMismatch';
  if (name === 'signed webhook') return 'SmokeWebhookFailed';
  if (name.endsWith(' webhook')) return 'SmokeVerificationOff';
  return /(^|, )version = /.test(seen) ? 'SmokeVersionMismatch' : 'HealthCheckFailed';
}

/** What a version promises: from the artefacts of its own build. */
export async function readExpectations({ bucket, prefix }: Artefacts, objects: Pick<Objects, 'get'>): Promise<SmokeExpectations> {
  return parseExpectations(await objects.get(bucket, `${prefix}/smoke-expectations.json`));
}

/** The values that only the pipeline knows. */
export function knownValues(version: string, stage: Pick<Stage, 'quiltStackArn'>, config: StageConfig): Record<SmokeSource, string> {
  const stack = parseStackArn(stage.quiltStackArn);
  if (!stack.ok) throw new Error(`${stage.quiltStackArn}: ${stack.rule}`);
  const { tenant, bucket, catalog, database, queue } = config;
  return { version, region: stack.region, tenant, bucket, catalog, database, queue_arn: queueNames(queue, stack).arn };
}
