import type * as s3 from '@aws-sdk/client-s3';
import type { Handler, World } from '../kernel.ts';
import type { Buckets } from './buckets.ts';
import { notFound } from './errors.ts';

export const bucketHandlers = (world: World, buckets: Buckets): Record<string, Handler> => ({
  CreateBucket({ Bucket }: s3.CreateBucketRequest) {
    buckets.create(Bucket!);
    return { Location: `/${Bucket}` };
  },
  ListBuckets: () => ({ Buckets: buckets.all().map(({ name, created }) => ({ Name: name, CreationDate: created })) }),
  HeadBucket({ Bucket }: s3.HeadBucketRequest) {
    if (!buckets.find(Bucket!)) throw notFound();
    return { BucketRegion: world.region };
  },
  DeleteBucket: ({ Bucket }: s3.DeleteBucketRequest) => buckets.remove(Bucket!),
  GetBucketVersioning: ({ Bucket }: s3.GetBucketVersioningRequest) => ({ Status: buckets.named(Bucket!).versioning }),
  PutBucketVersioning({ Bucket, VersioningConfiguration }: s3.PutBucketVersioningRequest) {
    buckets.named(Bucket!).versioning = VersioningConfiguration!.Status;
  },
});
