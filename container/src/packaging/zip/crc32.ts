// Node's own is younger than the oldest Node that this runs on.
const tables = makeTables();

/** Goes on with a CRC-32 as ZIP uses it. @param crc of what came before; 0 at the start */
export function crc32(bytes: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3] = tables;
  let state = ~crc;
  let at = 0;
  // Four bytes a step: an export of gigabytes passes through here.
  for (; at + 4 <= bytes.length; at += 4) {
    state ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    state = t3[state & 0xff]! ^ t2[(state >>> 8) & 0xff]! ^ t1[(state >>> 16) & 0xff]! ^ t0[state >>> 24]!;
  }
  for (; at < bytes.length; at++) state = (state >>> 8) ^ t0[(state ^ bytes[at]!) & 0xff]!;
  return ~state >>> 0;
}

/** `tables[n][byte]`: what a byte contributes when n more bytes follow it. */
function makeTables(): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    return value;
  });
  const after = (table: Int32Array) => table.map((value) => (value >>> 8) ^ first[value & 0xff]!);
  const second = after(first);
  const third = after(second);
  return [first, second, third, after(third)];
}
