import { HeadBucketCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import type { Buckets, Queues } from '../contract/operator-ports.ts';
import { defaults } from './defaults.ts';

const s3 = new S3Client(defaults);
const sqs = new SQSClient(defaults);

export const buckets: Buckets = {
  async regionOf(Bucket) {
    try {
      const { BucketRegion } = await s3.send(new HeadBucketCommand({ Bucket }));
      return BucketRegion ?? '';
    } catch (error) {
      // An answer to HEAD has no body: the status is all that S3 says, and 403 is not "there is none".
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return null;
      throw error;
    }
  },
};

export const queues: Queues = {
  async exists(arn) {
    const [, , , , QueueOwnerAWSAccountId, QueueName] = arn.split(':');
    try {
      await sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }));
      return true;
    } catch (error) {
      if (error instanceof QueueDoesNotExist) return false;
      throw error;
    }
  },
};
