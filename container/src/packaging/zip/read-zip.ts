import { PackagingRefused } from '../errors.ts';
import { ByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import { type FileHeader, readCentralHeader, readDescriptor, readLocalHeader, signatures } from './headers.ts';
import { Allowance, type ZipLimits, zipLimits } from './limits.ts';
import { inflated, stored } from './member-content.ts';

export interface ZipMember {
  /** As the archive has it: unchecked. Folders end with a slash. */
  readonly name: string;
  /** Once, and to its end before the next member is asked for. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Reads a ZIP archive as it arrives: nothing is kept but one chunk and a line for each member. The local headers lead; the central directory at
 * the end must then tell the same story, so that an archive that shows one content to us and another to somebody else is refused.
 * Throws PackagingRefused for what is damaged, cut off, encrypted, beyond the limits, or cannot be read in one pass.
 */
export async function* readZip(source: AsyncIterable<Uint8Array>, limits: ZipLimits = zipLimits): AsyncGenerator<ZipMember> {
  const bytes = new ByteReader(source);
  const allowance = new Allowance(limits);
  const seen: FileHeader[] = [];
  try {
    let signature = await nextSignature(bytes);
    for (; signature === signatures.localFile; signature = await nextSignature(bytes)) {
      allowance.member();
      const header = await readLocalHeader(bytes, bytes.position - 4);
      requireReadable(header);
      const reading = { done: false };
      yield { name: header.name, content: content(bytes, header, allowance, seen, reading) };
      if (!reading.done) throw new Error(`${header.name} was not read to its end`);
    }
    await checkDirectory(bytes, signature, seen);
  } finally {
    await bytes.close();
  }
}

const nextSignature = async (bytes: ByteReader) => (await bytes.take(4)).readUInt32LE();

function requireReadable({ name, method, encrypted, hasDescriptor }: FileHeader): void {
  if (encrypted) throw new PackagingRefused(`The export's member ${name} is encrypted.`);
  if (method !== 0 && method !== 8) throw new PackagingRefused(`The export's member ${name} is packed by method ${method}; known: 0, 8.`);
  // Nothing marks the end of such content but the directory at the end of the archive. A folder has none.
  if (method === 0 && hasDescriptor && !name.endsWith('/'))
    throw new PackagingRefused(`The export's member ${name} is stored without its length.`);
}

async function* content(bytes: ByteReader, header: FileHeader, allowance: Allowance, seen: FileHeader[], reading: { done: boolean }) {
  const { name } = header;
  const start = bytes.position;
  let size = 0;
  let crc = 0;
  const length = header.hasDescriptor ? 0 : header.compressed;
  for await (const chunk of header.method === 0 ? stored(bytes, length) : inflated(bytes, name)) {
    size += chunk.length;
    crc = crc32(chunk, crc);
    allowance.expand(chunk.length, { name, size, compressed: bytes.position - start });
    yield chunk;
  }
  const counted = { crc, size, compressed: bytes.position - start };
  if (header.hasDescriptor) await readDescriptor(bytes, name, counted);
  else if (header.crc !== crc || header.size !== size || header.compressed !== counted.compressed)
    throw new PackagingRefused(`The export is damaged: the content of ${name} is not what its header says.`);
  seen.push({ ...header, ...counted });
  reading.done = true;
}

async function checkDirectory(bytes: ByteReader, first: number, seen: readonly FileHeader[]): Promise<void> {
  const expected = new Map(seen.map((header) => [header.offset, header]));
  let signature = first;
  for (; signature === signatures.centralFile; signature = await nextSignature(bytes)) {
    const listed = await readCentralHeader(bytes);
    const read = expected.get(listed.offset);
    const same = (['name', 'crc', 'size', 'compressed', 'method'] as const).every((field) => read?.[field] === listed[field]);
    if (!same) throw new PackagingRefused(`The export is damaged: its directory tells another story of ${listed.name} than its content.`);
    expected.delete(listed.offset);
  }
  const ends: number[] = [signatures.end64, signatures.end];
  if (!ends.includes(signature)) throw new PackagingRefused('The export is no ZIP archive, or is damaged between two members.');
  const [missing] = expected.values();
  if (missing) throw new PackagingRefused(`The export is damaged: its directory does not list ${missing.name}.`);
  await readEnd(bytes, signature);
}

/** The last record must be there, in full: otherwise the download broke off. */
async function readEnd(bytes: ByteReader, first: number): Promise<void> {
  let signature = first;
  if (signature === signatures.end64) {
    const length = Number((await bytes.take(8)).readBigUInt64LE());
    if (length > 65_536) throw new PackagingRefused('The export is damaged: its last record is too long.');
    await bytes.take(length);
    await bytes.take(20);
    signature = await nextSignature(bytes);
  }
  if (signature !== signatures.end) throw new PackagingRefused('The export is damaged: it has no last record.');
  await bytes.take(18);
}
