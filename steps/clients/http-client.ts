import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { HostUnusable } from '../contract/errors.ts';
import type { HttpAnswer, HttpClient } from '../contract/ports.ts';

/** An answer larger than this is none that a probe expects. */
const maxBytes = 1024 * 1024;

export const httpClient = (agent?: Agent): HttpClient => ({
  request: (input) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      const started = performance.now();
      const send = input.url.startsWith('https:') ? httpsRequest : httpRequest;
      const { method, headers } = input;
      const signal = AbortSignal.timeout(input.timeoutSeconds * 1000);
      // The whole exchange counts, not only its first byte: a body that trickles is an answer too late.
      signal.addEventListener('abort', () =>
        request.destroy(new Error(`${method} ${input.url}: no answer within ${input.timeoutSeconds} s`)),
      );
      const request = send(input.url, { method, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxBytes) request.destroy(new Error(`${method} ${input.url}: the answer is larger than ${maxBytes} bytes`));
          chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString('utf8'),
            milliseconds: Math.round(performance.now() - started),
          }),
        );
      });
      request.on('error', (error) => reject(told(error, new URL(input.url).host)));
      request.end(input.body);
    }),
});

/** Codes of Node's TLS for a certificate that is refused and for a handshake that fails, and of the resolver for a name that nobody knows. */
const unusable =
  /^(ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER|VERIFY)_\w+|INVALID_(CA|PURPOSE)|EPROTO|ENOTFOUND)$/;

/** OpenSSL's own lines begin with numbers of its own; what a person reads is the first line's end. */
function told(error: NodeJS.ErrnoException, host: string): Error {
  if (!unusable.test(error.code ?? '')) return error;
  const words = error.message.split('\n')[0]?.replace(/\.+$/, '');
  return new HostUnusable(`${host} cannot be called: ${words} (${error.code})`, { cause: error });
}
