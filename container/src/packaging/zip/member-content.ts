import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { PackagingRefused } from '../errors.ts';
import type { ByteReader } from './byte-reader.ts';

/** Content of known length, as it is. */
export async function* stored(bytes: ByteReader, length: number): AsyncGenerator<Buffer> {
  for (let missing = length; missing > 0; ) {
    const chunk = await bytes.some(missing);
    missing -= chunk.length;
    yield chunk;
  }
}

/** Deflated content, to its own end: that is all there is to know of its length when the header could not say. */
export async function* inflated(bytes: ByteReader, name: string): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: 64 * 1024 });
  const fed = feed(inflate, bytes).catch((error: Error) => void inflate.destroy(error));
  try {
    yield* inflate as AsyncIterable<Buffer>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'Z_DATA_ERROR') throw error;
    throw new PackagingRefused(`The export is damaged: ${name} cannot be unpacked.`, { cause: error });
  } finally {
    inflate.destroy();
  }
  await fed;
}

/** Writes until the deflated stream takes no more: it has ended. Gives back what it did not use. */
async function feed(inflate: InflateRaw, bytes: ByteReader): Promise<void> {
  let wake = () => {};
  // A write that meets the end may never be called back.
  for (const event of ['end', 'close']) inflate.once(event, () => wake());
  while (!inflate.destroyed) {
    const chunk = await bytes.some();
    const before = inflate.bytesWritten;
    await new Promise<void>((resolve) => {
      wake = resolve;
      inflate.write(chunk, () => resolve());
    });
    const used = inflate.bytesWritten - before;
    if (used < chunk.length) return bytes.giveBack(chunk.subarray(used));
  }
}
