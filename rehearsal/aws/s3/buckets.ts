import type { World } from '../kernel.ts';
import { type Body, BodyStore, toStream } from './body-store.ts';
import { Bucket, type ObjectHeaders, type ObjectVersion } from './bucket.ts';
import { bucketExists, bucketNotEmpty, noSuchBucket, noSuchKey, preconditionFailed } from './errors.ts';

/** What must hold for a write to happen: `*` with IfNoneMatch means that there is no object yet. */
export interface Condition {
  readonly IfNoneMatch?: string;
  readonly IfMatch?: string;
}

/** All buckets and the bodies behind them. */
export class Buckets {
  readonly bodies: BodyStore;
  readonly #world: World;
  readonly #buckets = new Map<string, Bucket>();

  constructor(world: World) {
    this.#world = world;
    this.bodies = new BodyStore(world.home);
  }

  all(): Bucket[] {
    return [...this.#buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Undefined when there is none; `named` throws. */
  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  named(name: string): Bucket {
    const bucket = this.find(name);
    if (!bucket) throw noSuchBucket();
    return bucket;
  }

  create(name: string): Bucket {
    if (this.find(name)) throw bucketExists();
    const bucket = new Bucket(name, this.#world.clock.now());
    this.#buckets.set(name, bucket);
    return bucket;
  }

  remove(name: string): void {
    if (!this.named(name).empty) throw bucketNotEmpty();
    this.#buckets.delete(name);
  }

  /** Streams an object in. The condition is checked when all bytes are there, as on AWS: of two writers the first to finish wins. */
  async put(
    bucketName: string,
    key: string,
    source: unknown,
    headers: ObjectHeaders = {},
    condition: Condition = {},
  ): Promise<ObjectVersion> {
    const bucket = this.named(bucketName);
    const body = await this.bodies.write(toStream(source));
    return this.commit(bucket, key, { body, etag: `"${body.md5}"`, headers }, condition);
  }

  /** Deletes as the API does: one version for good, or, where versions are kept, by a marker. */
  async removeObject(
    bucket: Bucket,
    key: string,
    versionId: string | undefined,
  ): Promise<{ marker?: ObjectVersion; removed?: ObjectVersion }> {
    const outcome = versionId ? bucket.removeVersion(key, versionId) : bucket.remove(key, this.#world.clock.now());
    await this.bodies.remove(outcome.freed);
    return outcome;
  }

  /** Makes bytes that are on disk an object. */
  async commit(
    bucket: Bucket,
    key: string,
    content: { body: Body; etag: string; headers: ObjectHeaders },
    condition: Condition,
  ): Promise<ObjectVersion> {
    const current = bucket.current(key);
    const refused =
      (condition.IfNoneMatch !== undefined && current) || (condition.IfMatch !== undefined && current?.etag !== quoted(condition.IfMatch));
    if (refused) {
      await this.bodies.remove([content.body]);
      throw condition.IfMatch !== undefined && !current ? noSuchKey() : preconditionFailed();
    }
    const { added, freed } = bucket.add(key, content, this.#world.clock.now());
    await this.bodies.remove(freed);
    return added;
  }
}

const quoted = (etag: string) => (etag.startsWith('"') ? etag : `"${etag}"`);
