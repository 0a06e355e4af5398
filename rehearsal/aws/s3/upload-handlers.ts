import type * as s3 from '@aws-sdk/client-s3';
import type { Handler } from '../kernel.ts';
import { refuseMembers } from '../sdk-words.ts';
import { toStream } from './body-store.ts';
import type { Buckets } from './buckets.ts';
import { checksumMismatch } from './errors.ts';
import { encryption, versionOf } from './handlers.ts';
import { Uploads } from './uploads.ts';

export function uploadHandlers(buckets: Buckets): Record<string, Handler> {
  const uploads = new Uploads(buckets.bodies);
  const named = (input: { UploadId?: string; Bucket?: string; Key?: string }) => uploads.get(input.UploadId!, input.Bucket!, input.Key!);
  return {
    CreateMultipartUpload({ Bucket, Key, ContentType, Metadata, ChecksumAlgorithm }: s3.CreateMultipartUploadRequest) {
      const { kmsKeyArn } = buckets.named(Bucket!);
      if (ChecksumAlgorithm !== 'CRC32') refuseMembers('CreateMultipartUpload', { ChecksumAlgorithm }, 'ChecksumAlgorithm');
      const headers = { ...(ContentType && { ContentType }), ...(Metadata && { Metadata }) };
      const upload = uploads.start(Bucket!, Key!, headers, ChecksumAlgorithm);
      return {
        Bucket,
        Key,
        UploadId: upload.id,
        ...(ChecksumAlgorithm && { ChecksumAlgorithm }),
        ...(kmsKeyArn && { SSEKMSKeyId: kmsKeyArn }),
      };
    },
    async UploadPart(input: s3.UploadPartRequest) {
      const upload = named(input);
      const { ChecksumCRC32 } = input;
      const given = ChecksumCRC32 ? 'CRC32' : undefined;
      // The SDK adds a checksum to every part, asked or not: an upload that did not announce it is refused at its first part.
      if (given !== upload.checksum) throw checksumMismatch(upload.checksum, given);
      const part = await buckets.bodies.write(toStream(input.Body));
      if (ChecksumCRC32) upload.checksums.set(input.PartNumber!, ChecksumCRC32);
      const replaced = upload.parts.get(input.PartNumber!);
      upload.parts.set(input.PartNumber!, part);
      if (replaced) await buckets.bodies.remove([replaced]);
      return { ETag: `"${part.md5}"`, ...(ChecksumCRC32 && { ChecksumCRC32 }) };
    },
    async CompleteMultipartUpload(input: s3.CompleteMultipartUploadRequest) {
      const upload = named(input);
      const bucket = buckets.named(input.Bucket!);
      const joined = await uploads.complete(upload, input.MultipartUpload?.Parts ?? []);
      const put = await buckets.commit(bucket, upload.key, { ...joined, headers: upload.headers }, input);
      return { Bucket: bucket.name, Key: upload.key, ETag: put.etag, ...versionOf(put), ...encryption(bucket) };
    },
    AbortMultipartUpload: (input: s3.AbortMultipartUploadRequest) => uploads.abort(named(input)),
  };
}
