import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Image {
  /** `sha256:` and 64 hex digits */
  readonly digest: string;
  readonly manifest: Buffer;
  readonly mediaType: string;
  readonly pushedAt: Date;
  readonly tags: Set<string>;
  scan?: Scan;
}

export interface Scan {
  status: 'IN_PROGRESS' | 'COMPLETE';
  readonly startedAt: Date;
  completedAt?: Date;
}

export interface RepositorySettings {
  readonly immutableTags: boolean;
  readonly scanOnPush: boolean;
}

export const sha256 = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** One repository: layers and configurations on disk, manifests and tags in memory. */
export class Repository {
  readonly name: string;
  readonly createdAt = new Date();
  readonly images = new Map<string, Image>();
  settings: RepositorySettings;
  private readonly home: string;

  constructor(name: string, home: string, settings: RepositorySettings) {
    this.name = name;
    this.home = home;
    this.settings = settings;
    mkdirSync(join(home, 'uploads'), { recursive: true });
  }

  /** Where a blob lies; undefined when it was never pushed. */
  blob(digest: string): string | undefined {
    const file = this.file(digest);
    return existsSync(file) ? file : undefined;
  }

  private file(digest: string): string {
    return join(this.home, digest.replace(':', '-'));
  }

  beginUpload(): string {
    const id = randomUUID();
    writeFileSync(join(this.home, 'uploads', id), '');
    return id;
  }

  /** Appends to an upload. @returns the bytes it holds now; undefined when no such upload is open */
  async append(id: string, content: Readable): Promise<number | undefined> {
    const file = join(this.home, 'uploads', id);
    if (!/^[0-9a-f-]{36}$/.test(id) || !existsSync(file)) return undefined;
    await pipeline(content, createWriteStream(file, { flags: 'a' }));
    return statSync(file).size;
  }

  /** Closes an upload. @returns false when the content is not what the digest says */
  finishUpload(id: string, digest: string): boolean {
    const file = join(this.home, 'uploads', id);
    if (sha256(readFileSync(file)) !== digest) return false;
    renameSync(file, this.file(digest));
    return true;
  }

  find(reference: string): Image | undefined {
    return this.images.get(reference) ?? [...this.images.values()].find((image) => image.tags.has(reference));
  }

  /** Stores a manifest under its digest and, when `reference` is one, under a tag, which moves here. */
  put(manifest: Buffer, mediaType: string, reference: string): Image {
    const digest = sha256(manifest);
    const image = this.images.get(digest) ?? { digest, manifest, mediaType, pushedAt: new Date(), tags: new Set<string>() };
    this.images.set(digest, image);
    if (reference !== digest) {
      this.find(reference)?.tags.delete(reference);
      image.tags.add(reference);
    }
    return image;
  }

  /** Bytes of everything that a manifest names: what DescribeImages calls the size. */
  size(image: Image): number {
    const { config, layers = [] } = JSON.parse(image.manifest.toString()) as { config?: { size: number }; layers?: { size: number }[] };
    return [config, ...layers].reduce((sum, part) => sum + (part?.size ?? 0), 0);
  }
}
