import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
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
      request.on('error', reject);
      request.end(input.body);
    }),
});
