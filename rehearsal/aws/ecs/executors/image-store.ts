import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';
import { type Credentials, PullError } from './executor.ts';

export interface PulledImage {
  readonly digest: string;
  /** Where the layers are unpacked. */
  readonly root: string;
  readonly architecture: string;
  readonly config: { Entrypoint?: string[]; Cmd?: string[]; Env?: string[]; WorkingDir?: string; User?: string; StopSignal?: string };
}

interface Manifest {
  readonly config: { digest: string };
  readonly layers: { digest: string }[];
}

const run = promisify(execFile);
const manifestTypes = ['application/vnd.docker.distribution.manifest.v2+json', 'application/vnd.oci.image.manifest.v1+json'];

/** Pulls images from a registry of this machine and unpacks each digest once. */
export class ImageStore {
  private readonly home: string;
  private readonly credentials: Credentials;
  private readonly unpacked = new Map<string, Promise<PulledImage>>();

  constructor(home: string, credentials: Credentials) {
    this.home = home;
    this.credentials = credentials;
  }

  /** @param reference `127.0.0.1:PORT/name@sha256:…` or `…:tag` */
  async pull(reference: string): Promise<PulledImage> {
    const [, registry, name, , digest, tag] = /^([^/]+)\/([^@:]+)(@(sha256:\w+)|:([\w.-]+))?$/.exec(reference) ?? [];
    if (!registry || !name) throw new PullError(`failed to resolve ref ${reference}: invalid reference format`);
    const base = `http://${registry}/v2/${name}`;
    const answer = await this.get(`${base}/manifests/${digest ?? tag ?? 'latest'}`, reference);
    const found = digest ?? answer.headers.get('docker-content-digest') ?? '';
    const manifest = (await answer.json()) as Manifest;
    const pulling = this.unpacked.get(found) ?? this.unpack(base, reference, found, manifest);
    this.unpacked.set(found, pulling);
    // A pull that failed is tried again by the next task.
    pulling.catch(() => this.unpacked.delete(found));
    return pulling;
  }

  private async get(url: string, reference: string): Promise<Response> {
    const headers = { authorization: `Basic ${this.credentials()}`, accept: manifestTypes.join(', ') };
    const answer = await fetch(url, { headers }).catch((error: Error) => {
      const cause = error.cause instanceof Error ? error.cause.message : error.message;
      throw new PullError(`failed to resolve ref ${reference}: failed to do request: Head "${url}": dial tcp: ${cause}`);
    });
    if (answer.status === 404) throw new PullError(`failed to resolve ref ${reference}: ${reference}: not found`);
    if (!answer.ok)
      throw new PullError(`failed to resolve ref ${reference}: unexpected status from HEAD request to ${url}: ${answer.status}`);
    return answer;
  }

  private async unpack(base: string, reference: string, digest: string, manifest: Manifest): Promise<PulledImage> {
    const blob = (part: { digest: string }) => this.get(`${base}/blobs/${part.digest}`, reference);
    const { architecture, config } = (await (await blob(manifest.config)).json()) as Pick<PulledImage, 'architecture' | 'config'>;
    const root = join(this.home, 'images', digest.replace('sha256:', ''));
    await mkdir(join(this.home, 'images'), { recursive: true });
    if (await stat(root).catch(() => undefined)) return { digest, root, architecture, config };
    const work = await mkdtemp(join(this.home, 'images', 'pull-'));
    for (const [index, layer] of manifest.layers.entries()) {
      const file = `${work}-${index}.tar.gz`;
      await pipeline(Readable.fromWeb((await blob(layer)).body as ReadableStream), createWriteStream(file));
      await run('tar', ['-xzf', file, '-C', work]);
      await rm(file);
    }
    await rename(work, root);
    return { digest, root, architecture, config };
  }
}
