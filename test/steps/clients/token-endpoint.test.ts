import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentity } from '../../../rehearsal/world/certificates.ts';
import { OutwardProxy } from '../../../rehearsal/world/outward-proxy.ts';
import type { TokenEndpoint } from '../../../steps/contract/ports.ts';

const home = mkdtempSync(join(tmpdir(), 'example-tokens-'));
const identity = createIdentity(['*.benchling.com']);
let status = 200;
let asked: { request: IncomingMessage; body: string }[] = [];
let tokens: TokenEndpoint;
const proxy = new OutwardProxy(
  identity,
  (host) => host === 'example-tenant.benchling.com',
  async (request, response) => {
    asked.push({ request, body: (await request.toArray()).join('') });
    response.writeHead(status).end('{"access_token":"example-token"}');
  },
);

beforeAll(async () => {
  const authority = join(home, 'authority.pem');
  writeFileSync(authority, identity.authority);
  Object.assign(process.env, { HTTPS_PROXY: await proxy.start(), NODE_EXTRA_CA_CERTS: authority });
  // It reads the environment when it is loaded, as in Lambda.
  ({ tokenEndpoint: tokens } = await import('../../../steps/clients/token-endpoint.ts'));
});
afterAll(async () => {
  await proxy.stop();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  asked = [];
});
const probe = (answer: number) => {
  status = answer;
  return tokens.probe('example-tenant', 'example-client-id', 'example-client-secret');
};

it('asks the tenant for a token with the credentials, and throws it away', async () => {
  expect(await probe(200)).toBeUndefined();
  expect(asked).toHaveLength(1);
  const [{ request, body }] = asked as [(typeof asked)[0]];
  expect([request.method, request.url, body]).toEqual(['POST', '/api/v2/token', 'grant_type=client_credentials']);
  expect(request.headers.authorization).toBe(`Basic ${Buffer.from('example-client-id:example-client-secret').toString('base64')}`);
});

it.each([400, 401, 403])('calls credentials rejected that are answered %i, and repeats nothing of the answer', async (answer) => {
  await expect(probe(answer)).rejects.toMatchObject({
    name: 'CredentialsRejected',
    message: `Benchling's token endpoint https://example-tenant.benchling.com/api/v2/token answered ${answer}; expected 200.`,
  });
});

it.each([404, 429, 500, 503, 204])('does not blame credentials for %i', async (answer) => {
  await expect(probe(answer)).rejects.toMatchObject({ name: 'Error', message: expect.stringContaining(`answered ${answer}`) });
});

it('does not blame credentials for a tenant that is not there', async () => {
  await expect(tokens.probe('other', 'example-client-id', 'example-client-secret')).rejects.toMatchObject({ name: 'Error' });
});
