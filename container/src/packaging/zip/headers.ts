import { PackagingRefused } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';

/** APPNOTE.TXT of PKWARE, sections 4.3.7 to 4.3.16: the numbers of the format are its own. */
export const signatures = {
  localFile: 0x04034b50,
  dataDescriptor: 0x08074b50,
  centralFile: 0x02014b50,
  end64: 0x06064b50,
  end64Locator: 0x07064b50,
  end: 0x06054b50,
} as const;

export interface Sizes {
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
}

export interface FileHeader extends Sizes {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  /** CRC and sizes follow the content: the writer did not know them before. */
  readonly hasDescriptor: boolean;
  /** Where the member's local header starts. Central directory only. */
  readonly offset: number;
}

const placeholder = 0xffffffff;

/** Behind its signature: the header before a member's content. */
export async function readLocalHeader(bytes: ByteReader, offset: number): Promise<FileHeader> {
  const fixed = await bytes.take(26);
  return readHeader(bytes, fixed, { extra: fixed.readUInt16LE(24), comment: 0, offset });
}

/** Behind its signature: what the central directory says of a member. */
export async function readCentralHeader(bytes: ByteReader): Promise<FileHeader> {
  const fixed = await bytes.take(42);
  // Without "version made by" the first 26 bytes are those of the local header.
  const lengths = { extra: fixed.readUInt16LE(26), comment: fixed.readUInt16LE(28), offset: fixed.readUInt32LE(38) };
  return readHeader(bytes, fixed.subarray(2, 28), lengths);
}

async function readHeader(
  bytes: ByteReader,
  common: Buffer,
  { extra, comment, offset }: { extra: number; comment: number; offset: number },
): Promise<FileHeader> {
  const flags = common.readUInt16LE(2);
  const name = decodeName(await bytes.take(common.readUInt16LE(22)));
  const wide = wideFields(await bytes.take(extra));
  await bytes.take(comment);
  // In this order, and only those that did not fit: the specification's own rule for the extended field.
  const real = (value: number) => (value === placeholder ? (wide.shift() ?? value) : value);
  const size = real(common.readUInt32LE(18));
  const compressed = real(common.readUInt32LE(14));
  return {
    name,
    method: common.readUInt16LE(4),
    encrypted: (flags & 0x2041) !== 0,
    hasDescriptor: (flags & 0x8) !== 0,
    crc: common.readUInt32LE(10),
    compressed,
    size,
    offset: real(offset),
  };
}

/** The 64-bit numbers of extra field 1, in order. */
function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    const content = extra.subarray(at + 4, at + 4 + length);
    if (extra.readUInt16LE(at) === 1)
      return Array.from({ length: content.length >> 3 }, (_, index) => Number(content.readBigUInt64LE(index * 8)));
    at += 4 + length;
  }
  return [];
}

// Flag or not: what is no UTF-8 is in a code page that nobody names, and a guess would make another name of it.
function decodeName(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PackagingRefused('The export holds a member whose name is not UTF-8.');
  }
}

/**
 * Reads the descriptor behind a member. Its signature is optional and its sizes have 4 or 8 bytes, so that only what was counted tells which
 * form it is. Throws PackagingRefused when none of them fits.
 */
export async function readDescriptor(bytes: ByteReader, name: string, counted: Sizes): Promise<void> {
  const forms = [true, false].flatMap((signed) => [false, true].map((wide) => descriptor(counted, signed, wide)));
  let read = Buffer.alloc(0);
  for (const form of forms.sort((one, other) => one.length - other.length)) {
    read = Buffer.concat([read, await bytes.take(form.length - read.length)]);
    if (read.equals(form)) return;
  }
  throw new PackagingRefused(`The export is damaged: the content of ${name} is not what its descriptor says.`);
}

function descriptor({ crc, compressed, size }: Sizes, signed: boolean, wide: boolean): Buffer {
  const form = Buffer.alloc(4 + 4 + (wide ? 16 : 8));
  form.writeUInt32LE(signatures.dataDescriptor);
  form.writeUInt32LE(crc, 4);
  if (wide) {
    form.writeBigUInt64LE(BigInt(compressed), 8);
    form.writeBigUInt64LE(BigInt(size), 16);
  } else {
    form.writeUInt32LE(compressed % 2 ** 32, 8);
    form.writeUInt32LE(size % 2 ** 32, 12);
  }
  return signed ? form : form.subarray(4);
}
