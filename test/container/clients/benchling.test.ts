import { Benchling } from '../../../container/src/clients/benchling.ts';
import type { Http } from '../../../container/src/clients/http.ts';
import { parseSecret, type SecretConfig } from '../../../container/src/config/index.ts';
import { exampleSecret } from '../builders.ts';

const secretWith = (client_secret: string): SecretConfig => {
  const verdict = parseSecret(JSON.stringify(exampleSecret({ client_secret })));
  if (!verdict.ok) throw new Error(verdict.message);
  return verdict.config;
};

/** Benchling that takes one client secret and answers entries as told. */
function benchling(answers: Record<string, { status: number; body: unknown }> = {}) {
  const world = { secret: secretWith('example-old'), accepted: 'example-old', calls: [] as string[], token: 'example-token-1' };
  const http: Http = async (url, { headers = {} } = {}) => {
    const { host, pathname, search } = new URL(url);
    world.calls.push(host + pathname);
    const answer = answers[pathname + search];
    if (answer) return { status: answer.status, text: typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body) };
    if (pathname === '/api/v2/token') {
      const expected = `Basic ${Buffer.from(`example-client-id:${world.accepted}`).toString('base64')}`;
      if (headers['authorization'] !== expected) return { status: 401, text: '{"error":"invalid_client"}' };
      return { status: 200, text: JSON.stringify({ access_token: world.token, expires_in: 900 }) };
    }
    if (headers['authorization'] !== `Bearer ${world.token}`) return { status: 401, text: '{}' };
    return { status: 200, text: pathname.endsWith('/entries') ? '{"entries":[{"id":"etr_1"}]}' : '{"entry":{"id":"etr_1"}}' };
  };
  let rotate = () => {};
  const client = new Benchling(
    http,
    () => world.secret,
    async () => rotate(),
  );
  return {
    world,
    client,
    onRejected: (action: () => void) => {
      rotate = action;
    },
  };
}

describe('the Benchling client', () => {
  it('keeps a token for the calls after it', async () => {
    const { world, client } = benchling();
    expect(await client.fetchAnEntry()).toBe('etr_1');
    await client.fetchAnEntry();
    expect(world.calls.filter((call) => call.endsWith('/token'))).toHaveLength(1);
    expect(world.calls).toContain('example-tenant.benchling.com/api/v2/entries/etr_1');
  });

  it('takes a new token when the cached one is refused', async () => {
    const { world, client } = benchling();
    await client.fetchAnEntry();
    world.token = 'example-token-2';
    expect(await client.fetchAnEntry()).toBe('etr_1');
  });

  it('tries again with the rotated secret when the old one is refused', async () => {
    const { world, client, onRejected } = benchling();
    world.accepted = 'example-new';
    onRejected(() => {
      world.secret = secretWith('example-new');
    });
    expect(await client.authenticate()).toBe('example-token-1');
  });

  it('names the call and the status when the credentials stay refused, and asks once', async () => {
    const { world, client } = benchling();
    world.accepted = 'example-other';
    await expect(client.authenticate()).rejects.toThrow('Benchling answered 401 to POST /api/v2/token');
    expect(world.calls).toHaveLength(1);
  });

  it('says that an app without entries could package nothing', async () => {
    const { client } = benchling({ '/api/v2/entries?pageSize=1': { status: 200, body: { entries: [] } } });
    await expect(client.fetchAnEntry()).rejects.toThrow('the app may read no entry');
  });

  it('never quotes an answer that it cannot read', async () => {
    const { client } = benchling({ '/api/v2/token': { status: 200, body: '{"access_token": example7private' } });
    const error = await client.authenticate().catch((thrown: Error) => thrown);
    expect(String(error)).toBe('BenchlingError: Benchling answered 200 to POST /api/v2/token with another shape than documented');
  });
});
