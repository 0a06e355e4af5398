import { PutObjectCommand, paginateListObjectsV2, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Recorded, Recordings } from '../contract/ports.ts';
import { recorderPrefix, recordingsSince } from '../contract/recording.ts';
import { defaults } from './defaults.ts';

const client = new S3Client(defaults);

export const recordings: Recordings = {
  async insert(Bucket, Key, Body, ContentType) {
    try {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  },
  async list(Bucket, Prefix, from, limit) {
    const keys: string[] = [];
    // StartAfter leaves out the key itself: what begins with it comes after it.
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix, StartAfter: from })) {
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      if (keys.length >= limit) break;
    }
    return keys.slice(0, limit);
  },
};

export const recorded = (bucket: string): Recorded => ({
  since: (stage, at) => recordings.list(bucket, recorderPrefix(stage), recordingsSince(stage, at), 1000),
});
