import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../metrics.ts';
import { sendError } from './errors.ts';

/** What may be in progress at once: requests, and bytes of the bodies that they announce. A task has 1 GiB for everything. */
const mostRequests = 512;
const mostBytes = 64 * 1024 * 1024;

/** Turns requests away before their bodies are read, so that a flood meets an answer and not the end of memory. */
export class Admission {
  #requests = 0;
  #bytes = 0;
  readonly #metrics: Metrics;
  readonly #bodyLimit: number;

  constructor(metrics: Metrics, bodyLimit: number) {
    this.#metrics = metrics;
    this.#bodyLimit = bodyLimit;
  }

  /** A hook: lets the request in, or answers 503. */
  async admit(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    // A body of unknown or forbidden length can grow to the limit, not beyond it.
    const announced = Number(request.headers['content-length'] ?? Number.NaN);
    const bytes = announced <= this.#bodyLimit ? announced : this.#bodyLimit;
    if (this.#requests >= mostRequests || this.#bytes + bytes > mostBytes) {
      this.#metrics.add('Overloaded', 1);
      reply.header('retry-after', '1').header('connection', 'close');
      return sendError(reply, 503, 'Overloaded', 'too many requests are in progress');
    }
    this.#requests += 1;
    this.#bytes += bytes;
    // Of the connection's side: an aborted request never finishes, but it always closes.
    reply.raw.once('close', () => {
      this.#requests -= 1;
      this.#bytes -= bytes;
    });
    return undefined;
  }
}
