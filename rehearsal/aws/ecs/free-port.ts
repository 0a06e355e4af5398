import { type AddressInfo, createServer } from 'node:net';

const handedOut = new Set<number>();

/** A port of 127.0.0.1 on which nothing listens. No port is given twice: two tasks that start together must not meet on one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        const { port: found } = server.address() as AddressInfo;
        server.close(() => resolve(found));
      });
    });
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    return port;
  }
}
