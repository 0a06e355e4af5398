import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Log } from '../log.ts';

/** Every error is `{"error","message"}`; no stack trace, nothing of the inside. */
export function sendError(reply: FastifyReply, status: number, error: string, message: string): FastifyReply {
  return reply.code(status).send({ error, message });
}

const names: Record<number, string> = {
  400: 'BadRequest',
  408: 'RequestTimeout',
  413: 'PayloadTooLarge',
  414: 'UriTooLong',
  415: 'UnsupportedMediaType',
  431: 'HeadersTooLarge',
};
const messages: Record<number, string> = { 413: 'the body is larger than 1 MiB', 415: 'the body must be application/json' };

/** What Fastify found wrong with a request is the caller's business; anything else is ours, and goes to the log. */
export function answerError(error: FastifyError, reply: FastifyReply, log: Log): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status < 500) return sendError(reply, status, names[status] ?? 'BadRequest', messages[status] ?? 'the request cannot be read');
  log.error({ event: 'request.failed', err: error }, error.message);
  return sendError(reply, 500, 'InternalError', 'the service could not answer');
}

/** 405 with Allow for a path that exists under another method, 404 for one that does not. */
export function answerUnknown(app: FastifyInstance, allowed: Record<string, string>): void {
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allow = Object.hasOwn(allowed, path) ? allowed[path] : undefined;
    if (allow === undefined) return sendError(reply, 404, 'NotFound', 'there is no such route');
    reply.header('allow', allow);
    return sendError(reply, 405, 'MethodNotAllowed', `the route allows ${allow}`);
  });
}
