import { PackagingRefused } from '../errors.ts';

/** Reads a stream of chunks by number of bytes. Holds one chunk, and what one `take` asks for. */
export class ByteReader {
  /** Bytes given out so far. */
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Whatever is at hand, never empty. @param most bytes at most */
  async some(most = Number.POSITIVE_INFINITY): Promise<Buffer> {
    while (this.#rest.length === 0) this.#rest = await this.#next();
    const given = this.#rest.subarray(0, Math.min(most, this.#rest.length));
    this.#rest = this.#rest.subarray(given.length);
    this.position += given.length;
    return given;
  }

  /** Exactly so many bytes; a few kilobytes at most. */
  async take(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0; ) {
      const part = await this.some(missing);
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Takes back the end of what was given last. */
  giveBack(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([bytes, this.#rest]);
    this.position -= bytes.length;
  }

  /** Lets go of the source, read to its end or not. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #next(): Promise<Buffer> {
    const { done, value } = await this.#chunks.next();
    if (done) throw new PackagingRefused('The export ends in the middle: it is cut off, or no ZIP archive.');
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}
