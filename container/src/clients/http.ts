import { request } from 'node:https';
import { type HttpsProxy, isExempt, proxyOf } from './https-proxy.ts';

export interface HttpAnswer {
  status: number;
  text: string;
  /** The header of that name, where there is one: seconds or a date. */
  retryAfter?: string | undefined;
}

/** @throws Error when no complete answer came in time; any status is an answer. Redirects are answers too: an API has none. */
export type Http = (url: string, options?: HttpOptions) => Promise<HttpAnswer>;

export interface HttpOptions {
  /** @default GET */
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** For the whole exchange, milliseconds. @default 2500, within Benchling's own 3 s for an answer */
  timeoutMs?: number;
  /** Ends the exchange early; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** An entry or a key set is a few kilobytes; more is not what was asked for. */
const maxBytes = 5 * 1024 * 1024;

/** HTTPS through the proxy that HTTPS_PROXY names, if any, except to hosts in NO_PROXY. Trusts what Node trusts. */
export function createHttp(variables: Record<string, string | undefined>): Http {
  const proxy = proxyOf(variables);
  return (url, options = {}) => exchange(url, options, proxy && !isExempt(new URL(url).hostname, variables) ? proxy : undefined);
}

function exchange(
  url: string,
  { method = 'GET', headers = {}, body, timeoutMs = 2500, signal: stop }: HttpOptions,
  agent?: HttpsProxy,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const late = AbortSignal.timeout(timeoutMs);
    const signal = stop ? AbortSignal.any([late, stop]) : late;
    const outgoing = request(url, { method, headers, signal, ...(agent && { agent }) }, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) outgoing.destroy(new Error(`The answer of ${new URL(url).host} is larger than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          retryAfter: incoming.headers['retry-after'],
        }),
      );
      incoming.on('error', reject);
    });
    outgoing.on('error', (error) => {
      if (stop?.aborted) return reject(stop.reason);
      reject(late.aborted ? new Error(`${new URL(url).host} did not answer within ${timeoutMs} ms`, { cause: error }) : error);
    });
    outgoing.end(body);
  });
}
