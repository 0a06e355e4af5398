import { createHash, randomBytes } from 'node:crypto';
import type { CompletedPart } from '@aws-sdk/client-s3';
import type { Body, BodyStore } from './body-store.ts';
import type { ObjectHeaders } from './bucket.ts';
import { checksumMissing, invalidPart, noSuchUpload } from './errors.ts';

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly headers: ObjectHeaders;
  /** The kind of checksum that each part must carry; none may carry one where it is not said. */
  readonly checksum?: string | undefined;
  readonly parts: Map<number, Body>;
  /** Base64, by the part's number. */
  readonly checksums: Map<number, string>;
}

/** Multipart uploads under way. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();
  readonly #bodies: BodyStore;

  constructor(bodies: BodyStore) {
    this.#bodies = bodies;
  }

  start(bucket: string, key: string, headers: ObjectHeaders, checksum?: string): Upload {
    const id = randomBytes(32).toString('base64url');
    const upload: Upload = { id, bucket, key, headers, checksum, parts: new Map(), checksums: new Map() };
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  get(id: string, bucket: string, key: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload?.bucket !== bucket || upload.key !== key) throw noSuchUpload();
    return upload;
  }

  /** Joins the parts that the caller lists. The ETag of the whole is not an MD5 of the bytes: it is the MD5 of the parts' MD5s and their number. */
  async complete(upload: Upload, listed: readonly CompletedPart[]): Promise<{ body: Body; etag: string }> {
    const parts = listed.map(({ PartNumber, ETag, ChecksumCRC32 }) => {
      const part = upload.parts.get(PartNumber ?? 0);
      if (!part || part.md5 !== ETag?.replaceAll('"', '')) throw invalidPart();
      if (upload.checksum && !ChecksumCRC32) throw checksumMissing(upload.checksum);
      if (ChecksumCRC32 !== upload.checksums.get(PartNumber ?? 0)) throw invalidPart();
      return part;
    });
    const body = await this.#bodies.concat(parts);
    await this.abort(upload);
    const digest = createHash('md5')
      .update(Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, 'hex'))))
      .digest('hex');
    return { body, etag: `"${digest}-${parts.length}"` };
  }

  async abort(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id);
    await this.#bodies.remove([...upload.parts.values()]);
  }
}
