import { createServer, type RequestListener, type Server } from 'node:http';
import { Agent, createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, type Validity } from '../../../rehearsal/world/certificates.ts';
import { httpClient } from '../../../steps/clients/http-client.ts';
import { HostUnusable } from '../../../steps/contract/errors.ts';

let server: Server | undefined;
async function serving(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});
const get = (url: string, timeoutSeconds = 5) => httpClient().request({ method: 'GET', url, timeoutSeconds });

describe('the HTTP client of probes', () => {
  it('sends what it is given and returns the answer as it is', async () => {
    const url = await serving(async (request, response) => {
      const body = (await request.toArray()).join('');
      response.writeHead(202).end(`${request.method} ${request.url} ${request.headers['webhook-id']} ${body}`);
    });
    const headers = { 'webhook-id': 'msg_example' };
    const answer = await httpClient().request({ method: 'POST', url: `${url}/event`, headers, body: '{"é":1}', timeoutSeconds: 5 });
    expect(answer).toEqual({ status: 202, body: 'POST /event msg_example {"é":1}', milliseconds: expect.any(Number) });
  });

  it('follows no redirect: it is not the answer that was expected', async () => {
    const url = await serving((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
    expect(await get(url)).toMatchObject({ status: 302 });
  });

  it('asks once', async () => {
    let asked = 0;
    const url = await serving((request) => {
      asked += 1;
      request.destroy();
    });
    await expect(get(url)).rejects.toThrow();
    expect(asked).toBe(1);
  });

  it('gives up on an answer that begins in time and never ends', async () => {
    const url = await serving((_, response) => void response.writeHead(200).write('{'));
    await expect(get(url, 0.1)).rejects.toThrow('no answer within 0.1 s');
  });

  it('gives up on an answer that is too large', async () => {
    const url = await serving((_, response) => void response.end('x'.repeat(2 * 1024 * 1024)));
    await expect(get(url)).rejects.toThrow('larger than');
  });

  it('throws when nobody listens', async () => {
    const url = await serving(() => {});
    await new Promise((resolve) => server?.close(resolve));
    await expect(get(url)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a host that cannot be called', () => {
  const authority = createAuthority();
  const day = (days: number) => new Date(Date.now() + days * 86_400_000);

  /** @param port of a server in the clear; @default - one with TLS */
  async function ask({ names = ['localhost'], validity, ca = authority.certificate, port }: Asked = {}) {
    const { key, certificate } = authority.issue(names, validity);
    const secure = createSecureServer({ key, cert: certificate }, (_, response) => response.end('well')).listen(0, '127.0.0.1');
    await new Promise((resolve) => secure.once('listening', resolve));
    const url = `https://localhost:${port ?? (secure.address() as AddressInfo).port}`;
    try {
      return (await httpClient(new Agent({ ca })).request({ method: 'GET', url, timeoutSeconds: 5 })).body;
    } finally {
      secure.closeAllConnections();
      secure.close();
    }
  }
  interface Asked {
    names?: string[];
    validity?: Validity;
    ca?: string;
    port?: string;
  }

  it('is none whose certificate counts for its name', async () => {
    expect(await ask()).toBe('well');
  });

  it.each([
    [
      'has a certificate for another name',
      { names: ['other.example.com'] },
      /localhost:\d+ cannot be called: .*other\.example\.com \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    ],
    [
      'has one that expired',
      { validity: { from: day(-2), to: day(-1) } },
      /cannot be called: certificate has expired \(CERT_HAS_EXPIRED\)$/,
    ],
    ['has one that counts from tomorrow', { validity: { from: day(1), to: day(2) } }, /\(CERT_NOT_YET_VALID\)$/],
    ['has one of an authority that nobody knows', { ca: createAuthority().certificate }, /cannot be called: .*\([A-Z_]+\)$/],
  ])('%s', async (_, asked, words) => {
    const error = await ask(asked).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HostUnusable);
    expect((error as Error).message).toMatch(words);
  });

  it('speaks no TLS at all', async () => {
    const plain = await serving((_, response) => response.end());
    await expect(ask({ port: new URL(plain).port })).rejects.toBeInstanceOf(HostUnusable);
  });

  it('has a name that leads nowhere', async () => {
    const nowhere = Object.assign(new Error('getaddrinfo ENOTFOUND webhook.example.com'), { code: 'ENOTFOUND' });
    const agent = new Agent({ lookup: (_name, _options, done) => done(nowhere, []) });
    await expect(httpClient(agent).request({ method: 'GET', url: 'https://webhook.example.com/', timeoutSeconds: 5 })).rejects.toThrow(
      'webhook.example.com cannot be called: getaddrinfo ENOTFOUND webhook.example.com (ENOTFOUND)',
    );
  });
});
