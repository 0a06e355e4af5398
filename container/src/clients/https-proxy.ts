import { request } from 'node:http';
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';

/**
 * The HTTPS_PROXY convention, which Node 20 itself does not follow: networks without a direct way out have such a proxy.
 * Throws on anything but an http:// URL, so that a mistyped proxy ends the start and is not found by the first webhook.
 */
export function proxyOf(variables: Record<string, string | undefined>): HttpsProxy | undefined {
  const proxy = variables['HTTPS_PROXY'] || variables['https_proxy'];
  return proxy ? new HttpsProxy(new URL(proxy)) : undefined;
}

/** NO_PROXY: comma-separated; `*` is every host, `example.com` and `.example.com` are that domain and what is below it. */
export function isExempt(hostname: string, variables: Record<string, string | undefined>): boolean {
  return (variables['NO_PROXY'] ?? variables['no_proxy'] ?? '')
    .split(',')
    .map((entry) =>
      entry
        .trim()
        .toLowerCase()
        .replace(/^\*?\./, ''),
    )
    .some((entry) => entry !== '' && (entry === '*' || hostname === entry || hostname.endsWith(`.${entry}`)));
}

/** Asks an HTTP proxy for a tunnel (CONNECT) and speaks TLS with the host itself inside it: the proxy sees a name, nothing else. */
export class HttpsProxy extends Agent {
  private readonly proxy: URL;

  constructor(proxy: URL, options: AgentOptions = {}) {
    if (proxy.protocol !== 'http:') throw new Error(`HTTPS_PROXY must be an http:// URL, not ${proxy.protocol}//`);
    super({ keepAlive: true, ...options });
    this.proxy = proxy;
  }

  override createConnection(options: ConnectionOptions, callback: (error: Error | null, stream?: Duplex) => void): undefined {
    const target = `${options.host}:${options.port ?? 443}`;
    const { hostname, port, username, password } = this.proxy;
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    const tunnel = request({
      host: hostname,
      port: port || 80,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(username && { 'proxy-authorization': `Basic ${credentials}` }) },
      timeout: 5000,
    });
    tunnel.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) return callback(null, super.createConnection({ ...options, socket } as ConnectionOptions) as Duplex);
      socket.destroy();
      callback(new Error(`The proxy refused a tunnel to ${target} with status ${answer.statusCode}`));
    });
    tunnel.once('timeout', () => tunnel.destroy(new Error(`The proxy gave no tunnel to ${target} in time`)));
    tunnel.once('error', (error) => callback(error));
    tunnel.end();
  }
}
