import type * as s3 from '@aws-sdk/client-s3';
import type { Call, Handler } from '../kernel.ts';
import { refuseMembers } from '../sdk-words.ts';
import { type Bucket, KEPT_HEADERS, type ObjectHeaders, type ObjectVersion } from './bucket.ts';
import type { Buckets } from './buckets.ts';
import { invalidRange, methodNotAllowed, noSuchKey, notFound } from './errors.ts';
import { listObjects, listVersions } from './listing.ts';

const headersOf = (input: object): ObjectHeaders =>
  Object.fromEntries(KEPT_HEADERS.flatMap((name) => (name in input ? [[name, (input as Record<string, unknown>)[name]]] : [])));

export const versionOf = (version: ObjectVersion) => (version.versionId === 'null' ? {} : { VersionId: version.versionId });

/** Conditions on reading that would change the answer. */
const UNSUPPORTED_READ = ['IfMatch', 'IfNoneMatch', 'IfModifiedSince', 'IfUnmodifiedSince', 'PartNumber'];

/** Whether the caller may learn that there is no such object. Rejects with AccessDenied otherwise. */
export type MayKnowOfAbsence = (bucket: Bucket, call: Call) => Promise<void>;

export function objectHandlers(buckets: Buckets, mayKnowOfAbsence: MayKnowOfAbsence): Record<string, Handler> {
  const find = async (input: s3.GetObjectRequest, call: Call): Promise<ObjectVersion> => {
    const bucket = buckets.named(input.Bucket!);
    const found = input.VersionId ? bucket.version(input.Key!, input.VersionId) : bucket.current(input.Key!);
    // Without s3:ListBucket AWS answers AccessDenied, not NoSuchKey: a caller who may not list must not learn what exists.
    if (!found) await mayKnowOfAbsence(bucket, call);
    if (!found) throw noSuchKey();
    if (!found.body) throw methodNotAllowed(); // a delete marker, named by its version
    return found;
  };

  return {
    async PutObject(input: s3.PutObjectRequest) {
      refuseMembers(
        'PutObject',
        { ...input },
        'ACL',
        'Tagging',
        'ObjectLockMode',
        'WriteOffsetBytes',
        'WebsiteRedirectLocation',
        'SSECustomerKey',
      );
      const put = await buckets.put(input.Bucket!, input.Key!, input.Body, headersOf(input), input);
      return { ETag: put.etag, ...versionOf(put), ...encryption(buckets.named(input.Bucket!)) };
    },

    async GetObject(input: s3.GetObjectRequest, call: Call) {
      refuseMembers('GetObject', { ...input }, ...UNSUPPORTED_READ);
      const found = await find(input, call);
      const size = found.body!.size;
      const range = input.Range ? parseRange(input.Range, size) : undefined;
      return {
        ...description(found),
        Body: buckets.bodies.read(found.body!, range),
        ContentLength: range ? range.end - range.start + 1 : size,
        ...(range && { ContentRange: `bytes ${range.start}-${range.end}/${size}` }),
      };
    },

    async HeadObject(input: s3.HeadObjectRequest, call: Call) {
      refuseMembers('HeadObject', { ...input }, ...UNSUPPORTED_READ, 'Range');
      try {
        const found = await find(input, call);
        return { ...description(found), ContentLength: found.body!.size };
      } catch (error) {
        throw error instanceof Error && /^NoSuch/.test(error.name) ? notFound() : error;
      }
    },

    async CopyObject(input: s3.CopyObjectRequest, call: Call) {
      refuseMembers('CopyObject', { ...input }, 'CopySourceIfMatch', 'CopySourceIfNoneMatch', 'Tagging', 'ACL');
      const source = copySource(input.CopySource!);
      const found = await find(source, call);
      const headers = input.MetadataDirective === 'REPLACE' ? headersOf(input) : found.headers;
      const body = await buckets.bodies.copy(found.body!);
      const copy = await buckets.commit(buckets.named(input.Bucket!), input.Key!, { body, etag: `"${body.md5}"`, headers }, {});
      return { CopyObjectResult: { ETag: copy.etag, LastModified: copy.lastModified }, ...versionOf(copy) };
    },

    DeleteObject: (input: s3.DeleteObjectRequest) => remove(buckets, buckets.named(input.Bucket!), input.Key!, input.VersionId),

    async DeleteObjects(input: s3.DeleteObjectsRequest) {
      const bucket = buckets.named(input.Bucket!);
      const Deleted: s3.DeletedObject[] = [];
      for (const { Key, VersionId } of input.Delete!.Objects!) {
        const { DeleteMarker, VersionId: marker } = await remove(buckets, bucket, Key!, VersionId);
        Deleted.push({ Key, VersionId, ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: marker }) });
      }
      return input.Delete!.Quiet ? {} : { Deleted };
    },

    ListObjectsV2: (input: s3.ListObjectsV2Request) => listObjects(buckets.named(input.Bucket!), input),
    ListObjectVersions: (input: s3.ListObjectVersionsRequest) => listVersions(buckets.named(input.Bucket!), input),
  };
}

const description = (version: ObjectVersion) => ({
  ...version.headers,
  ContentType: version.headers.ContentType ?? 'binary/octet-stream',
  LastModified: version.lastModified,
  ETag: version.etag,
  AcceptRanges: 'bytes',
  ...versionOf(version),
});

/** S3 encrypts everything and says with what. */
export const encryption = ({ kmsKeyArn }: Bucket) =>
  kmsKeyArn ? { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn } : { ServerSideEncryption: 'AES256' };

async function remove(buckets: Buckets, bucket: Bucket, key: string, versionId: string | undefined): Promise<s3.DeleteObjectOutput> {
  const { marker, removed } = await buckets.removeObject(bucket, key, versionId);
  if (versionId) return { VersionId: versionId, ...(removed && !removed.body && { DeleteMarker: true }) };
  return marker ? { DeleteMarker: true, ...versionOf(marker) } : {};
}

/** `bytes=0-9`, `bytes=5-`, `bytes=-5`. */
function parseRange(range: string, size: number): { start: number; end: number } {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === '' && last === '') throw invalidRange();
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw invalidRange();
  return { start, end };
}

/** `/bucket/key?versionId=…`, percent-encoded, the first slash optional. */
export function copySource(source: string): { Bucket: string; Key: string; VersionId?: string } {
  const [path = '', VersionId] = source.replace(/^\//, '').split('?versionId=');
  const slash = path.indexOf('/');
  return { Bucket: path.slice(0, slash), Key: decodeURIComponent(path.slice(slash + 1)), VersionId };
}
