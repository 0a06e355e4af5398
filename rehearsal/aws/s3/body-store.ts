import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes on disk. */
export interface Body {
  readonly file: string;
  readonly size: number;
  /** MD5 in hexadecimal: the ETag of what was put in one piece. */
  readonly md5: string;
}

/** Where object bodies live: an image layer or an artefact may be larger than memory should hold. */
export class BodyStore {
  readonly #directory: string;

  constructor(home: string) {
    this.#directory = join(home, 's3');
    mkdirSync(this.#directory, { recursive: true });
  }

  /** Streams to disk; nothing stays behind when the stream breaks off. */
  async write(source: AsyncIterable<Uint8Array>): Promise<Body> {
    const file = join(this.#directory, randomUUID());
    const hash = createHash('md5');
    let size = 0;
    try {
      await pipeline(
        source,
        async function* (chunks) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(file),
      );
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
    return { file, size, md5: hash.digest('hex') };
  }

  /** @param range first and last byte, both included */
  read(body: Body, range?: { start: number; end: number }): Readable {
    return createReadStream(body.file, range);
  }

  /** One after the other, as the parts of an upload. */
  async concat(bodies: readonly Body[]): Promise<Body> {
    const read = (body: Body) => this.read(body);
    return this.write(
      (async function* () {
        for (const body of bodies) yield* read(body);
      })(),
    );
  }

  copy(body: Body): Promise<Body> {
    return this.write(this.read(body));
  }

  async remove(bodies: readonly Body[]): Promise<void> {
    await Promise.all(bodies.map(({ file }) => rm(file, { force: true })));
  }
}

/** What the wire or a caller inside hands over. */
export function toStream(body: unknown): Readable {
  if (body instanceof Readable) return body;
  if (body === undefined) return Readable.from([]);
  return Readable.from([typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array)]);
}
