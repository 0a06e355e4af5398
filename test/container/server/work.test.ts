import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { entryEvent, signedHeaders } from '../signing.ts';
import { type FakeAws, startAws } from './fake-aws.ts';
import { type FakeBenchling, startBenchling } from './fake-benchling.ts';
import { bundleService, environmentOf, ServiceProcess } from './service-process.ts';

let aws: FakeAws;
let benchling: FakeBenchling;
let bundle: { folder: string; remove(): void };
const started: ServiceProcess[] = [];

beforeAll(async () => {
  [benchling, bundle] = await Promise.all([startBenchling(), bundleService()]);
});
beforeEach(async () => {
  aws = await startAws();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.kill('SIGKILL')));
  await aws.close();
});
afterAll(async () => {
  await benchling.close();
  bundle.remove();
});

async function start(): Promise<{ service: ServiceProcess; base: string }> {
  const service = new ServiceProcess(bundle.folder, environmentOf(aws, benchling, bundle.folder));
  started.push(service);
  const base = await service.url();
  await service.line('config.resolved');
  return { service, base };
}

/** Delivers events of as many entries, one after the other on each of a few connections. @returns ids that were answered 202 */
async function deliver(base: string, count: number, name: string): Promise<string[]> {
  const accepted: string[] = [];
  const one = async (index: number) => {
    const id = `msg_${name}_${index}`;
    // An entry that is no longer there ends its work at once, for good.
    const body = entryEvent({ resourceId: `etr_${name}${index}` });
    const headers = { 'content-type': 'application/json', ...signedHeaders(body, benchling.signer.privateKey, { id }) };
    const answer = await fetch(`${base}/event`, { method: 'POST', headers, body }).catch(() => undefined);
    if (answer?.status === 202) accepted.push(id);
    await answer?.body?.cancel();
  };
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let index = lane; index < count; index += 8) await one(index);
  });
  await Promise.all(lanes);
  return accepted;
}

const idOf = (body: string) => (JSON.parse(body) as { webhookId: string }).webhookId;
/** Events whose work is over: done or given up, each time. */
const ended = () => aws.queue.removed.map(idOf).sort();

async function drained(): Promise<void> {
  while (aws.queue.waiting.length > 0) await sleep(50);
}

describe('a task that ends under load', () => {
  it('by SIGTERM loses no accepted event, and each is worked off once by it or by the next', async () => {
    const first = await start();
    const delivering = deliver(first.base, 60, 'term');
    while (aws.queue.all.length < 20) await sleep(10);
    expect(await first.service.kill('SIGTERM')).toBe(0);
    const accepted = await delivering;
    expect(accepted.length).toBeGreaterThan(19);
    await start();
    await drained();
    expect(ended()).toEqual([...new Set(ended())]);
    for (const id of accepted) expect(ended()).toContain(id);
  });

  it('by SIGKILL loses no accepted event', async () => {
    const first = await start();
    const delivering = deliver(first.base, 60, 'kill');
    while (aws.queue.all.length < 20) await sleep(10);
    await first.service.kill('SIGKILL');
    const accepted = await delivering;
    expect(accepted.length).toBeGreaterThan(0);
    // What the killed task held comes back when its visibility ends.
    for (const message of aws.queue.waiting) message.hiddenUntil = 0;
    await start();
    await drained();
    for (const id of accepted) expect(ended()).toContain(id);
  });
});

describe('an event that cannot be worked on', () => {
  it('is parked with its reason, beside the metrics that say so', async () => {
    const { service, base } = await start();
    await deliver(base, 1, 'poison');
    await drained();
    expect(aws.queue.parked).toMatchObject([
      { groupId: 'etr_poison0', deduplicationId: 'msg_poison_0', attributes: { reason: { StringValue: expect.stringMatching(/\w+: ./) } } },
    ]);
    expect(await service.kill('SIGTERM')).toBe(0);
    const measured = service.lines.filter((line) => '_aws' in line);
    expect(measured).toContainEqual(
      expect.objectContaining({ Secret: 'example/secret', Accepted: 1, Parked: 1, QueueAge: expect.any(Number) }),
    );
  });
});

describe('a signature of another make', () => {
  it('by openssl is accepted, and refused with any one bit changed of body, signature, id or timestamp', async () => {
    const { base } = await start();
    const body = Buffer.from(entryEvent({ type: 'v2.app.installed' }));
    const signed = { id: 'msg_openssl', timestamp: String(Math.floor(Date.now() / 1000)), body, signature: Buffer.alloc(0) };
    signed.signature = opensslSign(`${signed.id}.${signed.timestamp}.${body}`);
    expect(await post(base, signed)).toBe(202);
    const parts = [
      ...flips(body).map((changed) => ({ body: changed })),
      ...flips(signed.signature).map((signature) => ({ signature })),
      ...(['id', 'timestamp'] as const).flatMap((part) =>
        flips(Buffer.from(signed[part]))
          .map((changed) => changed.toString('latin1'))
          // What no header may hold never reaches the service.
          .filter((changed) => !/[^!-~]/.test(changed))
          .map((changed) => ({ [part]: changed })),
      ),
    ];
    expect(parts.length).toBeGreaterThan(8 * (body.length + signed.signature.length));
    const accepted: object[] = [];
    const lanes = Array.from({ length: 8 }, async (_, lane) => {
      for (let at = lane; at < parts.length; at += 8)
        if ((await post(base, { ...signed, ...parts[at] })) !== 401) accepted.push(parts[at]!);
    });
    await Promise.all(lanes);
    expect(accepted).toEqual([]);
  }, 60_000);

  function opensslSign(content: string): Buffer<ArrayBuffer> {
    const [key, file] = [join(bundle.folder, 'signer.pem'), join(bundle.folder, 'signed')];
    writeFileSync(key, benchling.signer.privateKey.export({ type: 'sec1', format: 'pem' }));
    writeFileSync(file, content);
    return Buffer.from(execFileSync('openssl', ['dgst', '-sha256', '-sign', key, file]));
  }

  /** The bytes with one bit changed, for every bit. */
  function flips(bytes: Buffer): Buffer[] {
    return Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      return changed;
    });
  }

  async function post(base: string, of: { id: string; timestamp: string; body: Buffer; signature: Buffer }): Promise<number> {
    const headers = {
      'content-type': 'application/json',
      'webhook-id': of.id,
      'webhook-timestamp': of.timestamp,
      'webhook-signature': `v1bder,${of.signature.toString('base64')}`,
    };
    const answer = await fetch(`${base}/lifecycle`, { method: 'POST', headers, body: new Uint8Array(of.body) });
    await answer.body?.cancel();
    return answer.status;
  }
});
