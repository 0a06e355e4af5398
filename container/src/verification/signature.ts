import { type KeyObject, verify } from 'node:crypto';

/** The three headers of a signed webhook, checked for form only. */
export interface SignedHeaders {
  id: string;
  timestamp: string;
  /** DER signatures of the versions that count. */
  signatures: Buffer[];
}

/** Seconds that a timestamp may lie from now, either way. */
export const toleranceSeconds = 300;

// A sender has one or two keys in rotation; a bound keeps a hostile header from buying signature checks.
const maxSignatures = 8;

/** @returns the headers, or why they cannot be checked. */
export function readHeaders(
  headers: Record<string, string | string[] | undefined>,
  nowMs: number,
): ({ ok: true } & SignedHeaders) | { ok: false; reason: string } {
  const [id, timestamp, list] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers[name]);
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof list !== 'string' || id === '' || id.length > 256) {
    return { ok: false, reason: 'the headers webhook-id, webhook-timestamp and webhook-signature are required' };
  }
  if (!/^\d{1,12}(\.\d{1,9})?$/.test(timestamp)) return { ok: false, reason: 'webhook-timestamp is not a number of seconds' };
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) {
    return { ok: false, reason: `webhook-timestamp is more than ${toleranceSeconds} seconds away` };
  }
  const signatures = list.split(/\s+/).slice(0, maxSignatures).flatMap(readEntry);
  if (signatures.length === 0) return { ok: false, reason: 'webhook-signature holds no entry of a version that counts' };
  return { ok: true, id, timestamp, signatures };
}

/** `v1bder,<base64>`: only versions that say DER count, as the others are not ECDSA. */
function readEntry(entry: string): Buffer[] {
  const [, version = '', base64 = ''] = /^([^,]+),([A-Za-z0-9+/]+={0,2})$/.exec(entry) ?? [];
  return version.includes('der') ? [Buffer.from(base64, 'base64')] : [];
}

/** Whether any key verifies any signature over `{id}.{timestamp}.{raw body}` (ECDSA P-256, SHA-256, DER). */
export function isSignedBy(keys: readonly KeyObject[], signed: SignedHeaders, body: Buffer): boolean {
  const content = Buffer.concat([Buffer.from(`${signed.id}.${signed.timestamp}.`), body]);
  return keys.some((key) => signed.signatures.some((signature) => verify('sha256', content, { key, dsaEncoding: 'der' }, signature)));
}
