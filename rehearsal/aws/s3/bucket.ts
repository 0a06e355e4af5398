import { randomBytes } from 'node:crypto';
import type { Body } from './body-store.ts';
import { noSuchKey, noSuchVersion } from './errors.ts';

/** The headers that S3 keeps beside an object, by their name in the API. */
export const KEPT_HEADERS = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Metadata',
] as const;
export type ObjectHeaders = Partial<Record<(typeof KEPT_HEADERS)[number], unknown>>;

export interface ObjectVersion {
  readonly key: string;
  /** `null` (the word) in a bucket without versioning. */
  readonly versionId: string;
  readonly lastModified: Date;
  /** With its quotation marks. */
  readonly etag: string;
  readonly headers: ObjectHeaders;
  /** Absent from a delete marker. */
  readonly body?: Body;
}

/** One bucket's objects and their versions. */
export class Bucket {
  readonly name: string;
  readonly created: Date;
  versioning: 'Enabled' | 'Suspended' | undefined;
  /** ARN of the key that new objects are encrypted with, when the bucket has one of the customer's. */
  kmsKeyArn: string | undefined;
  /** Newest first. */
  readonly #versions = new Map<string, ObjectVersion[]>();

  constructor(name: string, created: Date) {
    this.name = name;
    this.created = created;
  }

  get arn(): string {
    return `arn:aws:s3:::${this.name}`;
  }

  get empty(): boolean {
    return this.#versions.size === 0;
  }

  /** The current object; undefined when there is none or it is deleted. */
  current(key: string): ObjectVersion | undefined {
    const newest = this.#versions.get(key)?.[0];
    return newest?.body ? newest : undefined;
  }

  version(key: string, versionId: string): ObjectVersion {
    const found = this.#versions.get(key)?.find((version) => version.versionId === versionId);
    if (!found) throw this.#versions.has(key) ? noSuchVersion() : noSuchKey();
    return found;
  }

  /** @returns the new version, and the bodies that nothing holds any more */
  add(key: string, content: Pick<ObjectVersion, 'etag' | 'headers' | 'body'>, lastModified: Date): { added: ObjectVersion; freed: Body[] } {
    const versionId = this.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : 'null';
    const added = { key, versionId, lastModified, ...content };
    const older = this.#versions.get(key) ?? [];
    const kept = older.filter((version) => version.versionId !== versionId);
    this.#versions.set(key, [added, ...kept]);
    return { added, freed: bodies(older.filter((version) => version.versionId === versionId)) };
  }

  /** Deletes one version for good. */
  removeVersion(key: string, versionId: string): { removed?: ObjectVersion; freed: Body[] } {
    const versions = this.#versions.get(key) ?? [];
    const removed = versions.find((version) => version.versionId === versionId);
    this.#keep(
      key,
      versions.filter((version) => version !== removed),
    );
    return { removed, freed: removed ? bodies([removed]) : [] };
  }

  /** Deletes without naming a version: for good where versions are not kept, else by a marker. */
  remove(key: string, now: Date): { marker?: ObjectVersion; freed: Body[] } {
    if (!this.versioning) return { freed: this.removeVersion(key, 'null').freed };
    const { added, freed } = this.add(key, { etag: '', headers: {} }, now);
    return { marker: added, freed };
  }

  /** Every version of every key that begins with `prefix`, by key, newest first. */
  list(prefix: string): ObjectVersion[] {
    const keys = [...this.#versions.keys()].filter((key) => key.startsWith(prefix));
    // S3 orders by UTF-8 bytes, not by the locale and not by UTF-16 units.
    keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return keys.flatMap((key) => this.#versions.get(key)!);
  }

  #keep(key: string, versions: ObjectVersion[]): void {
    if (versions.length > 0) this.#versions.set(key, versions);
    else this.#versions.delete(key);
  }
}

const bodies = (versions: readonly ObjectVersion[]): Body[] => versions.flatMap(({ body }) => body ?? []);
