import { createHash, randomUUID } from 'node:crypto';
import type jsonata from 'jsonata';

// Lists that these functions make are bounded on AWS; an endless one would hang a rehearsal.
const MOST_ITEMS = 1000;

/** One number in [0, 1); the same for the same seed. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  let state = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}

function range(first: number, last: number, step: number): number[] {
  if (!step) throw new Error('$range: the step must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MOST_ITEMS) throw new Error(`$range: ${length} items, expected at most ${MOST_ITEMS}`);
  return Array.from({ length }, (_, index) => first + index * step);
}

function partition(items: unknown[], size: number): unknown[][] {
  if (!Array.isArray(items) || !(size > 0)) throw new Error('$partition: expected an array and a size above 0');
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(value: unknown, algorithm: string): string {
  const name = ALGORITHMS[algorithm];
  if (!name) throw new Error(`$hash: algorithm ${algorithm}, expected one of ${Object.keys(ALGORITHMS).join(', ')}`);
  return createHash(name)
    .update(typeof value === 'string' ? value : JSON.stringify(value))
    .digest('hex');
}

function refuseEval(): never {
  throw new Error('$eval is not available in Step Functions: use $parse');
}

/** Adds what Step Functions adds to JSONata 2.0.6, and takes away what it takes away. */
export function addFunctions(expression: jsonata.Expression): void {
  expression.registerFunction('partition', partition);
  expression.registerFunction('range', range);
  expression.registerFunction('hash', hash);
  expression.registerFunction('random', random);
  expression.registerFunction('uuid', () => randomUUID());
  expression.registerFunction('parse', (text: string) => JSON.parse(text));
  expression.registerFunction('eval', refuseEval);
}
