import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { ObjectStreams } from '../contract/evidence-ports.ts';
import { defaults } from './defaults.ts';

const client = new S3Client(defaults);

/** The least that S3 takes for a part that is not the last; 10,000 of them are 50 GB. */
const partBytes = 5 * 1024 * 1024;

interface Target {
  Bucket: string;
  Key: string;
}

/** One part is held in memory at a time. What fits into one part is put in one piece. */
export const objectStreams: ObjectStreams = {
  async stream(Bucket, Key, body, ContentType) {
    const target = { Bucket, Key };
    const parts = inParts(body);
    const first = await parts.next();
    const second = first.done ? first : await parts.next();
    if (first.done || second.done) {
      await client.send(new PutObjectCommand({ ...target, Body: first.value ?? new Uint8Array(), ContentType }));
      return;
    }
    // Announced: the SDK adds this checksum to each part by itself, and S3 refuses a part whose checksum was not.
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...target, ContentType, ChecksumAlgorithm: 'CRC32' }));
    try {
      const Parts: CompletedPart[] = [];
      const send = async (Body: Uint8Array) => Parts.push(await part({ ...target, UploadId, PartNumber: Parts.length + 1, Body }));
      await send(first.value);
      await send(second.value);
      for await (const bytes of parts) await send(bytes);
      await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
    } catch (error) {
      await abort(target, UploadId);
      throw error;
    }
  },
};

async function part(input: Target & { UploadId: string | undefined; PartNumber: number; Body: Uint8Array }): Promise<CompletedPart> {
  const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...input, ChecksumAlgorithm: 'CRC32' }));
  return { ETag, ChecksumCRC32, PartNumber: input.PartNumber };
}

async function abort(target: Target, UploadId: string | undefined): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
  } catch {
    // The first error is the one to tell; the bucket's own rule removes unfinished uploads.
  }
}

/** Pieces of whatever length, as parts of at least the size that S3 takes; the last may be shorter. */
async function* inParts(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < partBytes) continue;
    yield Buffer.concat(held, bytes);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held, bytes);
}
