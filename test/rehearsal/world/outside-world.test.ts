import { createPublicKey, type JsonWebKey, verify, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { OutsideWorld } from '../../../rehearsal/world/outside-world.ts';
import { zip } from '../../../rehearsal/world/zip.ts';
import { examplePlace, exampleStage } from './example-place.ts';

const host = 'example-staging.benchling.com';
let place: ReturnType<typeof examplePlace>;
let home: string;
let world: OutsideWorld;
let secret: Record<string, string>;

beforeEach(async () => {
  place = examplePlace();
  home = mkdtempSync(join(tmpdir(), 'example-outside-'));
  world = await OutsideWorld.start(home);
  await world.playStage(place.cloud, exampleStage);
  secret = place.secret();
});
afterEach(async () => {
  await world.stop();
  place.remove();
  rmSync(home, { recursive: true, force: true });
});

const authority = () => readFileSync(world.environment().NODE_EXTRA_CA_CERTS, 'utf8');

/** A tunnel through the proxy; rejects with the status when it is refused. */
function tunnel(target: string): Promise<Duplex> {
  const { hostname, port } = new URL(world.environment().HTTPS_PROXY);
  return new Promise((resolve, reject) => {
    request({ host: hostname, port, method: 'CONNECT', path: target })
      .once('connect', (answer, socket) => (answer.statusCode === 200 ? resolve(socket) : reject(new Error(String(answer.statusCode)))))
      .once('error', reject)
      .end();
  });
}

/** TLS inside the tunnel, verified against this authority alone. @param ca PEM; @default - what Node trusts */
async function secure(servername: string, ca?: string) {
  const socket = connect({ socket: await tunnel(`${servername}:443`), servername, ca });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}

interface Answer {
  headers: Record<string, string>;
  status: number;
  body: string;
}

async function ask(method: string, path: string, headers: Record<string, string> = {}, body = '', at = host): Promise<Answer> {
  const socket = await secure(at, authority());
  const lines = Object.entries({ host: at, connection: 'close', 'content-length': String(Buffer.byteLength(body)), ...headers });
  socket.end(`${method} ${path} HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n${body}`);
  const answer = await text(Readable.from(socket));
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const told = head
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(': ') as [string, string]);
  return {
    headers: Object.fromEntries(told),
    status: Number(head.split(' ')[1]),
    body: rest.join('\r\n\r\n').replace(/^[0-9a-f]+\r\n|\r\n0(\r\n)*$/g, ''),
  };
}

const basic = (id: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${id}:${password}`).toString('base64')}` });
const grant = 'grant_type=client_credentials';
const token = async () => {
  const { body } = await ask('POST', '/api/v2/token', basic(secret['client_id']!, secret['client_secret']!), grant);
  return { authorization: `Bearer ${(JSON.parse(body) as { access_token: string }).access_token}` };
};

describe('the certificates', () => {
  it('are believed by a client that trusts only their authority', async () => {
    const socket = await secure(host, authority());
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerX509Certificate()?.checkHost(host)).toBe('*.benchling.com');
    socket.destroy();
  });

  it('are believed by nobody else, and for no other host', async () => {
    const elsewhere = mkdtempSync(join(home, 'other-'));
    const other = await OutsideWorld.start(elsewhere);
    await other.stop();
    await expect(secure(host, readFileSync(other.environment().NODE_EXTRA_CA_CERTS, 'utf8'))).rejects.toThrow(/certificate/);
    await expect(secure(host)).rejects.toThrow(/certificate/);
    const socket = await secure(host, authority());
    expect(socket.getPeerX509Certificate()?.checkHost('example.com')).toBeUndefined();
    socket.destroy();
  });

  it('name an authority that may sign, by its own key', () => {
    const certificate = new X509Certificate(authority());
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=Example authority of one rehearsal');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(new Date(certificate.validTo).getTime()).toBeGreaterThan(Date.now());
    expect(statSync(world.environment().NODE_EXTRA_CA_CERTS).mode & 0o777).toBe(0o644);
  });

  it('name a server of every tenant and of GitHub, issued by the authority, which is none itself', async () => {
    const socket = await secure(host, authority());
    const certificate = socket.getPeerX509Certificate()!;
    const issuer = new X509Certificate(authority());
    expect(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.subjectAltName).toBe('DNS:*.benchling.com, DNS:api.github.com');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(new Date(certificate.validFrom).getTime()).toBeLessThan(Date.now());
    socket.destroy();
  });
});

describe('the proxy', () => {
  it('refuses every host but Benchling, by name', async () => {
    await expect(tunnel('example.com:443')).rejects.toThrow('403');
    await expect(tunnel('benchling.com.example.com:443')).rejects.toThrow('403');
    await expect(tunnel('[::1]:443')).rejects.toThrow('403');
    await expect(tunnel(`${host}:22`)).rejects.toThrow('403');
    expect([...world.refusedHosts]).toEqual(['example.com', 'benchling.com.example.com', '[::1]', host]);
  });

  it('forwards no plain HTTP', async () => {
    const { HTTPS_PROXY } = world.environment();
    expect((await fetch(HTTPS_PROXY)).status).toBe(403);
  });
});

describe('Benchling', () => {
  it('gives a token for the right credentials only', async () => {
    const right = await ask('POST', '/api/v2/token', basic(secret['client_id']!, secret['client_secret']!), grant);
    expect(right.status).toBe(200);
    const wrong = await ask('POST', '/api/v2/token', basic(secret['client_id']!, 'another example'), grant);
    expect(wrong).toMatchObject({ status: 401, body: '{"error":"invalid_client"}' });
  });

  it('shows entries to whoever has a token', async () => {
    expect((await ask('GET', '/api/v2/entries/etr_sample')).status).toBe(401);
    const authorized = await token();
    const { body } = await ask('GET', '/api/v2/entries/etr_sample', authorized);
    expect(JSON.parse(body)).toMatchObject({ entry: { id: 'etr_sample', displayId: 'EXP-EXAMPLE-1' } });
    const list = await ask('GET', '/api/v2/entries?pageSize=1', authorized);
    expect(JSON.parse(list.body)).toMatchObject({ entries: [{ id: 'etr_sample' }] });
    expect((await ask('GET', '/api/v2/entries/etr_absent', authorized)).status).toBe(404);
  });

  it('exports an entry as an archive and takes canvas changes', async () => {
    const authorized = await token();
    const started = await ask('POST', '/api/v2/exports', authorized, '{"id":"etr_sample"}');
    const { taskId } = JSON.parse(started.body) as { taskId: string };
    const task = JSON.parse((await ask('GET', `/api/v2/tasks/${taskId}`, authorized)).body) as {
      status: string;
      response: { downloadURL: string };
    };
    const { origin, pathname, search } = new URL(task.response.downloadURL);
    expect([task.status, origin, pathname]).toEqual(['SUCCEEDED', `https://${host}`, `/exports/${taskId}.zip`]);
    const archive = await ask('GET', pathname + search);
    expect(archive.body).toContain('EXP-EXAMPLE-1/entry.html');
    // Whoever has the address may load it, and nobody else.
    expect((await ask('GET', pathname)).status).toBe(403);
    expect(world.secretValues()).toContain(new URLSearchParams(search).get('X-Amz-Signature'));
    const canvas = await ask('PATCH', '/api/v2/app-canvases/cnvs_sample', authorized, '{"blocks":[]}');
    expect(JSON.parse(canvas.body)).toEqual({ id: 'cnvs_sample', resourceId: 'etr_sample', blocks: [] });
    expect((await ask('GET', '/api/v2/app-canvases/cnvs_absent', authorized)).status).toBe(404);
  });

  it('keeps exports running, fails them, and has storms, as told', async () => {
    const authorized = await token();
    const { tasks } = Object.assign(world.benchling.tenant('example-staging'), { exporting: { runningPolls: 1, outcome: 'FAILED' } });
    await ask('POST', '/api/v2/exports', authorized, '{"id":"etr_sample"}');
    const poll = async () => JSON.parse((await ask('GET', `/api/v2/tasks/${[...tasks.keys()][0]}`, authorized)).body) as object;
    expect([await poll(), await poll()]).toMatchObject([{ status: 'RUNNING' }, { status: 'FAILED' }]);
    world.benchling.storms.push({ path: /entries/, status: 429, retryAfter: '7', times: 1 });
    const stormy = await ask('GET', '/api/v2/entries', authorized);
    expect([stormy.status, stormy.headers['retry-after']]).toEqual([429, '7']);
    expect((await ask('GET', '/api/v2/entries', authorized)).status).toBe(200);
  });

  it('refuses what it does not know, and keeps no credential of what it saw', async () => {
    const { status, body } = await ask('DELETE', '/api/v2/entries/etr_sample', await token());
    expect(status).toBe(404);
    expect(body).toContain('DELETE example-staging.benchling.com/api/v2/entries/etr_sample');
    expect((await ask('GET', '/api/v2/entries', {}, '', 'example-absent.benchling.com')).status).toBe(404);
    expect(world.benchling.requests.at(-1)).toMatchObject({ host: 'example-absent.benchling.com', method: 'GET', status: 404 });
    await ask('GET', `/api/v1/apps/${secret['app_definition_id']}/jwks`, {}, '', 'apps.benchling.com');
    expect(world.benchling.requests.at(-1)).toMatchObject({ path: '/api/v1/apps/{app_definition_id}/jwks', status: 200 });
    const recorded = JSON.stringify(world.benchling.requests);
    expect(world.secretValues().filter((value) => recorded.includes(value))).toEqual([]);
  });
});

describe('a signed webhook', () => {
  const keys = async () => {
    const { body } = await ask('GET', `/api/v1/apps/${secret['app_definition_id']}/jwks`, {}, '', 'apps.benchling.com');
    return (JSON.parse(body) as { keys: JsonWebKey[] }).keys.map((key) => createPublicKey({ key, format: 'jwk' }));
  };
  const signed = (body: string, headers: ReturnType<typeof world.benchling.sign>) => ({
    content: Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`),
    signature: Buffer.from(headers['webhook-signature'].replace('v1bder,', ''), 'base64'),
  });

  it('is verified by the key set that Benchling serves, and by no other body', async () => {
    const { content, signature } = signed('{"example":1}', world.benchling.sign('{"example":1}', 'msg_example', 1_700_000_000.5));
    const [key] = await keys();
    expect(verify('sha256', content, { key: key!, dsaEncoding: 'der' }, signature)).toBe(true);
    expect(verify('sha256', Buffer.concat([content, Buffer.of(0x20)]), { key: key!, dsaEncoding: 'der' }, signature)).toBe(false);
  });

  it('is signed by the newest key after a rotation', async () => {
    world.benchling.keys.rotate();
    const { content, signature } = signed('{}', world.benchling.sign('{}'));
    const results = (await keys()).map((key) => verify('sha256', content, { key, dsaEncoding: 'der' }, signature));
    expect(results).toEqual([true, false]);
  });
});

it('writes archives that name and check their members', () => {
  const archive = zip({ 'a.txt': '123456789' });
  // The check value of CRC-32 for these nine digits.
  expect(archive.readUInt32LE(14)).toBe(0xcbf43926);
  expect(archive.subarray(-22).readUInt32LE(0)).toBe(0x06054b50);
  expect(archive.subarray(archive.readUInt32LE(archive.length - 6)).readUInt32LE(0)).toBe(0x02014b50);
});
