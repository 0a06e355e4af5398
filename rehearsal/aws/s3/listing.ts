import type * as s3 from '@aws-sdk/client-s3';
import { refuseMembers } from '../sdk-words.ts';
import type { Bucket, ObjectVersion } from './bucket.ts';
import { invalidEncoding } from './errors.ts';

/** The most that S3 lists at once, and its default. */
const MOST_KEYS = 1000;

type Entry = { readonly version: ObjectVersion } | { readonly prefix: string };
const nameOf = (entry: Entry) => ('prefix' in entry ? entry.prefix : entry.version.key);

/** Keys, with those that share what stands before the delimiter folded into one prefix. */
function fold(versions: readonly ObjectVersion[], prefix: string, delimiter: string | undefined): Entry[] {
  const entries: Entry[] = [];
  for (const version of versions) {
    const end = delimiter ? version.key.indexOf(delimiter, prefix.length) : -1;
    const folded = end < 0 ? undefined : version.key.slice(0, end + delimiter!.length);
    const last = entries.at(-1);
    if (folded === undefined) entries.push({ version });
    else if (!(last && 'prefix' in last && last.prefix === folded)) entries.push({ prefix: folded });
  }
  return entries;
}

export function listObjects(bucket: Bucket, input: s3.ListObjectsV2Request): Partial<s3.ListObjectsV2Output> {
  refuseMembers('ListObjectsV2', { ...input }, 'OptionalObjectAttributes');
  const write = writerOf(input.EncodingType);
  const prefix = input.Prefix ?? '';
  const size = Math.min(input.MaxKeys ?? MOST_KEYS, MOST_KEYS);
  const after = input.ContinuationToken ? Buffer.from(input.ContinuationToken, 'base64url').toString() : input.StartAfter;
  const current = bucket.list(prefix).filter((version) => bucket.current(version.key) === version);
  const entries = fold(current, prefix, input.Delimiter).filter((entry) => after === undefined || nameOf(entry) > after);
  const shown = entries.slice(0, size);
  const truncated = shown.length < entries.length && shown.length > 0;
  return {
    Name: bucket.name,
    EncodingType: input.EncodingType,
    Prefix: write(prefix),
    Delimiter: input.Delimiter && write(input.Delimiter),
    StartAfter: input.StartAfter && write(input.StartAfter),
    ContinuationToken: input.ContinuationToken,
    MaxKeys: input.MaxKeys ?? MOST_KEYS,
    KeyCount: shown.length,
    IsTruncated: truncated,
    ...(truncated && { NextContinuationToken: Buffer.from(nameOf(shown.at(-1)!)).toString('base64url') }),
    Contents: shown.flatMap((entry) =>
      'version' in entry ? [{ ...described(entry.version), Key: write(entry.version.key), StorageClass: 'STANDARD' as const }] : [],
    ),
    CommonPrefixes: shown.flatMap((entry) => ('prefix' in entry ? [{ Prefix: write(entry.prefix) }] : [])),
  };
}

/** How names are written into an answer. The AWS CLI always asks for `url`: XML cannot hold every character of a key. */
function writerOf(encoding: string | undefined): (name: string) => string {
  if (encoding === undefined) return (name) => name;
  if (encoding !== 'url') throw invalidEncoding();
  const percent = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return (name) =>
    encodeURIComponent(name)
      .replaceAll('%2F', '/')
      .replace(/[!'()*]/g, percent);
}

/** Every version and marker at once: the stand-in's buckets are small. */
export function listVersions(bucket: Bucket, input: s3.ListObjectVersionsRequest): Partial<s3.ListObjectVersionsOutput> {
  refuseMembers('ListObjectVersions', { ...input }, 'Delimiter', 'KeyMarker', 'VersionIdMarker', 'EncodingType', 'MaxKeys');
  const seen = new Set<string>();
  const rows = bucket.list(input.Prefix ?? '').map((version) => {
    const latest = !seen.has(version.key);
    seen.add(version.key);
    return { version, row: { ...described(version), VersionId: version.versionId, IsLatest: latest } };
  });
  return {
    Name: bucket.name,
    Prefix: input.Prefix ?? '',
    IsTruncated: false,
    Versions: rows.filter(({ version }) => version.body).map(({ row }) => row),
    DeleteMarkers: rows.filter(({ version }) => !version.body).map(({ row: { Size: _size, ETag: _etag, ...marker } }) => marker),
  };
}

const described = ({ key, lastModified, etag, body }: ObjectVersion) => ({
  Key: key,
  LastModified: lastModified,
  ETag: etag,
  Size: body?.size,
});
