import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Objects } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new S3Client(defaults);

export const objects: Objects = {
  async put(Bucket, Key, Body, ContentType) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
  },
  async get(Bucket, Key, lastBytes) {
    const Range = lastBytes === undefined ? undefined : `bytes=-${lastBytes}`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }));
    if (!Body) throw new Error(`s3://${Bucket}/${Key} has no body`);
    return Body.transformToString();
  },
  // CloudFormation takes this form only, whatever endpoint the client itself uses.
  async url(bucket, key) {
    const region = await client.config.region();
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
    return `https://${bucket}.s3.${region}.${suffix}/${key.split('/').map(encodeURIComponent).join('/')}`;
  },
};
