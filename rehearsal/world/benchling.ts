import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Answered, Archive, refused, routes } from './benchling-api.ts';
import type { ExportTask } from './exports.ts';
import { type WebhookHeaders, WebhookKeys } from './webhook-keys.ts';
import type { ZipSource } from './zip-stream.ts';

export interface Entry {
  /** `etr_example` */
  readonly id: string;
  readonly displayId: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A part of an entry that an app may draw. */
export interface Canvas {
  /** `cnvs_example` */
  readonly id: string;
  /** The entry. */
  readonly resourceId: string;
  readonly blocks?: readonly object[];
}

export interface TenantOptions {
  /** First label of the host name. */
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appDefinitionId: string;
  readonly entries: readonly Entry[];
  /** @default none */
  readonly canvases?: readonly Canvas[];
}

/** What Benchling holds of one customer. */
export interface Tenant extends Omit<TenantOptions, 'entries' | 'canvases'> {
  readonly entries: Map<string, Entry>;
  /** What an entry's export holds, by the entry's id, made anew for each download. @default - a page and a table */
  readonly exports: Map<string, () => Iterable<ZipSource>>;
  /** How exports go from now on. */
  exporting: { readonly runningPolls: number; readonly outcome: 'SUCCEEDED' | 'FAILED' };
  readonly tasks: Map<string, ExportTask>;
  readonly canvases: Map<string, Canvas>;
  readonly tokens: Set<string>;
}

/** A request that reached Benchling. Bodies, headers and queries are not kept: they hold credentials. */
export interface RecordedRequest {
  readonly at: string;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Answers that come in place of the real ones. */
export interface Storm {
  /** Of the path; the host does not count. */
  readonly path: RegExp;
  readonly status: number;
  /** Header Retry-After. */
  readonly retryAfter?: string;
  /** How many requests meet it. */
  times: number;
}

/** Stands in for Benchling: checks credentials and tokens, answers what the service asks, and signs webhooks. */
export class Benchling {
  readonly keys = new WebhookKeys();
  readonly requests: RecordedRequest[] = [];
  /** The first that fits a request meets it. */
  readonly storms: Storm[] = [];
  readonly #tenants = new Map<string, Tenant>();
  readonly #issued: string[] = [];

  /** Adds a customer, or puts others in place of its credentials and entries. */
  add({ entries, canvases = [], ...options }: TenantOptions): Tenant {
    const tenant: Tenant = {
      ...options,
      entries: new Map(entries.map((entry) => [entry.id, entry])),
      exports: new Map(),
      exporting: { runningPolls: 0, outcome: 'SUCCEEDED' },
      tasks: new Map(),
      canvases: new Map(canvases.map((canvas) => [canvas.id, canvas])),
      tokens: new Set(),
    };
    this.#tenants.set(options.name, tenant);
    return tenant;
  }

  /** Throws when there is none of that name. */
  tenant(name: string): Tenant {
    const tenant = this.#tenants.get(name);
    if (!tenant) throw new Error(`${name}: no such tenant`);
    return tenant;
  }

  knowsHost(host: string): boolean {
    return /^[a-z0-9-]+\.benchling\.com$/.test(host);
  }

  knowsApp(appDefinitionId: string): boolean {
    return [...this.#tenants.values()].some((tenant) => tenant.appDefinitionId === appDefinitionId);
  }

  issueToken(tenant: Tenant): string {
    const token = this.issueSignature();
    tenant.tokens.add(token);
    return token;
  }

  /** For a pre-signed address: as secret as a token. */
  issueSignature(): string {
    const signature = `example-${randomBytes(16).toString('hex')}`;
    this.#issued.push(signature);
    return signature;
  }

  /** Every token and every signature of an address that was given, also those that count no longer. */
  tokens(): readonly string[] {
    return this.#issued;
  }

  /** Signs a webhook as Benchling does. @param timestamp Unix seconds. @default now */
  sign(body: string, id?: string, timestamp?: number): WebhookHeaders {
    return this.keys.sign(body, { id, timestamp });
  }

  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = (request.headers.host ?? '').replace(/:443$/, '');
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    const method = request.method ?? '';
    const { status, body, headers } = await this.#answer(request, host, method, path).catch((error: unknown) =>
      refused(400, 'invalid_request_error', String(error)),
    );
    // The id of an app belongs to the secret.
    const shown = path.replace(/^(\/api\/v1\/apps\/)[^/]+/, '$1{app_definition_id}');
    this.requests.push({ at: new Date().toISOString(), host, method, path: shown, status });
    if (!(body instanceof Archive)) {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
      return;
    }
    response.writeHead(status, { 'content-type': 'application/zip' });
    // Whoever hangs up in the middle has had enough.
    await pipeline(Readable.from(body.pieces), response).catch(() => {});
  };

  async #answer(request: IncomingMessage, host: string, method: string, path: string): Promise<Answered> {
    const kind = host === 'apps.benchling.com' ? 'apps' : 'tenant';
    const route = routes.find((candidate) => candidate.host === kind && candidate.method === method && candidate.path.test(path));
    if (!route) return refused(404, 'not_found_error', `${method} ${host}${path}: the rehearsal's Benchling does not know this`);
    const tenant = this.#tenants.get(host.split('.')[0] ?? '');
    if (!tenant && kind === 'tenant') return refused(404, 'not_found_error', `${host}: no such tenant`);
    const storm = this.storms.find(({ path: hit, times }) => times > 0 && hit.test(path));
    if (storm) {
      storm.times -= 1;
      const answer = refused(storm.status, 'storm', 'Try again later');
      return storm.retryAfter === undefined ? answer : { ...answer, headers: { 'retry-after': storm.retryAfter } };
    }
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!route.open && !tenant?.tokens.has(bearer ?? '')) return refused(401, 'unauthorized', 'The token is missing, unknown or expired');
    const captured = route.path.exec(path)?.slice(1) ?? [];
    const { searchParams: query } = new URL(request.url ?? '', 'https://example');
    return route.answer({ host, headers: request.headers, captured, query, body: await text(request) }, this, tenant as Tenant);
  }
}
