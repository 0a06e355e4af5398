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
  benchling: { atHand(): readonly KeyObject[]; keys(): Promise<readonly KeyObject[]>; refreshed(): Promise<readonly KeyObject[]> };
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
  const byBenchling = { verdict: 'accepted', signer: 'benchling', id: signed.id } as const;
  const handy = keys.benchling.atHand();
  if (isSignedBy(handy, signed, body)) return byBenchling;
  // Before any fetch of the key set: the sample is about to report on it.
  if (isSignedBy(await keys.sample(), signed, body)) return { verdict: 'accepted', signer: 'sample', id: signed.id };
  try {
    const known = await keys.benchling.keys();
    if (known !== handy && isSignedBy(known, signed, body)) return byBenchling;
    const refreshed = await keys.benchling.refreshed();
    // The same set again would give the same answer, at the price of a check for each stranger.
    if (refreshed !== known && isSignedBy(refreshed, signed, body)) return byBenchling;
    return { verdict: 'refused', reason: 'no known key made any of the signatures' };
  } catch (error) {
    if (!(error instanceof KeySetUnavailable)) throw error;
    return { verdict: 'unavailable', message: error.message };
  }
}
