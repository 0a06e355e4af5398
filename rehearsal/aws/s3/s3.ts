import * as sdk from '@aws-sdk/client-s3';
import type { Iam } from '../iam/iam.ts';
import type { Provisioners, Service, World } from '../kernel.ts';
import { protocolOnly } from '../sdk-words.ts';
import { collect } from '../wire/message.ts';
import { bucketHandlers } from './bucket-handlers.ts';
import { Buckets } from './buckets.ts';
import { noSuchKey } from './errors.ts';
import { objectHandlers } from './handlers.ts';
import { s3Permissions } from './permissions.ts';
import { s3Provisioners } from './provisioners.ts';
import { uploadHandlers } from './upload-handlers.ts';

/** Buckets, objects and their versions; bodies on disk. */
export class S3 {
  readonly service: Service;
  readonly provisioners: Provisioners;
  readonly #buckets: Buckets;

  constructor(world: World, { iam }: { readonly iam: Iam }) {
    const buckets = new Buckets(world);
    this.#buckets = buckets;
    this.provisioners = s3Provisioners(world, iam, buckets);
    this.service = {
      signingName: 's3',
      sdk,
      client: new sdk.S3Client(protocolOnly),
      prefixLabel: 'Bucket',
      handlers: {
        ...bucketHandlers(world, buckets),
        ...objectHandlers(buckets, ({ arn }, { principal }) => iam.authorize(principal, { action: 's3:ListBucket', resource: arn })),
        ...uploadHandlers(buckets),
      },
      permissions: s3Permissions(buckets),
    };
  }

  createBucket(name: string): void {
    this.#buckets.create(name);
  }

  /** For the stand-in's own writers (assets, build artefacts); whoever calls asks IAM first. */
  async put(bucket: string, key: string, body: string | Uint8Array | NodeJS.ReadableStream, contentType?: string): Promise<void> {
    await this.#buckets.put(bucket, key, body, contentType ? { ContentType: contentType } : {});
  }

  /** The current object's bytes. Rejects with NoSuchBucket or NoSuchKey. */
  async get(bucket: string, key: string): Promise<Buffer> {
    const found = this.#buckets.named(bucket).current(key);
    if (!found?.body) throw noSuchKey();
    return collect(this.#buckets.bodies.read(found.body));
  }

  /** Keys of the current objects, in S3's order. */
  keys(bucketName: string, prefix = ''): string[] {
    const bucket = this.#buckets.named(bucketName);
    return bucket.list(prefix).flatMap((version) => (bucket.current(version.key) === version ? [version.key] : []));
  }
}
