import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpClient } from '../../../steps/clients/http-client.ts';

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
