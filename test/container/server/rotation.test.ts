import { setTimeout as sleep } from 'node:timers/promises';
import { exampleSecret } from '../builders.ts';
import { entryEvent, signedHeaders } from '../signing.ts';
import { type FakeAws, startAws } from './fake-aws.ts';
import { type FakeBenchling, p256, startBenchling } from './fake-benchling.ts';
import { bundleService, environmentOf, ServiceProcess } from './service-process.ts';

let aws: FakeAws;
let benchling: FakeBenchling;
let service: ServiceProcess;
let bundle: { folder: string; remove(): void };
let base: string;

beforeAll(async () => {
  bundle = await bundleService();
});
beforeEach(async () => {
  [aws, benchling] = await Promise.all([startAws(), startBenchling()]);
  service = new ServiceProcess(bundle.folder, environmentOf(aws, benchling, bundle.folder));
  base = await service.url();
  await service.line('config.resolved');
});
afterEach(async () => {
  await service.kill('SIGKILL');
  await Promise.all([aws.close(), benchling.close()]);
});
afterAll(() => bundle.remove());

async function deliver(signer = benchling.signer): Promise<number> {
  const body = entryEvent();
  const headers = { 'content-type': 'application/json', ...signedHeaders(body, signer.privateKey) };
  const answer = await fetch(`${base}/event`, { method: 'POST', headers, body });
  await answer.body?.cancel();
  return answer.status;
}

/** /health reads the secret again, though not within seconds of the last time; resolves once it did and said this of it. */
async function readAgain(event: string, count: number): Promise<void> {
  while (service.lines.filter((line) => line['event'] === event).length < count) {
    await (await fetch(`${base}/health`)).arrayBuffer();
    await sleep(500);
  }
}

describe('Benchling’s key set', () => {
  it('goes down and nothing is refused that the known keys verify', async () => {
    expect(await deliver()).toBe(202);
    benchling.failures.keySet = 503;
    expect(await deliver()).toBe(202);
  });

  it('is not fetched again for each stranger, whose events are refused all the same', async () => {
    expect(await deliver()).toBe(202);
    const stranger = p256();
    for (let attempt = 0; attempt < 20; attempt++) expect(await deliver(stranger)).toBe(401);
    // At the start, and once for all of them.
    expect(benchling.calls.filter((call) => call.endsWith('/jwks'))).toHaveLength(2);
  });

  it('rotates, and every event is accepted at once, by the old key and by the new one, until the old one is withdrawn', async () => {
    const old = benchling.signer;
    expect(await deliver(old)).toBe(202);
    Object.assign(benchling, { others: [old], signer: p256() });
    // By a key that the service has never seen.
    expect(await deliver()).toBe(202);
    expect(await deliver(old)).toBe(202);
    expect(await deliver()).toBe(202);
    // A task that starts after the withdrawal never knew the old one.
    benchling.others = [];
    const next = new ServiceProcess(bundle.folder, environmentOf(aws, benchling, bundle.folder));
    base = await next.url();
    await next.line('config.resolved');
    expect(await deliver()).toBe(202);
    expect(await deliver(old)).toBe(401);
    await next.kill('SIGKILL');
  });

  it('cannot be had while it rotates: 503, so that Benchling sends the event again, and it is taken then', async () => {
    expect(await deliver()).toBe(202);
    Object.assign(benchling, { others: [benchling.signer], signer: p256(), failures: { keySet: 503 } });
    expect(await deliver()).toBe(503);
    benchling.failures = {};
    expect(await deliver(benchling.others[0])).toBe(202);
    const next = new ServiceProcess(bundle.folder, environmentOf(aws, benchling, bundle.folder));
    base = await next.url();
    await next.line('config.resolved');
    expect(await deliver()).toBe(202);
    await next.kill('SIGKILL');
  });
});

describe('a secret that is rotated while the service runs', () => {
  it('takes effect without a restart', async () => {
    aws.secret = { text: JSON.stringify(exampleSecret({ user_bucket: 'example-other-bucket' })), versionId: 'example-version-2' };
    await readAgain('config.resolved', 2);
    const shown = (await (await fetch(`${base}/config`)).json()) as { quilt: { bucket: string } };
    expect(shown.quilt.bucket).toBe('example-other-bucket');
    expect(await deliver()).toBe(202);
  }, 60_000);

  it('to a broken version changes nothing, and /health says so', async () => {
    aws.secret = { text: JSON.stringify(exampleSecret({ tenant: undefined })), versionId: 'example-version-2' };
    await readAgain('config.last-good', 1);
    const health = await fetch(`${base}/health`);
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: 'healthy', config_version: 'example-version-1', checks: { config: 'last-good' } },
    ]);
    expect(await deliver()).toBe(202);
  }, 60_000);
});
