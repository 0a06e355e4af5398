import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answered, refused, routes } from './benchling-api.ts';
import { type WebhookHeaders, WebhookKeys } from './webhook-keys.ts';

export interface Entry {
  /** `etr_example` */
  readonly id: string;
  readonly displayId: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface TenantOptions {
  /** First label of the host name. */
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appDefinitionId: string;
  readonly entries: readonly Entry[];
}

/** What Benchling holds of one customer. */
export interface Tenant extends Omit<TenantOptions, 'entries'> {
  readonly entries: Map<string, Entry>;
  readonly tasks: Map<string, object>;
  readonly archives: Map<string, Buffer>;
  readonly canvases: Map<string, object>;
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

/** Stands in for Benchling: checks credentials and tokens, answers what the service asks, and signs webhooks. */
export class Benchling {
  readonly keys = new WebhookKeys();
  readonly requests: RecordedRequest[] = [];
  readonly #tenants = new Map<string, Tenant>();
  readonly #issued: string[] = [];

  /** Adds a customer, or puts others in place of its credentials and entries. */
  add({ entries, ...options }: TenantOptions): Tenant {
    const tenant: Tenant = {
      ...options,
      entries: new Map(entries.map((entry) => [entry.id, entry])),
      tasks: new Map(),
      archives: new Map(),
      canvases: new Map(),
      tokens: new Set(),
    };
    this.#tenants.set(options.name, tenant);
    return tenant;
  }

  knowsHost(host: string): boolean {
    return /^[a-z0-9-]+\.benchling\.com$/.test(host);
  }

  knowsApp(appDefinitionId: string): boolean {
    return [...this.#tenants.values()].some((tenant) => tenant.appDefinitionId === appDefinitionId);
  }

  issueToken(tenant: Tenant): string {
    const token = `example-${randomBytes(16).toString('hex')}`;
    tenant.tokens.add(token);
    this.#issued.push(token);
    return token;
  }

  /** Every token that was given, also those that count no longer. */
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
    const { status, body } = await this.#answer(request, host, method, path).catch((error: unknown) =>
      refused(400, 'invalid_request_error', String(error)),
    );
    // The id of an app belongs to the secret.
    const shown = path.replace(/^(\/api\/v1\/apps\/)[^/]+/, '$1{app_definition_id}');
    this.requests.push({ at: new Date().toISOString(), host, method, path: shown, status });
    const type = Buffer.isBuffer(body) ? 'application/zip' : 'application/json';
    response.writeHead(status, { 'content-type': type }).end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };

  async #answer(request: IncomingMessage, host: string, method: string, path: string): Promise<Answered> {
    const kind = host === 'apps.benchling.com' ? 'apps' : 'tenant';
    const route = routes.find((candidate) => candidate.host === kind && candidate.method === method && candidate.path.test(path));
    if (!route) return refused(404, 'not_found_error', `${method} ${host}${path}: the rehearsal's Benchling does not know this`);
    const tenant = this.#tenants.get(host.split('.')[0] ?? '');
    if (!tenant && kind === 'tenant') return refused(404, 'not_found_error', `${host}: no such tenant`);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!route.open && !tenant?.tokens.has(bearer ?? '')) return refused(401, 'unauthorized', 'The token is missing, unknown or expired');
    const captured = route.path.exec(path)?.slice(1) ?? [];
    return route.answer({ host, headers: request.headers, captured, body: await text(request) }, this, tenant as Tenant);
  }
}
