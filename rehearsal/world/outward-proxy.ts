import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Identity } from './certificates.ts';

export type HostHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** `HOST:PORT` of this machine that a host name leads to; undefined when it leads nowhere. */
export type FindHost = (host: string) => string | undefined;

/**
 * An HTTP proxy that leads to few places: tunnels to the hosts it knows end at a server here, with real TLS, or where the names of the
 * rehearsal lead; every other host is refused by name, so that a rehearsal reaches nothing outside this machine.
 */
export class OutwardProxy {
  readonly #entrance: Server;
  readonly #secure: Server;
  readonly #sockets = new Set<Socket>();
  /** Hosts that were asked for and are not known, each once. */
  readonly refusedHosts = new Set<string>();

  /**
   * @param knows whether a host name, without port, ends here
   * @param find where the others lead; @default - nowhere
   */
  constructor(identity: Identity, knows: (host: string) => boolean, handler: HostHandler, find: FindHost = () => undefined) {
    this.#secure = createSecureServer({ key: identity.key, cert: identity.certificate }, handler);
    this.#entrance = createServer((request, response) => {
      this.refusedHosts.add(request.headers.host ?? '');
      response.writeHead(403).end('The rehearsal forwards no plain HTTP.\n');
    });
    this.#entrance.on('connect', (request, client: Socket, early: Buffer) => {
      const [, host = '', port] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? [];
      const target = port !== '443' ? undefined : knows(host) ? this.#here : find(host);
      if (target) return tunnel(target, client, early);
      this.refusedHosts.add(host || String(request.url));
      // A caller that hangs up on the refusal is no error of the rehearsal's.
      client.on('error', () => client.destroy());
      client.end(`HTTP/1.1 403 Forbidden\r\n\r\nThe rehearsal does not reach ${host}.\n`);
    });
    for (const server of [this.#entrance, this.#secure]) server.on('connection', (socket) => this.#remember(socket));
  }

  /** @returns `http://127.0.0.1:PORT` */
  async start(): Promise<string> {
    for (const server of [this.#secure, this.#entrance]) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
    }
    return `http://127.0.0.1:${(this.#entrance.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = [this.#entrance, this.#secure].map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  get #here(): string {
    return `127.0.0.1:${(this.#secure.address() as AddressInfo).port}`;
  }

  #remember(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}

/**
 * @param target `HOST:PORT`
 * @param early what the client sent before it was answered
 */
function tunnel(target: string, client: Socket, early: Buffer): void {
  const [host, port] = target.split(':');
  const inside = connect(Number(port), host ?? '', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    inside.write(early);
    client.pipe(inside).pipe(client);
  });
  // One end that breaks ends the other: what a caller sees of a broken network.
  client.on('error', () => inside.destroy()).on('close', () => inside.destroy());
  inside.on('error', () => client.destroy()).on('close', () => client.destroy());
}
