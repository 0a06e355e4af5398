/**
 * One HTTP endpoint that speaks every AWS protocol its services use, with none written by hand: the SDK client's own protocol
 * object is used the other way round. So a client cannot tell, and a shape that AWS does not know cannot be answered.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Permission, Principal, Service, World } from '../kernel.ts';
import { CallLog, type RecordedCall } from './calls.ts';
import type { Failure } from './codec.ts';
import { failureOf, isDefect, Refused } from './errors.ts';
import type { Reply, Request } from './message.ts';
import { type Mounted, mount } from './mount.ts';

export type { RecordedCall } from './calls.ts';
export { AccessDenied } from './errors.ts';

/** Who decides. `Iam` is one. */
export interface Authority {
  /** Whom an access key id stands for; undefined when it was never handed out. */
  principal(accessKeyId: string): Principal | undefined;
  /** Rejects with AccessDenied. */
  authorize(principal: Principal, permission: Permission): Promise<void>;
}

/** Answers requests that are not AWS's. */
export type PathHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Wire {
  /** Starts on a free port of 127.0.0.1. @returns `http://127.0.0.1:PORT` */
  listen(): Promise<string>;
  close(): Promise<void>;
  /** Every API call so far, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** Serves what begins with `prefix`, e.g. `/_codecommit/`. Such calls are neither authorized nor recorded. */
  route(prefix: string, handler: PathHandler): void;
}

export function createWire(world: World, authority: Authority, services: readonly Service[]): Wire {
  const mounted = new Map<string, Mounted>();
  for (const service of services) {
    if (mounted.has(service.signingName)) throw new Error(`two services are named ${service.signingName}`);
    mounted.set(service.signingName, mount(service));
  }
  const log = new CallLog(world.home);
  const routes = new Map<string, PathHandler>();
  const answer = createAnswerer(world, authority, mounted, log);
  const server = createServer((request, response) => {
    const custom = [...routes].find(([prefix]) => request.url?.startsWith(prefix))?.[1];
    const work = custom ? Promise.resolve(custom(request, response)) : answer(request).then((reply) => send(request, response, reply));
    work.catch((error: unknown) => {
      world.log(`wire: ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  // Longer than any client keeps an idle connection: else a client may reuse one in the instant that the server closes it.
  server.keepAliveTimeout = 60_000;
  return {
    calls: log.calls,
    route: (prefix, handler) => void routes.set(prefix, handler),
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whom and what the signature names: `AKID/20260102/us-east-1/s3/aws4_request`, in the header or, for a presigned URL, the query. */
function credentialScope(request: Request): { accessKeyId: string; service: string } {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const [accessKeyId = '', , , service = ''] = (header ?? request.query.get('X-Amz-Credential') ?? '').split('/');
  return { accessKeyId, service };
}

function createAnswerer(world: World, authority: Authority, mounted: ReadonlyMap<string, Mounted>, log: CallLog) {
  return async (incoming: IncomingMessage): Promise<Reply> => {
    const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
    const request: Request = {
      method: incoming.method ?? 'GET',
      path,
      query: new URLSearchParams(query),
      headers: incoming.headers,
      body: incoming,
    };
    const { accessKeyId, service } = credentialScope(request);
    const target = mounted.get(service);
    const principal = authority.principal(accessKeyId);
    const call = {
      at: world.clock.now().toISOString(),
      id: randomUUID(),
      principal: principal?.arn ?? 'unknown',
      service,
      operation: `${request.method} ${path}`,
      permissions: [] as Permission[],
      outcome: 'ok',
    };
    try {
      if (!target) throw new Refused('NotImplemented', `The service "${service}" is not supported by this stand-in.`);
      if (!principal) throw new Refused('UnrecognizedClientException', 'The security token included in the request is invalid.');
      return identified(await handle(world, authority, target, principal, request, call), call.id);
    } catch (error) {
      const failure = failureOf(error, target?.model);
      call.outcome = failure.name;
      if (isDefect(error)) world.log(`wire: ${service}:${call.operation}: ${error instanceof Error ? error.stack : error}`);
      return identified(fail(target, failure, call.id), call.id);
    } finally {
      log.add(call);
    }
  };
}

async function handle(
  world: World,
  authority: Authority,
  { service, codec }: Mounted,
  principal: Principal,
  request: Request,
  record: { id: string; operation: string; permissions: Permission[] },
): Promise<Reply> {
  const named = await codec.identify(request);
  const { name, operation } = named;
  record.operation = name;
  const handler = service.handlers[name];
  if (!operation) throw new Refused('UnknownOperationException', `The operation "${service.signingName}:${name}" is not known.`);
  if (!handler) throw new Refused('NotImplemented', `The operation "${service.signingName}:${name}" is not supported by this stand-in.`);
  const input = await codec.read({ ...named, operation }, request);
  const call = { service: service.signingName, operation: name, requestId: record.id, principal };
  await world.hooks.call?.(call, input);
  record.permissions = service.permissions[name]!(input);
  for (const permission of record.permissions) await authority.authorize(principal, permission);
  const output = (await handler(input, call)) ?? {};
  return codec.write(operation, output, record.id);
}

/** Each protocol family has its own header for the request's id. */
const identified = (reply: Reply, requestId: string): Reply => ({
  ...reply,
  headers: { ...reply.headers, 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId },
});

const fail = (target: Mounted | undefined, failure: Failure, requestId: string): Reply =>
  target?.codec.fail(failure, requestId) ?? {
    status: failure.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': failure.name },
    body: JSON.stringify({ __type: failure.name, message: failure.message }),
  };

async function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply): Promise<void> {
  response.writeHead(status, headers);
  if (request.method === 'HEAD' || body === undefined) {
    if (body instanceof Readable) body.destroy();
    response.end();
  } else if (body instanceof Readable) await pipeline(body, response);
  else response.end(body);
}
