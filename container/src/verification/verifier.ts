import type { KeyObject } from 'node:crypto';
import { KeySetUnavailable } from './key-set.ts';
import { isSignedBy, readHeaders } from './signature.ts';

export type Verdict =
  | { verdict: 'accepted'; signer: 'sample' | 'benchling'; id: string }
  | { verdict: 'refused'; reason: string }
  | { verdict: 'unavailable'; message: string };

export interface Keys {
  /** The stage's sample key, or none. */
  sample(): Promise<readonly KeyObject[]>;
  benchling: { keys(): Promise<readonly KeyObject[]>; refreshed(): Promise<readonly KeyObject[]> };
}

/** Who signed an event. Fails closed: what cannot be proven is refused, what cannot be checked is not accepted either. */
export async function verifyEvent(
  keys: Keys,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
  nowMs: number,
): Promise<Verdict> {
  const signed = readHeaders(headers, nowMs);
  if (!signed.ok) return { verdict: 'refused', reason: signed.reason };
  // The sample first: it must not cost a fetch of the key set that it is about to report on.
  if (isSignedBy(await keys.sample(), signed, body)) return { verdict: 'accepted', signer: 'sample', id: signed.id };
  try {
    const known = isSignedBy(await keys.benchling.keys(), signed, body) || isSignedBy(await keys.benchling.refreshed(), signed, body);
    if (known) return { verdict: 'accepted', signer: 'benchling', id: signed.id };
    return { verdict: 'refused', reason: 'no known key made any of the signatures' };
  } catch (error) {
    if (!(error instanceof KeySetUnavailable)) throw error;
    return { verdict: 'unavailable', message: error.message };
  }
}
