/** From a request to its reply: who asks, what, whether they may, and what comes of it. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Permission, Principal, World } from '../kernel.ts';
import type { CallLog } from './calls.ts';
import type { Failure } from './codec.ts';
import { failureOf, isDefect, Refused } from './errors.ts';
import type { Reply, Request } from './message.ts';
import type { Mounted } from './mount.ts';

/** Who decides. `Iam` is one. */
export interface Authority {
  /** Whom an access key id stands for; undefined when it was never handed out. */
  principal(accessKeyId: string): Principal | undefined;
  /** Rejects with AccessDenied. */
  authorize(principal: Principal, permission: Permission): Promise<void>;
}

/** Whom and what the signature names: `AKID/20260102/us-east-1/s3/aws4_request`, in the header or, for a presigned URL, the query. */
function credentialScope(request: Request): { accessKeyId: string; service: string } {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const [accessKeyId = '', , , service = ''] = (header ?? request.query.get('X-Amz-Credential') ?? '').split('/');
  return { accessKeyId, service };
}

/** Whoever signs nothing. */
const stranger: Principal = { arn: 'anonymous' };

export function createAnswerer(world: World, authority: Authority, mounted: ReadonlyMap<string, Mounted>, log: CallLog) {
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
    // Without a signature nothing says which service is meant: it is one that has something to offer to strangers.
    const target = service ? mounted.get(service) : [...mounted.values()].find((each) => each.service.unsigned);
    const principal = service ? authority.principal(accessKeyId) : stranger;
    const call = {
      at: world.clock.now().toISOString(),
      id: randomUUID(),
      principal: principal?.arn ?? 'unknown',
      service: service || (target?.service.signingName ?? ''),
      operation: `${request.method} ${path}`,
      permissions: [] as Permission[],
      outcome: 'ok',
    };
    try {
      if (!target) throw new Refused('NotImplemented', `The service "${service}" is not supported by this stand-in.`);
      if (!principal) throw new Refused('UnrecognizedClientException', 'The security token included in the request is invalid.');
      return identified(await handle(world, authority, target, principal, request, call, () => !incoming.socket.writable), call.id);
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
  gone: () => boolean,
): Promise<Reply> {
  const named = await codec.identify(request);
  const { name, operation } = named;
  record.operation = name;
  const handler = service.handlers[name];
  if (principal === stranger && !service.unsigned?.includes(name))
    throw new Refused('MissingAuthenticationToken', 'Request is missing Authentication Token');
  if (!operation) throw new Refused('UnknownOperationException', `The operation "${service.signingName}:${name}" is not known.`);
  if (!handler) throw new Refused('NotImplemented', `The operation "${service.signingName}:${name}" is not supported by this stand-in.`);
  const input = await codec.read({ ...named, operation }, request);
  const call = { service: service.signingName, operation: name, requestId: record.id, principal, gone };
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
