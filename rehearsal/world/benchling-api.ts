import type { Benchling, Tenant } from './benchling.ts';
import { downloadExport, readTask, startExport } from './exports.ts';

/** One request as a route sees it. */
export interface Asked {
  readonly host: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parts of the path that the route's pattern captures. */
  readonly captured: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  /** An object is sent as JSON, pieces as the archive that they are. */
  readonly body: object | Archive;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Made while it is sent: an export may be larger than memory should hold. */
export class Archive {
  readonly pieces: Iterable<Buffer>;

  constructor(pieces: Iterable<Buffer>) {
    this.pieces = pieces;
  }
}

interface Route {
  readonly method: string;
  readonly host: 'tenant' | 'apps';
  readonly path: RegExp;
  /** `tenant` and, but for the token itself, a bearer token were checked before. */
  answer(asked: Asked, benchling: Benchling, tenant: Tenant): Answered;
  readonly open?: boolean;
}

export const ok = (body: object): Answered => ({ status: 200, body });
export const refused = (status: number, type: string, message: string): Answered => ({ status, body: { error: { type, message } } });
export const missing = (what: string) => refused(404, 'not_found_error', `${what} does not exist, or this app may not see it`);

/** What Benchling's API answers, as far as the service and the pipeline use it. */
export const routes: readonly Route[] = [
  { method: 'POST', host: 'tenant', path: /^\/api\/v2\/token$/, open: true, answer: token },
  {
    method: 'GET',
    host: 'tenant',
    path: /^\/api\/v2\/entries$/,
    answer: (_asked, _benchling, { entries }) => ok({ entries: [...entries.values()] }),
  },
  {
    method: 'GET',
    host: 'tenant',
    path: /^\/api\/v2\/entries\/(\w+)$/,
    answer: ({ captured: [id = ''] }, _benchling, { entries }) => (entries.has(id) ? ok({ entry: entries.get(id) }) : missing(id)),
  },
  { method: 'POST', host: 'tenant', path: /^\/api\/v2\/exports$/, answer: startExport },
  {
    method: 'GET',
    host: 'tenant',
    path: /^\/api\/v2\/tasks\/([\w-]+)$/,
    answer: readTask,
  },
  // Benchling answers with a presigned address: whoever has it may load it, for a while.
  { method: 'GET', host: 'tenant', path: /^\/exports\/([\w-]+)\.zip$/, open: true, answer: downloadExport },
  {
    method: 'GET',
    host: 'tenant',
    path: /^\/api\/v2\/app-canvases\/(\w+)$/,
    answer: ({ captured: [id = ''] }, _benchling, { canvases }) => (canvases.has(id) ? ok(canvases.get(id) as object) : missing(id)),
  },
  { method: 'PATCH', host: 'tenant', path: /^\/api\/v2\/app-canvases\/(\w+)$/, answer: patchCanvas },
  {
    method: 'GET',
    host: 'apps',
    path: /^\/api\/v1\/apps\/(appdef_\w+)\/jwks$/,
    open: true,
    answer: ({ captured: [app = ''] }, benchling) => (benchling.knowsApp(app) ? ok(benchling.keys.jwks()) : missing(app)),
  },
];

function token({ headers, body }: Asked, benchling: Benchling, tenant: Tenant): Answered {
  const expected = `Basic ${Buffer.from(`${tenant.clientId}:${tenant.clientSecret}`).toString('base64')}`;
  if (headers.authorization !== expected) return { status: 401, body: { error: 'invalid_client' } };
  if (new URLSearchParams(body).get('grant_type') !== 'client_credentials')
    return { status: 400, body: { error: 'unsupported_grant_type' } };
  return ok({ access_token: benchling.issueToken(tenant), token_type: 'Bearer', expires_in: 900 });
}

function patchCanvas({ captured: [id = ''], body }: Asked, _benchling: Benchling, { canvases }: Tenant): Answered {
  const known = canvases.get(id);
  if (!known) return missing(id);
  const canvas = { ...known, ...(JSON.parse(body) as object) };
  canvases.set(id, canvas);
  return ok(canvas);
}
