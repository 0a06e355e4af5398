import { connect } from 'node:net';
import { exampleSecret } from '../builders.ts';
import { entryEvent, signedHeaders } from '../signing.ts';
import { type FakeAws, startAws } from './fake-aws.ts';
import { type FakeBenchling, startBenchling } from './fake-benchling.ts';
import { attack, exchange, malformed } from './hostile.ts';
import { bundleService, environmentOf, ServiceProcess } from './service-process.ts';

let aws: FakeAws;
let benchling: FakeBenchling;
let service: ServiceProcess;
let bundle: { folder: string; remove(): void };
let base: string;

beforeAll(async () => {
  [aws, benchling, bundle] = await Promise.all([startAws(), startBenchling(), bundleService()]);
  aws.secret.text = JSON.stringify(exampleSecret({ log_level: 'ERROR' }));
  service = new ServiceProcess(bundle.folder, environmentOf(aws, benchling, bundle.folder));
  base = await service.url();
  await service.line('config.resolved');
});

afterAll(async () => {
  await service.kill('SIGKILL');
  await Promise.all([aws.close(), benchling.close()]);
  bundle.remove();
});

async function stillWorks(): Promise<void> {
  const body = entryEvent();
  const headers = { 'content-type': 'application/json', ...signedHeaders(body, benchling.signer.privateKey) };
  expect((await fetch(`${base}/event`, { method: 'POST', headers, body })).status).toBe(202);
  expect(service.lines.filter(({ event }) => event === 'crash' || event === 'request.failed')).toEqual([]);
}

it('refuses HTTP that is none, each time with the sender’s fault or by hanging up', async () => {
  const port = Number(new URL(base).port);
  for (const request of malformed) {
    const status = await exchange(port, request);
    expect([request.bytes.subarray(0, 80).toString('latin1'), status < 500]).toEqual([expect.any(String), true]);
  }
  await stillWorks();
});

it('answers no hostile request with its own fault', async () => {
  const { answers, failures } = await attack(Number(new URL(base).port), benchling.signer.privateKey, 1500, 20_260_101);
  expect(failures).toEqual([]);
  // The onslaught gets everywhere: past the parser, past the routes, past the signature.
  for (const status of [202, 400, 401, 404, 405]) expect([status, (answers[status] ?? 0) > 0]).toEqual([status, true]);
  await stillWorks();
});

it.each([
  ['head', 'POST /event HTTP/1.1\r\nhost: example\r\n'],
  ['body', 'POST /event HTTP/1.1\r\nhost: example\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{'],
])('waits for a slow %s for seconds, not for ever', async (_, beginning) => {
  const started = performance.now();
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () => socket.write(beginning));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(performance.now() - started).toBeGreaterThan(4_000);
});
