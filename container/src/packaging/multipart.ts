import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** S3 takes at most 10,000 parts: enough for 80 GiB, four times what an export may unpack to. */
const partBytes = 8 * 2 ** 20;

export interface Target {
  Bucket: string;
  Key: string;
}

/**
 * Writes contents of unknown length to S3, one object after the other, in two buffers of 8 MiB that are used over and over: while one part is on
 * its way the next is filled. An upload that fails is aborted, or its parts would be paid for until somebody looks.
 */
export class Uploader {
  readonly #s3: S3Client;
  #buffers = [Buffer.alloc(0), Buffer.alloc(0)];

  constructor(s3: S3Client) {
    this.#s3 = s3;
  }

  /** @returns bytes written */
  async upload(target: Target, content: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> {
    const parts = this.#parts(content);
    const first = await parts.next();
    const start = first.value ?? Buffer.alloc(0);
    if (start.length < partBytes) {
      // Drains the content: it ended, and may still have to say that it is damaged.
      if (!first.done) await parts.next();
      await this.#s3.send(new PutObjectCommand({ ...target, Body: start }), { abortSignal: signal });
      return start.length;
    }
    return this.#multipart(target, start, parts, signal);
  }

  async #multipart(target: Target, start: Buffer, parts: AsyncGenerator<Buffer>, signal: AbortSignal): Promise<number> {
    // Announced: the SDK adds this checksum to each part by itself, and S3 refuses a part whose checksum was not.
    const announced = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' });
    const { UploadId } = await this.#s3.send(announced, { abortSignal: signal });
    const upload = { ...target, UploadId };
    const sent: Promise<CompletedPart>[] = [];
    let bytes = 0;
    try {
      for (let part: Buffer | undefined = start; part; part = (await parts.next()).value) {
        bytes += part.length;
        const sending = this.#send(upload, sent.length + 1, part, signal);
        // Awaited below at the latest; until then a failure is nobody's surprise.
        sending.catch(() => {});
        sent.push(sending);
        // The other buffer is filled next: the part that left it must have arrived.
        await sent.at(-2);
      }
      const Parts = await Promise.all(sent);
      await this.#s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }), { abortSignal: signal });
    } catch (error) {
      await Promise.allSettled(sent);
      // Without the signal: it may be why we are here. A failure of this call must not hide the first one.
      await this.#s3.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
      throw error;
    }
    return bytes;
  }

  async #send(
    upload: Target & { UploadId: string | undefined },
    PartNumber: number,
    Body: Buffer,
    signal: AbortSignal,
  ): Promise<CompletedPart> {
    const part = new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: 'CRC32' });
    const { ETag, ChecksumCRC32 } = await this.#s3.send(part, { abortSignal: signal });
    return { ETag, ChecksumCRC32, PartNumber };
  }

  /** Full parts and a rest. What is given is overwritten two parts later. */
  async *#parts(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, undefined> {
    let filled = 0;
    for await (const chunk of content) {
      for (let at = 0; at < chunk.length; ) {
        const buffer = this.#room(filled + chunk.length - at);
        const taken = Math.min(chunk.length - at, partBytes - filled);
        buffer.set(chunk.subarray(at, at + taken), filled);
        at += taken;
        filled += taken;
        if (filled < partBytes) continue;
        yield buffer;
        this.#buffers.reverse();
        filled = 0;
      }
    }
    if (filled > 0) yield this.#room(filled).subarray(0, filled);
  }

  /** The buffer that is being filled, with room for so much: most members are small, and most exports hold no large one. */
  #room(bytes: number): Buffer {
    const current = this.#buffers[0] as Buffer;
    if (current.length >= Math.min(bytes, partBytes)) return current;
    const larger = Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(256 * 1024, 2 ** Math.ceil(Math.log2(bytes)))));
    current.copy(larger);
    this.#buffers[0] = larger;
    return larger;
  }
}
