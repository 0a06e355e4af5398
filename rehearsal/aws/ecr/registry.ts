import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Repository, sha256 } from './repository.ts';

/** What the distribution API needs of ECR. */
export interface Registry {
  readonly account: string;
  /** Base64 of `AWS:token`, as a client sends it. */
  knows(credentials: string): boolean;
  repository(name: string): Repository | undefined;
  pushed(repository: Repository, reference: string, body: Buffer, mediaType: string): string;
}

/** A refusal as the distribution API words it. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Exchange {
  readonly registry: Registry;
  readonly repository: Repository;
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly reply: (status: number, headers?: Record<string, string | number>, body?: Buffer | string) => void;
  readonly response: ServerResponse;
}

/** The OCI distribution API: what `docker push` and `docker pull` speak. https://github.com/opencontainers/distribution-spec */
export async function distribute(registry: Registry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const reply: Exchange['reply'] = (status, headers = {}, body = '') => {
    response.writeHead(status, {
      'docker-distribution-api-version': 'registry/2.0',
      'content-length': Buffer.byteLength(body),
      ...headers,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  try {
    // The clients ask without credentials first and send them only to a registry that challenges.
    if (!registry.knows((request.headers.authorization ?? '').replace(/^Basic /, ''))) {
      const challenge = { 'www-authenticate': `Basic realm="http://${request.headers.host}/",service="ecr.amazonaws.com"` };
      return reply(401, challenge, 'Not Authorized\n');
    }
    if (url.pathname === '/v2/') return reply(200, { 'content-type': 'application/json' }, '{}');
    await route({ registry, request, response, url, reply });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const body = JSON.stringify({ errors: [{ code: error.code, message: error.message }] });
    reply(error.status, { 'content-type': 'application/json' }, body);
  }
}

async function route(exchange: Omit<Exchange, 'repository'>): Promise<void> {
  const [, name = '', kind, rest = ''] = /^\/v2\/(.+)\/(blobs|manifests)\/(.*)$/.exec(exchange.url.pathname) ?? [];
  const upload = /^(.+)\/blobs\/uploads$/.exec(name)?.[1] ?? (rest.startsWith('uploads/') ? name : undefined);
  const repository = exchange.registry.repository(upload ?? name);
  if (!kind) throw new Refusal(404, 'UNSUPPORTED', `${exchange.url.pathname} is not part of the distribution API.`);
  if (!repository) {
    const where = `does not exist in the registry with id '${exchange.registry.account}'`;
    throw new Refusal(404, 'NAME_UNKNOWN', `The repository with name '${upload ?? name}' ${where}`);
  }
  const within = { ...exchange, repository };
  if (kind === 'manifests') return manifests(within, rest);
  return upload ? uploads(within, rest.replace(/^uploads\//, '')) : blobs(within, rest);
}

async function uploads({ request, url, reply, repository }: Exchange, id: string): Promise<void> {
  const at = (upload: string) => `/v2/${repository.name}/blobs/uploads/${upload}`;
  // A mount from another repository is answered by an ordinary upload, as the specification allows.
  if (request.method === 'POST') {
    const upload = repository.beginUpload();
    return reply(202, { location: at(upload), range: '0-0', 'docker-upload-uuid': upload });
  }
  const size = await repository.append(id, request);
  if (size === undefined) throw new Refusal(404, 'BLOB_UPLOAD_UNKNOWN', `upload ${id} is not open`);
  if (request.method === 'PATCH') return reply(202, { location: at(id), range: `0-${Math.max(0, size - 1)}`, 'docker-upload-uuid': id });
  const digest = url.searchParams.get('digest') ?? '';
  if (!repository.finishUpload(id, digest)) throw new Refusal(400, 'DIGEST_INVALID', `the content is not ${digest}`);
  reply(201, { location: `/v2/${repository.name}/blobs/${digest}`, 'docker-content-digest': digest });
}

function blobs({ request, response, repository }: Exchange, digest: string): void {
  const file = repository.blob(digest);
  if (!file) throw new Refusal(404, 'BLOB_UNKNOWN', `blob unknown to registry: ${digest}`);
  sendFile(request, response, file, digest);
}

/** Streams a blob; also behind the URLs that GetDownloadUrlForLayer hands out. */
export function sendFile(request: IncomingMessage, response: ServerResponse, file: string, digest: string): void {
  response.writeHead(200, { 'content-length': statSync(file).size, 'docker-content-digest': digest });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}

async function manifests({ registry, request, repository, reply }: Exchange, reference: string): Promise<void> {
  if (request.method === 'PUT') {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    refuseMovedTag(repository, reference, body);
    const digest = registry.pushed(repository, reference, body, request.headers['content-type'] ?? '');
    return reply(201, { location: `/v2/${repository.name}/manifests/${digest}`, 'docker-content-digest': digest });
  }
  const image = repository.find(reference);
  if (!image) throw new Refusal(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
  reply(200, { 'content-type': image.mediaType, 'docker-content-digest': image.digest }, image.manifest);
}

function refuseMovedTag(repository: Repository, reference: string, body: Buffer): void {
  const held = repository.find(reference);
  if (!repository.settings.immutableTags || !held || held.digest === sha256(body)) return;
  throw new Refusal(400, 'TAG_INVALID', tagIsImmutable(reference, repository.name));
}

export const tagIsImmutable = (tag: string, repository: string): string =>
  `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`;
