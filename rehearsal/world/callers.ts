import { Agent, request } from 'node:https';
import type { Duplex } from 'node:stream';
import { createSecureContext } from 'node:tls';
import type { FindHost } from './outward-proxy.ts';

/**
 * Connections to the stages' addresses from outside: names lead where the rehearsal's own names lead, and certificates are verified for the
 * name that was called. A connection each, as what a load balancer does to new ones is what callers meet; TLS sessions are kept, since many
 * handshakes would cost more than all that is called.
 */
export class Callers extends Agent {
  readonly #find: FindHost;

  /** @param authority PEM; the only one that is trusted */
  constructor(authority: string, find: FindHost) {
    // Made once: each connection would read the certificate again.
    super({ secureContext: createSecureContext({ ca: authority }), keepAlive: false });
    this.#find = find;
  }

  override createConnection(
    options: { host?: string | null },
    done?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const name = options.host ?? '';
    const [host, port] = this.#find(name)?.split(':') ?? [];
    if (host && port) return super.createConnection({ ...options, host, port: Number(port), servername: name }, done);
    done?.(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), undefined as unknown as Duplex);
    return undefined;
  }

  /** @param url `https://…` of a stage. Rejects when there is no whole answer within the time, in milliseconds. */
  get(url: string, patience = 10_000): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const call = request(url, { agent: this, timeout: patience }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        response.once('error', reject);
      });
      call.once('timeout', () => call.destroy(new Error(`no answer within ${patience / 1000} s`)));
      call.once('error', reject).end();
    });
  }
}
