import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { SecureVersion } from 'node:tls';
import type { Identity } from '../../world/certificates.ts';

interface Terminating {
  readonly identity: Identity;
  readonly minVersion: SecureVersion;
}
/** How connections are met at this moment: not at all, in the clear, or with TLS under a certificate. */
export type Meeting = 'closed' | 'plain' | Terminating;

/** One port of 127.0.0.1, where each connection is met as the listener of this moment says. */
export class Entrance {
  readonly #meeting: () => Meeting;
  readonly #plain;
  readonly #secure;
  readonly #server;
  readonly #sockets = new Set<Socket>();
  #presented: Terminating | undefined;

  /** @param keepAliveMilliseconds for which an idle connection stays */
  constructor(meeting: () => Meeting, answer: RequestListener, keepAliveMilliseconds: number) {
    this.#meeting = meeting;
    this.#plain = createPlain({ keepAliveTimeout: keepAliveMilliseconds }, answer);
    this.#secure = createSecure({ keepAliveTimeout: keepAliveMilliseconds }, answer);
    // Whoever refuses the certificate hangs up in the middle of the handshake.
    this.#secure.on('tlsClientError', (_, socket) => socket.destroy());
    this.#server = createServer((socket) => this.#meet(socket));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', () => resolve());
    });
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #meet(socket: Socket): void {
    const meeting = this.#meeting();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (meeting === 'closed') {
      socket.destroy();
    } else if (meeting === 'plain') {
      this.#plain.emit('connection', socket);
    } else {
      this.#present(meeting);
      this.#secure.emit('connection', socket);
    }
  }

  /** Another certificate counts for the next connection; who is connected stays so. Sessions are resumed under the same one only. */
  #present(meeting: Terminating): void {
    const { identity, minVersion } = meeting;
    if (this.#presented?.identity === identity && this.#presented.minVersion === minVersion) return;
    this.#presented = meeting;
    this.#secure.setSecureContext({ key: identity.key, cert: identity.certificate, minVersion });
  }
}
