import { constants, deflateRawSync } from 'node:zlib';
import { crc32, signature } from './zip.ts';

export interface ZipSource {
  readonly name: string;
  /** Pieces of at most some hundred kilobytes: each is packed by itself. */
  readonly content: Iterable<Uint8Array>;
}

/**
 * Writes an archive of any size as it is asked for, the way a server does that makes it while it is loaded: members are deflated, their sizes
 * follow them. No archive of 4 GiB or more.
 */
export function* zipStream(members: Iterable<ZipSource>): Generator<Buffer> {
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of members) {
    const path = Buffer.from(name);
    const start = offset;
    const packed = deflate(content);
    const local = Buffer.concat([signature(0x04034b50), common(path, { crc: 0, compressed: 0, size: 0 }), path]);
    yield local;
    offset += local.length;
    let next = packed.next();
    for (; !next.done; next = packed.next()) {
      yield next.value;
      offset += next.value.length;
    }
    const descriptor = Buffer.concat([signature(0x08074b50), numbers(next.value)]);
    yield descriptor;
    offset += descriptor.length;
    directory.push(central(path, next.value, start));
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  yield Buffer.concat([listed, signature(0x06054b50), end]);
}

interface Sizes {
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
}

function* deflate(content: Iterable<Uint8Array>): Generator<Buffer, Sizes> {
  let crc = 0;
  let size = 0;
  let compressed = 0;
  for (const piece of content) {
    crc = crc32(piece, crc);
    size += piece.length;
    // Ends on a whole byte, so that pieces can follow each other.
    const packed = deflateRawSync(piece, { level: 1, finishFlush: constants.Z_SYNC_FLUSH });
    compressed += packed.length;
    yield packed;
  }
  const last = Buffer.of(0x03, 0x00);
  yield last;
  return { crc, size, compressed: compressed + last.length };
}

const numbers = ({ crc, compressed, size }: Sizes) => {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(crc);
  bytes.writeUInt32LE(compressed, 4);
  bytes.writeUInt32LE(size, 8);
  return bytes;
};

/** Version 2.0, flags (sizes follow, names are UTF-8), method 8, a fixed date, the three numbers, lengths of name and extra field. */
function common(path: Buffer, sizes: Sizes): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(0x0808, 2);
  head.writeUInt16LE(8, 4);
  head.writeUInt16LE(0x0021, 8);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(path.length);
  return Buffer.concat([head, numbers(sizes), lengths]);
}

function central(path: Buffer, sizes: Sizes, offset: number): Buffer {
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(offset, 10);
  return Buffer.concat([signature(0x02014b50), Buffer.of(20, 0), common(path, sizes), tail, path]);
}
