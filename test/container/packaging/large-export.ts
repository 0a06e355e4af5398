import { createHash } from 'node:crypto';
import type { ZipSource } from '../../../rehearsal/world/zip-stream.ts';

const pieceBytes = 64 * 1024;

/** A member of any size that packs about two to one, made while it is read. No two pieces are the same. */
export function largeMember(name: string, bytes: number): ZipSource {
  return { name, content: pieces(name, Math.ceil(bytes / pieceBytes)) };
}

function* pieces(name: string, count: number): Generator<Buffer> {
  // Hexadecimal text packs to half; only its start needs to be new.
  const piece = Buffer.from(
    createHash('shake256', { outputLength: pieceBytes / 2 })
      .update(name)
      .digest('hex'),
  );
  for (let index = 0; index < count; index++) {
    piece.write(String(index).padStart(16, '0'));
    yield Buffer.from(piece);
  }
}
