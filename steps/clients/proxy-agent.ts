import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, rootCertificates } from 'node:tls';

/**
 * The agent for outside hosts: through HTTPS_PROXY where there is one, except to hosts in NO_PROXY (comma-separated, each with what is
 * below it; `*` is every host), trusting NODE_EXTRA_CA_CERTS beside the public roots. The file is read here, because Node itself reads it
 * only at the start of a process, which a Lambda's own settings come too late for.
 */
export function outsideAgent(env: Readonly<Record<string, string | undefined>>): Agent {
  const extra = env['NODE_EXTRA_CA_CERTS'];
  const ca = extra ? [...rootCertificates, readFileSync(extra, 'utf8')] : undefined;
  const proxy = env['HTTPS_PROXY'] ?? env['https_proxy'];
  const direct = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((entry) => entry.trim().replace(/^\*?\./, ''));
  return proxy ? new TunnelAgent(new URL(proxy), direct.filter(Boolean), ca) : new Agent({ ca });
}

/** Speaks TLS to the target through a CONNECT tunnel: the proxy sees a host name and no more. */
class TunnelAgent extends Agent {
  readonly proxy: URL;
  readonly direct: readonly string[];
  readonly ca: string[] | undefined;

  constructor(proxy: URL, direct: readonly string[], ca: string[] | undefined) {
    super({ ca });
    if (proxy.protocol !== 'http:') throw new Error(`HTTPS_PROXY ${proxy.origin}: expected an http:// proxy`);
    this.proxy = proxy;
    this.direct = direct;
    this.ca = ca;
  }

  override createConnection(
    options: { host?: string | null; port?: number | string | null },
    done?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const host = options.host ?? '';
    const secure = { servername: host, ca: this.ca, ALPNProtocols: ['http/1.1'] };
    if (this.direct.some((entry) => entry === '*' || host === entry || host.endsWith(`.${entry}`))) {
      done?.(null, connect({ host, port: Number(options.port ?? 443), ...secure }));
      return;
    }
    const fail = (error: Error) => done?.(error, undefined as unknown as Duplex);
    const { username, password } = this.proxy;
    const tunnel = httpRequest({
      host: this.proxy.hostname,
      port: this.proxy.port || 80,
      method: 'CONNECT',
      path: `${host}:${options.port ?? 443}`,
      agent: false,
      timeout: 3_000,
      // Node's own `auth` would send Authorization, which is for the host behind the proxy.
      ...(username && { headers: { 'proxy-authorization': `Basic ${credentials(username, password)}` } }),
    });
    tunnel.once('timeout', () => tunnel.destroy(new Error(`the proxy ${this.proxy.host} does not answer`)));
    tunnel.once('error', fail);
    tunnel.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) {
        done?.(null, connect({ socket, ...secure }));
        return;
      }
      socket.destroy();
      fail(new Error(`the proxy ${this.proxy.host} refused ${host}: ${answer.statusCode}`));
    });
    tunnel.end();
  }
}

const credentials = (username: string, password: string) =>
  Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
