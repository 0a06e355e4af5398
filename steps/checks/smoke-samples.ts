import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { SmokeField, SmokeRefusal } from '../../container/src/config/index.ts';
import type { HttpClient, SampleSigner } from '../contract/ports.ts';
import type { SmokeTarget } from './smoke.ts';

export interface SampleRequest {
  name: string;
  expected: { status: number; fields: readonly SmokeField[]; withinMs?: number };
  request: Parameters<HttpClient['request']>[0];
}

/** Seconds for a webhook: beyond what Benchling waits, so that lateness is seen and not only a timeout. */
const patience = 10;

/**
 * One webhook that must be accepted, and the variations of it that must not be: unsigned, signed by a stranger, expired, changed after
 * signing. The sample key's events always run dry.
 */
export async function sampleRequests(target: SmokeTarget, signer: SampleSigner): Promise<SampleRequest[]> {
  const { sample, refusals } = target.expectations;
  const ours = (message: string) => signer.sign(target.sampleKeyAlias, message);
  const accepted = { name: 'signed webhook', expected: sample, request: await webhook(target, 0, ours) };
  return [accepted, ...(await Promise.all(refusals.map((refusal) => refused(target, refusal, ours))))];
}

type Sign = (message: string) => Promise<Uint8Array>;

async function refused(target: SmokeTarget, refusal: SmokeRefusal, ours: Sign): Promise<SampleRequest> {
  const request = await webhook(target, refusal.ageSeconds ?? 0, refusal.name === 'stranger' ? stranger() : ours);
  if (refusal.name === 'unsigned') delete request.headers?.[target.expectations.sample.headers.signature];
  // Still JSON, and one byte longer than what was signed.
  if (refusal.name === 'changed') request.body = `${request.body} `;
  return { name: `${refusal.name} webhook`, expected: refusal, request };
}

async function webhook(target: SmokeTarget, ageSeconds: number, signWith: Sign): Promise<SampleRequest['request']> {
  const { sample } = target.expectations;
  const id = randomUUID().replaceAll('-', '');
  const body = JSON.stringify(sample.envelope)
    .replaceAll('{tenant}', target.known.tenant)
    .replaceAll('{now}', target.now.toISOString())
    .replaceAll('{id}', id);
  const timestamp = String(Math.floor(target.now.getTime() / 1000) - ageSeconds);
  const signature = Buffer.from(await signWith(`msg_${id}.${timestamp}.${body}`)).toString('base64');
  return {
    method: sample.method,
    url: `${target.url}${sample.path}`,
    headers: {
      'content-type': 'application/json',
      [sample.headers.id]: `msg_${id}`,
      [sample.headers.timestamp]: timestamp,
      [sample.headers.signature]: `${sample.signaturePrefix}${signature}`,
    },
    body,
    timeoutSeconds: patience,
  };
}

/** A key that nobody trusts. */
function stranger(): Sign {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return async (message) => sign('sha256', Buffer.from(message), privateKey);
}
