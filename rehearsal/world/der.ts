/** The part of ASN.1's distinguished encoding that a certificate is made of. */

const encode = (tag: number, content: Uint8Array): Buffer => {
  const { length } = content;
  const short = length < 0x80;
  const digits = length.toString(16);
  const lengthBytes = short ? Buffer.of(length) : Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  const head = short ? Buffer.of(tag) : Buffer.of(tag, 0x80 | lengthBytes.length);
  return Buffer.concat([head, lengthBytes, content]);
};

export const sequence = (...items: Uint8Array[]) => encode(0x30, Buffer.concat(items));
export const set = (...items: Uint8Array[]) => encode(0x31, Buffer.concat(items));
export const octets = (content: Uint8Array) => encode(0x04, content);
export const utf8 = (text: string) => encode(0x0c, Buffer.from(text));
export const yes = encode(0x01, Buffer.of(0xff));

/** A number that is not negative, big-endian. */
export function integer(bytes: Uint8Array): Buffer {
  // A leading bit that is set would make it negative.
  return encode(0x02, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

/** @param unused how many low bits of the last byte do not count */
export const bits = (content: Uint8Array, unused = 0) => encode(0x03, Buffer.concat([Buffer.of(unused), content]));

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] => {
    const bytes = [value & 0x7f];
    for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left & 0x7f) | 0x80);
    return bytes;
  };
  return encode(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** GeneralizedTime, to the second. */
export const time = (at: Date) => encode(0x18, Buffer.from(`${at.toISOString().replace(/\D/g, '').slice(0, 14)}Z`));

/** A context tag that wraps (`[3] EXPLICIT`). */
export const wrapped = (tag: number, content: Uint8Array) => encode(0xa0 | tag, content);
/** A context tag in place of a primitive's own (`[2] IMPLICIT`). */
export const tagged = (tag: number, content: Uint8Array) => encode(0x80 | tag, content);
