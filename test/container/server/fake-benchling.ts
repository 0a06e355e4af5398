import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { selfSigned } from '../certificate.ts';

export type KeyPair = ReturnType<typeof p256>;

/** Benchling as an HTTP proxy that ends the tunnel itself, for every host below benchling.com. */
export interface FakeBenchling {
  /** For HTTPS_PROXY. */
  proxy: string;
  /** For NODE_EXTRA_CA_CERTS. */
  cert: string;
  /** What signs webhooks; replace it to rotate. */
  signer: KeyPair;
  /** Others that its key set shows before the signer's: an old one that still counts, or a next one. */
  others: KeyPair[];
  /** Set to change an answer. */
  failures: { token?: number; keySet?: number; entries?: number };
  /** `CONNECT host:port` and `METHOD host/path` in order. */
  calls: string[];
  close(): Promise<void>;
}

export const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export async function startBenchling(): Promise<FakeBenchling> {
  const { key, cert } = selfSigned(['*.benchling.com']);
  const fake = { cert, signer: p256(), others: [], failures: {}, calls: [] } as unknown as FakeBenchling;
  const inside = createHttpsServer({ key, cert }, (request, response) => {
    fake.calls.push(`${request.method} ${request.headers.host}${request.url}`);
    const { status, body } = answer(fake, request.url ?? '', request.headers.authorization ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const outside = createServer().on('connect', (request, socket) => {
    fake.calls.push(`CONNECT ${request.url}`);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    inside.emit('connection', socket);
  });
  fake.proxy = `http://127.0.0.1:${await listen(outside)}`;
  // A tunnel belongs to no request any more, and one whose handshake never came belongs to no server inside either.
  const sockets = new Set<Socket>();
  outside.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  fake.close = () => {
    const closed = new Promise<void>((resolve) => outside.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    return closed;
  };
  return fake;
}

function answer(fake: FakeBenchling, url: string, authorization: string): { status: number; body: unknown } {
  const { token = 200, keySet = 200, entries = 200 } = fake.failures;
  if (url === '/api/v2/token') {
    const expected = `Basic ${Buffer.from('example-client-id:example-client-secret').toString('base64')}`;
    if (token !== 200 || authorization !== expected) return { status: token === 200 ? 401 : token, body: { error: 'invalid_client' } };
    return { status: 200, body: { access_token: 'example-token', token_type: 'Bearer', expires_in: 900 } };
  }
  if (url === '/api/v1/apps/appdef_example1/jwks') {
    const keys = [...fake.others, fake.signer].map(({ publicKey }) => publicKey.export({ format: 'jwk' }));
    return { status: keySet, body: { keys: keys.map((key, index) => ({ ...key, kid: `example-${index}`, use: 'sig', alg: 'ES256' })) } };
  }
  if (authorization !== 'Bearer example-token') return { status: 401, body: {} };
  if (url === '/api/v2/entries?pageSize=1') return { status: entries, body: { entries: [{ id: 'etr_example' }] } };
  if (url === '/api/v2/entries/etr_example') return { status: entries, body: { entry: { id: 'etr_example' } } };
  return { status: 404, body: {} };
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
