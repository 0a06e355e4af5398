/**
 * ECDSA on P-256 over a digest that is already made, which Node's `sign` cannot do. The curve arithmetic is Node's own (a Diffie-Hellman
 * public key is the base point times the private one); only the scalar arithmetic is ours. Not constant-time: the keys are a rehearsal's.
 */
import { createECDH, createPrivateKey, createPublicKey, type KeyObject, randomBytes } from 'node:crypto';

const CURVE = 'prime256v1';
/** The order of the base point. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toInteger = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const toBytes = (integer: bigint) => Buffer.from(integer.toString(16).padStart(64, '0'), 'hex');
const mod = (integer: bigint) => ((integer % N) + N) % N;

/** By Fermat: N is prime. */
function inverse(integer: bigint): bigint {
  let [result, base, exponent] = [1n, mod(integer), N - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % N;
    base = (base * base) % N;
  }
  return result;
}

/** x of scalar times base point, modulo N. */
function baseTimes(scalar: bigint): bigint {
  const ecdh = createECDH(CURVE);
  ecdh.setPrivateKey(toBytes(scalar));
  return mod(toInteger(ecdh.getPublicKey().subarray(1, 33)));
}

export class P256Key {
  readonly publicKey: KeyObject;
  readonly #scalar: bigint;

  constructor() {
    const ecdh = createECDH(CURVE);
    const point = ecdh.generateKeys();
    this.#scalar = toInteger(ecdh.getPrivateKey());
    const text = (bytes: Buffer) => bytes.toString('base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: text(point.subarray(1, 33)), y: text(point.subarray(33)), d: text(toBytes(this.#scalar)) };
    this.publicKey = createPublicKey(createPrivateKey({ key: jwk, format: 'jwk' }));
  }

  /** @param digest 32 bytes @returns the signature in DER */
  sign(digest: Uint8Array): Buffer {
    for (;;) {
      const nonce = mod(toInteger(randomBytes(40)));
      if (nonce === 0n) continue;
      const r = baseTimes(nonce);
      const s = mod(inverse(nonce) * (toInteger(digest) + r * this.#scalar));
      if (r !== 0n && s !== 0n) return encodeDer(r, s);
    }
  }

  /** As the private key is known, u1·G + u2·Q is one multiple of the base point. */
  verify(digest: Uint8Array, signature: Uint8Array): boolean {
    const [r, s] = decodeDer(signature) ?? [0n, 0n];
    if (r <= 0n || r >= N || s <= 0n || s >= N) return false;
    const scalar = mod(inverse(s) * (toInteger(digest) + r * this.#scalar));
    return scalar !== 0n && baseTimes(scalar) === r;
  }
}

/** SEQUENCE of two INTEGERs; each is below 128 bytes. */
function encodeDer(...integers: readonly bigint[]): Buffer {
  const parts = integers.map((integer) => {
    const hex = integer.toString(16);
    const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
    // A leading bit of one would make it negative.
    const content = bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
    return Buffer.concat([Buffer.of(0x02, content.length), content]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function decodeDer(signature: Uint8Array): [bigint, bigint] | undefined {
  const bytes = Buffer.from(signature);
  if (bytes[0] !== 0x30 || bytes[1] !== bytes.length - 2 || bytes[2] !== 0x02) return undefined;
  const second = 4 + bytes[3]!;
  if (bytes[second] !== 0x02 || second + 2 + bytes[second + 1]! !== bytes.length) return undefined;
  return [toInteger(bytes.subarray(4, second)), toInteger(bytes.subarray(second + 2))];
}
