/**
 * Checks a signature (SigV4, in the header) as AWS does: from what arrived, not from what a client says it sent. Written by hand, so that it
 * proves the library by which people's commands sign.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What was signed. */
export interface SignedRequest {
  readonly method: string;
  /** As it arrived, percent-encoded. */
  readonly path: string;
  /** As it arrived, without `?`. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** By what it must have been signed. */
export interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface SignatureScope {
  readonly accessKeyId: string;
  /** `20260102` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Names of the headers under the signature, in order. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Minutes between a request and its arrival. */
const minutes = 5;

/** Undefined when the request carries no signature of this kind. */
export function scopeOf({ authorization = '' }: IncomingHttpHeaders): SignatureScope | undefined {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;
  const [, accessKeyId, date, region, service, headers, signature] = pattern.exec(authorization) ?? [];
  if (!accessKeyId || !date || !region || !service || !headers || !signature) return undefined;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature };
}

/** @returns what is wrong with it, in AWS's words; undefined when the holder of the key signed exactly this, just now, for this service */
export function signatureTrouble(
  request: SignedRequest,
  scope: SignatureScope,
  key: SigningKey,
  expected: { service: string; region: string; now: Date },
): string | undefined {
  const { headers } = request;
  const at = String(headers['x-amz-date'] ?? '');
  if (scope.service !== expected.service || scope.region !== expected.region)
    return `Credential should be scoped to a valid region and to the service ${expected.service}.`;
  if (headers['x-amz-security-token'] !== key.sessionToken) return 'The security token included in the request is invalid.';
  if (!scope.signedHeaders.includes('host') || !at.startsWith(scope.date)) return mismatch;
  const time = Date.parse(at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(expected.now.getTime() - time) <= minutes * 60_000))
    return `Signature expired: ${at} is not within ${minutes} min of now.`;
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !scope.signedHeaders.includes(name));
  if (unsigned.length > 0) return mismatch;
  return timingSafeEqual(Buffer.from(signatureOf(request, scope, at, key.secretAccessKey)), Buffer.from(scope.signature))
    ? undefined
    : mismatch;
}

const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';

function signatureOf(request: SignedRequest, { date, region, service, signedHeaders }: SignatureScope, at: string, secret: string): string {
  const canonical = [
    request.method,
    // Encoded once more than it arrived: so every service but S3 has it.
    request.path.split('/').map(encode).join('/'),
    canonicalQuery(request.query),
    ...signedHeaders.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/\s+/g, ' ')}`,
    ),
    '',
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', at, `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>((last, part) => hmac(last, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

const canonicalQuery = (query: string) =>
  [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
