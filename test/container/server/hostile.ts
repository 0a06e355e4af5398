import type { KeyObject } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { signedHeaders } from '../signing.ts';

/** Bytes as they go over the wire. */
export interface HostileRequest {
  readonly bytes: Buffer;
  /** The sender ends its side at once, whether it said enough or not. */
  readonly ends?: boolean;
}

export interface Onslaught {
  /** How many were answered with each status; 0 is none, the connection was closed. */
  readonly answers: Record<number, number>;
  /** Answers of 5xx, with what was sent, as base64. */
  readonly failures: { status: number; sent: string }[];
}

const line = (...lines: string[]) => ({ bytes: Buffer.from(lines.join('\r\n'), 'latin1') });
const cut = (...lines: string[]) => ({ ...line(...lines), ends: true });

/** HTTP that nobody should send: each has broken some server once. */
export const malformed: readonly HostileRequest[] = [
  cut(''),
  cut('\0'),
  cut('\r\n\r\n\r\n'),
  cut('GET'),
  cut('GET / HTTP/1.1'),
  cut('GET / HTTP/1.1', 'host: example', ''),
  line('GET / HTTP/9.9', 'host: example', '', ''),
  line('GET  /health HTTP/1.1', 'host: example', '', ''),
  line('GET /health', '', ''),
  line('GET /health HTTP/1.1', '', ''),
  line('GET /health HTTP/1.1', 'host: a', 'host: b', '', ''),
  line('GET /health HTTP/1.1', 'host example', '', ''),
  line('GET /health HTTP/1.1', 'host: example', ' folded: yes', '', ''),
  line('GET /health HTTP/1.1', 'host : example', '', ''),
  line('GET /health HTTP/1.1', 'host: \0', '', ''),
  line('GET /../../etc/passwd HTTP/1.1', 'host: example', '', ''),
  line('GET /%00%ff%2e%2e HTTP/1.1', 'host: example', '', ''),
  line('GET http://example.com/health HTTP/1.1', 'host: example', '', ''),
  line('GET * HTTP/1.1', 'host: example', '', ''),
  line(`GET /${'a'.repeat(70_000)} HTTP/1.1`, 'host: example', '', ''),
  line('GET /health HTTP/1.1', 'host: example', `x: ${'a'.repeat(70_000)}`, '', ''),
  line('GET /health HTTP/1.1', 'host: example', ...Array.from({ length: 3000 }, (_, index) => `x${index}: a`), '', ''),
  line('GET /health HTTP/1.1', 'host: example', 'connection: upgrade', 'upgrade: websocket', '', ''),
  cut('CONNECT example.com:443 HTTP/1.1', 'host: example', '', ''),
  line('TRACE /health HTTP/1.1', 'host: example', '', ''),
  cut('PRI * HTTP/2.0', '', 'SM', '', ''),
  cut('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  line('POST /event HTTP/1.1', 'host: example', 'content-length: -1', '', ''),
  line('POST /event HTTP/1.1', 'host: example', 'content-length: 99999999999999999999', '', ''),
  line('POST /event HTTP/1.1', 'host: example', 'content-length: 1', 'content-length: 2', '', 'ab'),
  line('POST /event HTTP/1.1', 'host: example', 'content-length: 4', 'transfer-encoding: chunked', '', '0', '', ''),
  cut('POST /event HTTP/1.1', 'host: example', 'content-type: application/json', 'content-length: 100', '', '{'),
  cut('POST /event HTTP/1.1', 'host: example', 'content-type: application/json', 'transfer-encoding: chunked', '', 'zz', ''),
  cut('POST /event HTTP/1.1', 'host: example', 'content-type: application/json', 'transfer-encoding: chunked', '', 'ffffffffffffffff', ''),
  line('POST /event HTTP/1.1', 'host: example', 'transfer-encoding: gzip, chunked', '', '0', '', ''),
  line('POST /event HTTP/1.1', 'host: example', 'transfer-encoding: identity', '', ''),
  line('POST /event HTTP/1.1', 'host: example', 'content-type: application/json', 'expect: 999-nothing', 'content-length: 2', '', '{}'),
  line('POST /event HTTP/1.1', 'host: example', 'content-type: application/json;charset=\xff', 'content-length: 2', '', '{}'),
  line('POST /event HTTP/1.1', 'host: example', 'content-type: application/json', 'content-encoding: gzip', 'content-length: 2', '', '{}'),
  line('POST /event HTTP/1.1', 'host: example', 'content-type: application/json', 'content-length: 1048577', '', ''),
];

const headerName = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-forwarded-for', '__proto__', 'constructor'),
  },
  { weight: 10, arbitrary: fc.stringMatching(/^[a-z-]{1,20}$/) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
);
const headerValue = fc.oneof(
  { weight: 10, arbitrary: fc.stringMatching(/^[!-~ ]{0,60}$/) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  {
    weight: 10,
    arbitrary: fc.constantFrom(
      '',
      '1e309',
      'NaN',
      '-1',
      `${Date.now() / 1000}`,
      'v1bder,AAAA',
      'v1bder,AA== '.repeat(500),
      '::ffff:192.0.2.1',
      ',,',
    ),
  },
);
const method = fc.oneof(
  fc.constant('POST'),
  fc.constantFrom('GET', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'get', 'X'.repeat(40)),
);
const target = fc.oneof(
  fc.constantFrom(
    '/event',
    '/lifecycle',
    '/canvas',
    '/webhook',
    '/health',
    '/health/live',
    '/health/ready',
    '/config',
    '/event?x=1',
    '//event',
  ),
  fc.string({ maxLength: 40 }).map((path) => `/${path}`),
  fc.webPath(),
);
const bodyText = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '{"message":null}',
    '{"message":{"type":{}}}',
    '{"__proto__":{"message":{"type":"v2.entry.created"}}}',
  ),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth)),
  fc.integer({ min: 1, max: 2_000 }).map((depth) => `{"message":${'{"type":'.repeat(depth)}1${'}'.repeat(depth)}}`),
  fc
    .record({
      type: fc.constantFrom('v2.entry.created', 'v2.canvas.userInteracted', 'toString', 'v2.app.installed'),
      resourceId: fc.anything(),
    })
    .map((message) => JSON.stringify({ message }, (_, value) => (typeof value === 'bigint' ? String(value) : value)) ?? ''),
);

/** Any request at all: lies about its length, headers that are none, bodies that are no JSON; one in eight signed, so that it gets further. */
export function hostileRequest(signer: KeyObject): fc.Arbitrary<HostileRequest> {
  const parts = {
    method,
    target,
    headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 6 }),
    body: bodyText,
    length: fc.oneof({ weight: 8, arbitrary: fc.constant('true') }, fc.constantFrom('none', 'short', 'long', 'chunked', 'word')),
    signed: fc.integer({ min: 0, max: 7 }).map((draw) => draw === 0),
    junk: fc.oneof({ weight: 9, arbitrary: fc.constant('') }, fc.string({ unit: 'binary', maxLength: 40 })),
  };
  const any = fc.record(parts).map(({ method, target, headers, body, length, signed, junk }) => {
    const bytes = Buffer.from(body);
    const framing = {
      true: `content-length: ${bytes.length}`,
      none: 'x-none: 1',
      short: `content-length: ${Math.max(0, bytes.length - 1)}`,
      long: `content-length: ${bytes.length + 1}`,
      chunked: 'transfer-encoding: chunked',
      word: 'content-length: many',
    }[length] as string;
    const own = signed ? Object.entries(signedHeaders(bytes, signer)) : headers;
    const head = [
      `${signed ? 'POST /webhook' : `${method} ${target}`} HTTP/1.1`,
      'host: example',
      'content-type: application/json',
      framing,
    ];
    const text = [...head, ...own.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
    const content =
      length === 'chunked' ? Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')]) : bytes;
    return { bytes: Buffer.concat([Buffer.from(text), content, Buffer.from(junk)]), ends: length === 'long' };
  });
  const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ bytes: Buffer.from(bytes), ends: true }));
  return fc.oneof({ weight: 8, arbitrary: any }, { weight: 1, arbitrary: noise }, { weight: 1, arbitrary: fc.constantFrom(...malformed) });
}

/** Sends so many requests, each on a connection of its own, a few at a time. The same seed sends the same, but for signatures. */
export async function attack(port: number, signer: KeyObject, count: number, seed: number): Promise<Onslaught> {
  const answers: Record<number, number> = {};
  const failures: Onslaught['failures'] = [];
  const arbitrary = hostileRequest(signer);
  for (let sent = 0; sent < count; sent += 1000) {
    const requests = fc.sample(arbitrary, { numRuns: Math.min(1000, count - sent), seed: seed + sent });
    const lane = async () => {
      for (let request = requests.pop(); request; request = requests.pop()) {
        const status = await exchange(port, request);
        answers[status] = (answers[status] ?? 0) + 1;
        if (status >= 500) failures.push({ status, sent: request.bytes.subarray(0, 2000).toString('base64') });
      }
    };
    await Promise.all(Array.from({ length: 16 }, lane));
  }
  return { answers, failures };
}

/** @returns the status of the first answer, 0 when there was none */
export function exchange(port: number, { bytes, ends = false }: HostileRequest): Promise<number> {
  return new Promise((resolve) => {
    let seen = '';
    const socket = connect(port, '127.0.0.1', () => (ends ? socket.end(bytes) : socket.write(bytes)));
    // Who waits for more gets no more; a connection that nothing comes of must end all the same.
    const patience = setTimeout(() => socket.end(), 500);
    const over = () => {
      clearTimeout(patience);
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(seen)?.[1] ?? 0));
    };
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1');
      if (seen.length >= 12) over();
    });
    socket.on('error', over);
    socket.on('close', over);
  });
}
