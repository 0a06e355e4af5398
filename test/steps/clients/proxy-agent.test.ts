import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentity } from '../../../rehearsal/world/certificates.ts';
import { OutwardProxy } from '../../../rehearsal/world/outward-proxy.ts';
import { httpClient } from '../../../steps/clients/http-client.ts';
import { outsideAgent } from '../../../steps/clients/proxy-agent.ts';

const home = mkdtempSync(join(tmpdir(), 'example-agent-'));
const authority = join(home, 'authority.pem');
const identity = createIdentity(['localhost', '*.example.com']);
let server: Server;
let proxy: OutwardProxy;
let proxied: Record<string, string>;

beforeAll(async () => {
  writeFileSync(authority, identity.authority);
  server = createServer({ key: identity.key, cert: identity.certificate }, (_, response) => response.end('direct'));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  proxy = new OutwardProxy(
    identity,
    (host) => host === 'one.example.com',
    (_, response) => void response.end('tunnelled'),
  );
  proxied = { HTTPS_PROXY: await proxy.start(), NODE_EXTRA_CA_CERTS: authority };
});
afterAll(async () => {
  await proxy.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(home, { recursive: true, force: true });
});

const get = async (url: string, env: Record<string, string>) =>
  (await httpClient(outsideAgent(env)).request({ method: 'GET', url, headers: {}, timeoutSeconds: 5 })).body;
const own = () => `https://localhost:${(server.address() as AddressInfo).port}/`;

it('speaks TLS with the host itself, through the proxy', async () => {
  expect(await get('https://one.example.com/', proxied)).toBe('tunnelled');
});

it('says that the proxy refused a host', async () => {
  await expect(get(own(), proxied)).rejects.toThrow('refused localhost: 403');
});

it.each(['localhost', ' example.org , localhost', '*', '.localhost'])(
  'goes past the proxy to what NO_PROXY names: %s',
  async (NO_PROXY) => {
    expect(await get(own(), { ...proxied, NO_PROXY })).toBe('direct');
  },
);

it('does not take the end of a name for a domain', async () => {
  await expect(get(own(), { ...proxied, NO_PROXY: 'host,,' })).rejects.toThrow('refused localhost: 403');
});

it('trusts the authority of the environment only while the environment names it', async () => {
  expect(await get(own(), { NODE_EXTRA_CA_CERTS: authority })).toBe('direct');
  const { NODE_EXTRA_CA_CERTS: _, ...untrusting } = proxied;
  await expect(get('https://one.example.com/', untrusting)).rejects.toThrow(/certificate/);
  await expect(get(own(), {})).rejects.toThrow(/certificate/);
});

it('says how a proxy refuses that wants to know who asks', async () => {
  const guarded = createHttpServer().on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
  await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve));
  const { port } = guarded.address() as AddressInfo;
  const asked = get('https://one.example.com/', { HTTPS_PROXY: `http://127.0.0.1:${port}` });
  await expect(asked).rejects.toThrow(`the proxy 127.0.0.1:${port} refused one.example.com: 407`);
  await new Promise((resolve) => guarded.close(resolve));
});

it('says that there is no proxy where one is named', async () => {
  const gone = createHttpServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  await expect(get('https://one.example.com/', { https_proxy: `http://127.0.0.1:${port}` })).rejects.toThrow('ECONNREFUSED');
});

it('refuses a proxy that it would have to speak TLS with', () => {
  expect(() => outsideAgent({ HTTPS_PROXY: 'https://proxy.example.com' })).toThrow('expected an http:// proxy');
});

it('tells the proxy, and nobody behind it, who asks', async () => {
  const seen: unknown[] = [];
  const guarded = createHttpServer().on('connect', ({ headers }, socket) => {
    seen.push([headers['proxy-authorization'], headers.authorization]);
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  });
  await new Promise<void>((resolve) => guarded.listen(0, '127.0.0.1', resolve));
  const { port } = guarded.address() as AddressInfo;
  await expect(get('https://one.example.com/', { HTTPS_PROXY: `http://example:ex%40mple@127.0.0.1:${port}` })).rejects.toThrow('407');
  expect(seen).toEqual([[`Basic ${Buffer.from('example:ex@mple').toString('base64')}`, undefined]]);
  await new Promise((resolve) => guarded.close(resolve));
});
