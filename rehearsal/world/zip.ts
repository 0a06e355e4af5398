/** Writes a ZIP archive without compression. Node writes gzip but not ZIP, and only newer ones give a CRC. */
export function zip(members: Readonly<Record<string, string>>): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(members)) {
    const path = Buffer.from(name);
    const content = Buffer.from(text);
    const common = commonPart(path, content);
    const local = Buffer.concat([signature(0x04034b50), common, path, content]);
    // Made by version 2.0; then, after the common part: no comment, first disk, no attributes, where the local part lies.
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.of(20, 0), common, tail, path]));
    files.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, central, signature(0x06054b50), end]);
}

/** What the local and the central header share: version, flags (names are UTF-8), method 0, time, CRC, sizes, lengths of name and extra. */
function commonPart(path: Buffer, content: Buffer): Buffer {
  const part = Buffer.alloc(26);
  part.writeUInt16LE(20, 0);
  part.writeUInt16LE(0x0800, 2);
  part.writeUInt16LE(0x0021, 8);
  part.writeUInt32LE(crc32(content), 10);
  part.writeUInt32LE(content.length, 14);
  part.writeUInt32LE(content.length, 18);
  part.writeUInt16LE(path.length, 22);
  return part;
}

export function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

/** @param crc of what came before; 0 at the start */
export function crc32(bytes: Uint8Array, crc = 0): number {
  let state = ~crc;
  for (const byte of bytes) state = (state >>> 8) ^ (table[(state ^ byte) & 0xff] as number);
  return ~state >>> 0;
}
