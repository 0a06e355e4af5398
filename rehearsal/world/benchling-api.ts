import { randomUUID } from 'node:crypto';
import type { Benchling, Tenant } from './benchling.ts';
import { zip } from './zip.ts';

/** One request as a route sees it. */
export interface Asked {
  readonly host: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parts of the path that the route's pattern captures. */
  readonly captured: readonly string[];
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  /** An object is sent as JSON. */
  readonly body: object | Buffer;
}

interface Route {
  readonly method: string;
  readonly host: 'tenant' | 'apps';
  readonly path: RegExp;
  /** `tenant` and, but for the token itself, a bearer token were checked before. */
  answer(asked: Asked, benchling: Benchling, tenant: Tenant): Answered;
  readonly open?: boolean;
}

const ok = (body: object | Buffer): Answered => ({ status: 200, body });
export const refused = (status: number, type: string, message: string): Answered => ({ status, body: { error: { type, message } } });
const missing = (what: string) => refused(404, 'not_found_error', `${what} does not exist, or this app may not see it`);

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
    answer: ({ captured: [id = ''] }, _benchling, { tasks }) => (tasks.has(id) ? ok(tasks.get(id) as object) : missing(id)),
  },
  // Benchling answers with a presigned address: whoever has it may load it, for a while.
  {
    method: 'GET',
    host: 'tenant',
    path: /^\/exports\/([\w-]+)\.zip$/,
    open: true,
    answer: ({ captured: [id = ''] }, _benchling, { archives }) => {
      const archive = archives.get(id);
      return archive ? ok(archive) : missing(id);
    },
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

function startExport({ host, body }: Asked, _benchling: Benchling, { entries, tasks, archives }: Tenant): Answered {
  const { id } = JSON.parse(body) as { id: string };
  const entry = entries.get(id);
  if (!entry) return missing(id);
  const taskId = randomUUID();
  archives.set(
    taskId,
    zip({ [`${entry.displayId}/entry.html`]: `<h1>${entry.name}</h1>`, [`${entry.displayId}/table.csv`]: 'example,1\n' }),
  );
  tasks.set(taskId, { status: 'SUCCEEDED', response: { downloadURL: `https://${host}/exports/${taskId}.zip` } });
  return { status: 202, body: { taskId } };
}

function patchCanvas({ captured: [id = ''], body }: Asked, _benchling: Benchling, { canvases }: Tenant): Answered {
  const canvas = { ...canvases.get(id), id, ...(JSON.parse(body) as object) };
  canvases.set(id, canvas);
  return ok(canvas);
}
