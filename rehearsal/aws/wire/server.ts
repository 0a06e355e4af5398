/**
 * One HTTP endpoint that speaks every AWS protocol its services use, with none written by hand: the SDK client's own protocol
 * object is used the other way round. So a client cannot tell, and a shape that AWS does not know cannot be answered.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Service, World } from '../kernel.ts';
import { type Authority, createAnswerer } from './answer.ts';
import { CallLog, type RecordedCall } from './calls.ts';
import type { Reply } from './message.ts';
import { type Mounted, mount } from './mount.ts';

export type { Authority } from './answer.ts';
export type { RecordedCall } from './calls.ts';
export { AccessDenied } from './errors.ts';

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
        log.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Reply): Promise<void> {
  response.writeHead(status, headers);
  if (request.method === 'HEAD' || body === undefined) {
    if (body instanceof Readable) body.destroy();
    response.end();
  } else if (body instanceof Readable) await pipeline(body, response);
  else response.end(body);
}
