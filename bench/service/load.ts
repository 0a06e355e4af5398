/** Sends signed webhooks over raw connections and measures the answers. In: LoadOrder on stdin. Out: LoadResult on stdout. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadOrder {
  readonly port: number;
  /** PEM of the key that signs. */
  readonly key: string;
  /** Tells the ids of this run from those of others. */
  readonly run: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, sent by the clock whether answers come or not. @default - as fast as answers come */
  readonly rate?: number;
}

export interface LoadResult {
  readonly perSecond: number;
  /** From when a request was due to its answer, milliseconds: what waits behind a slow one counts as slow. */
  readonly p50: number;
  readonly p99: number;
  readonly accepted: number;
  readonly refused: number;
}

async function run({ port, key, run: name, connections, seconds, rate }: LoadOrder): Promise<LoadResult> {
  const signer = createPrivateKey(key);
  const count = Math.ceil(seconds * (rate ?? 12_000));
  const requests = Array.from({ length: count }, (_, index) => request(signer, `${name}_${index}`));
  const lanes = await Promise.all(Array.from({ length: connections }, () => Lane.open(port)));
  const latencies: number[] = [];
  let refused = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  let next = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      while (next < count) {
        const index = next++;
        const due = rate === undefined ? performance.now() : start + (index / rate) * 1000;
        if (due > end) break;
        if (due > performance.now()) await sleep(due - performance.now());
        const status = await lane.ask(requests[index]!);
        if (status === 202) latencies.push(performance.now() - due);
        else refused += 1;
        if (rate === undefined && performance.now() > end) break;
      }
      lane.close();
    }),
  );
  const took = (performance.now() - start) / 1000;
  latencies.sort((one, other) => one - other);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return { perSecond: latencies.length / took, p50: at(0.5), p99: at(0.99), accepted: latencies.length, refused };
}

/** A whole request as bytes: nothing is left to do while measuring. */
function request(key: KeyObject, id: string): Buffer {
  const message = { type: 'v2.entry.created', id: `evt_${id}`, resourceId: `etr_${id}`, createdAt: new Date().toISOString() };
  const app = { app: { id: 'app_example' }, appDefinition: { id: 'appdef_example', versionNumber: '0.0.1' } };
  const body = JSON.stringify({
    version: '0',
    baseURL: 'https://example-tenant.benchling.com',
    tenantId: 'ten_example',
    ...app,
    channel: 'events',
    message,
  });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = sign('sha256', Buffer.from(`msg_${id}.${timestamp}.${body}`), { key, dsaEncoding: 'der' }).toString('base64');
  const lines = [
    'POST /event HTTP/1.1',
    'host: example',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `webhook-id: msg_${id}`,
    `webhook-timestamp: ${timestamp}`,
    `webhook-signature: v1bder,${signature}`,
    'x-forwarded-for: 192.0.2.1',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** One connection, one request at a time. */
class Lane {
  readonly #socket: Socket;
  #seen = '';
  #answered: (status: number) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket.setNoDelay();
    socket.on('data', (chunk: Buffer) => this.#take(chunk.toString('latin1')));
    socket.on('error', () => this.#answered(0));
    socket.on('close', () => this.#answered(0));
  }

  static open(port: number): Promise<Lane> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new Lane(socket)));
      socket.once('error', reject);
    });
  }

  ask(bytes: Buffer): Promise<number> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) return resolve(0);
      this.#answered = resolve;
      this.#socket.write(bytes);
      return undefined;
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#seen += chunk;
    const head = this.#seen.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#seen)?.[1] ?? Number.NaN);
    // Neither server sends chunks for a body as small as these, except bare node for a body that it does not know the length of.
    const whole = Number.isNaN(length) ? this.#seen.endsWith('0\r\n\r\n') : this.#seen.length >= head + 4 + length;
    if (!whole) return;
    const status = Number(this.#seen.slice(9, 12));
    this.#seen = '';
    this.#answered(status);
  }
}

process.stdout.write(JSON.stringify(await run(JSON.parse(await text(process.stdin)) as LoadOrder)));
