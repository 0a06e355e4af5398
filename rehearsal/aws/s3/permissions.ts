import type { Permission, Service } from '../kernel.ts';
import type { Buckets } from './buckets.ts';
import { copySource } from './handlers.ts';

interface Named {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

const bucket = (name: string) => `arn:aws:s3:::${name}`;
const object = ({ Bucket, Key }: Named) => `${bucket(Bucket)}/${Key}`;
const one = (action: string, resource: string): Permission => ({ action: `s3:${action}`, resource });
const read = (input: Named) => one(input.VersionId ? 'GetObjectVersion' : 'GetObject', object(input));
const remove = (input: Named) => one(input.VersionId ? 'DeleteObjectVersion' : 'DeleteObject', object(input));
const ofBucket = (action: string) => (input: Named) => [one(action, bucket(input.Bucket))];

/** Which IAM actions stand behind S3's operations; they have names of their own. */
export function s3Permissions(buckets: Buckets): Service['permissions'] {
  /** In a bucket with a customer's key whoever writes needs the key, and whoever reads. */
  const key = ({ Bucket }: Named, action: 'GenerateDataKey' | 'Decrypt'): Permission[] => {
    const arn = buckets.find(Bucket)?.kmsKeyArn;
    return arn ? [{ action: `kms:${action}`, resource: arn }] : [];
  };
  const write = (input: Named) => [one('PutObject', object(input)), ...key(input, 'GenerateDataKey')];
  return {
    PutObject: write,
    CreateMultipartUpload: write,
    UploadPart: write,
    CompleteMultipartUpload: (input) => [one('PutObject', object(input)), ...key(input, 'Decrypt')],
    AbortMultipartUpload: (input) => [one('AbortMultipartUpload', object(input))],
    GetObject: (input) => [read(input), ...key(input, 'Decrypt')],
    HeadObject: (input) => [read(input), ...key(input, 'Decrypt')],
    CopyObject: (input) => {
      const source = copySource(input.CopySource);
      return [read(source), ...key(source, 'Decrypt'), ...write(input)];
    },
    DeleteObject: (input) => [remove(input)],
    DeleteObjects: (input) => input.Delete.Objects.map(({ Key, VersionId }: Named) => remove({ Bucket: input.Bucket, Key, VersionId })),
    ListObjectsV2: (input) => [
      {
        ...one('ListBucket', bucket(input.Bucket)),
        context: { 's3:prefix': input.Prefix ?? '', ...(input.Delimiter && { 's3:delimiter': input.Delimiter }) },
      },
    ],
    ListObjectVersions: (input) => [{ ...one('ListBucketVersions', bucket(input.Bucket)), context: { 's3:prefix': input.Prefix ?? '' } }],
    CreateBucket: ofBucket('CreateBucket'),
    ListBuckets: () => [one('ListAllMyBuckets', '*')],
    HeadBucket: ofBucket('ListBucket'),
    DeleteBucket: ofBucket('DeleteBucket'),
    GetBucketVersioning: ofBucket('GetBucketVersioning'),
    PutBucketVersioning: ofBucket('PutBucketVersioning'),
  };
}
