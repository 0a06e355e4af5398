import { type IncomingHttpHeaders, request } from 'node:http';
import { operations } from '../../../container/src/api.ts';
import { smokeExpectations } from '../../../container/src/config/expectations.ts';
import { exampleSecret } from '../builders.ts';
import { entryEvent, signedHeaders } from '../signing.ts';
import { type FakeAws, startAws } from './fake-aws.ts';
import { type FakeBenchling, p256, startBenchling } from './fake-benchling.ts';
import { bundleService, environmentOf, ServiceProcess } from './service-process.ts';

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service answered, as a test reads it.
  json: any;
}

let aws: FakeAws;
let benchling: FakeBenchling;
let service: ServiceProcess;
let bundle: { folder: string; remove(): void };
let base: string;

beforeAll(async () => {
  [aws, benchling, bundle] = await Promise.all([startAws(), startBenchling(), bundleService()]);
  aws.secret.text = JSON.stringify(exampleSecret({ webhook_allow_list: '192.0.2.0/24' }));
  service = new ServiceProcess(bundle.folder, environmentOf(aws, benchling, bundle.folder));
  base = await service.url();
  await service.line('config.resolved');
}, 20_000);

afterAll(async () => {
  await service.kill('SIGKILL');
  await Promise.all([aws.close(), benchling.close()]);
  bundle.remove();
});

function call(method: string, path: string, headers: Record<string, string> = {}, body?: string | Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${base}${path}`, { method, headers, agent: false }, (incoming) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => {
        const reply = { status: incoming.statusCode ?? 0, headers: incoming.headers, json: text && JSON.parse(text) };
        try {
          if (method !== 'HEAD') expectDocumented(method, path, reply);
          resolve(reply);
        } catch (error) {
          reject(error);
        }
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Every answer of a documented route is one of those that its document knows, to the last field. */
function expectDocumented(method: string, path: string, { status, json: body }: Reply): void {
  const operation = operations.find((known) => known.method === method && known.path === path);
  if (operation) {
    expect(Object.keys(operation.answers)).toContain(String(status));
    expect(operation.answers[status]!.body.safeParse(body).error).toBeUndefined();
  } else expect([400, 404, 405]).toContain(status);
}

const json = { 'content-type': 'application/json' };
const listed = { 'x-forwarded-for': '198.51.100.7, 192.0.2.9' };
const deliver = (body: string, headers: Record<string, string>, path = '/event') =>
  call('POST', path, { ...json, ...listed, ...headers }, body);

describe('the read-only routes', () => {
  it('show a healthy service with the version of its image', async () => {
    expect(await call('GET', '/health')).toMatchObject({
      status: 200,
      json: {
        status: 'healthy',
        service: 'benchling-webhook',
        version: '1.4.0',
        config_source: 'secrets-only-mode',
        config_version: 'example-version-1',
        checks: { config: 'ok', aws: 'ok', benchling: 'ok' },
      },
    });
    expect(await call('GET', '/health/live')).toMatchObject({ status: 200 });
    expect(await call('GET', '/health/ready')).toMatchObject({ status: 200, json: { status: 'ready' } });
  });

  it('show the configuration masked, and no secret', async () => {
    const { status, json: shown } = await call('GET', '/config');
    expect(status).toBe(200);
    expect(shown).toEqual({
      mode: 'secrets-only',
      region: 'eu-west-1',
      quilt: {
        catalog: 'catalog.example.com',
        database: 'example_database',
        bucket: 'example-bucket',
        queue_arn: 'arn:aws:sqs:eu-west-1:***3333:example-packager',
      },
      benchling: { tenant: 'example-tenant', client_id: '***t-id', has_app_definition: true },
      parameters: {
        pkg_prefix: 'benchling',
        pkg_key: 'experiment_id',
        log_level: 'INFO',
        enable_webhook_verification: true,
        webhook_allow_list_entries: 1,
      },
    });
  });

  it.each([
    ['GET', '/nowhere', 404, undefined],
    ['GET', '/health/', 404, undefined],
    ['GET', '/event', 405, 'POST'],
    ['POST', '/health', 405, 'GET, HEAD'],
    ['DELETE', '/config?x=1', 405, 'GET, HEAD'],
    ['OPTIONS', '/webhook', 405, 'POST'],
    ['PROPFIND', '/nowhere', 404, undefined],
    ['GET', '/%', 400, undefined],
  ])('answer %s %s with %i as JSON', async (method, path, status, allow) => {
    const reply = await call(method, path);
    expect(reply).toMatchObject({ status, json: { error: expect.any(String), message: expect.any(String) } });
    expect(Object.keys(reply.json)).toEqual(['error', 'message']);
    expect(reply.headers.allow).toBe(allow);
  });

  it('tell the load balancer to keep connections longer than it does itself', async () => {
    const response = await fetch(`${base}/health/live`);
    expect(response.headers.get('keep-alive')).toBe('timeout=65');
    await response.body?.cancel();
  });
});

describe('a real event', () => {
  const signed = (body: string, options = {}) => signedHeaders(body, benchling.signer.privateKey, options);

  it.each(['/event', '/lifecycle', '/canvas', '/webhook'])('is acknowledged at %s', async (path) => {
    const body = entryEvent();
    expect(await deliver(body, signed(body), path)).toMatchObject({ status: 202, json: { status: 'acknowledged' } });
  });

  it('is acknowledged only once the queue has it, by its ids and without its body', async () => {
    const body = entryEvent({ resourceId: 'etr_queued', example: 'example private' });
    await deliver(body, signed(body, { id: 'msg_queued' }));
    const message = aws.queue.all.find(({ groupId }) => groupId === 'etr_queued');
    expect(message).toMatchObject({ deduplicationId: 'msg_queued' });
    expect(JSON.parse(message?.body ?? '')).toEqual({
      format: 1,
      webhookId: 'msg_queued',
      type: 'v2.entry.created',
      task: { kind: 'package-entry', entryId: 'etr_queued' },
      acceptedAt: expect.stringMatching(/^20\d\d-.*Z$/),
    });
  });

  it.each([
    ['is down', { status: 500, code: 'InternalError', message: 'try again' }],
    ['throttles', { status: 400, code: 'RequestThrottled', message: 'too fast' }],
    ['refuses', { status: 403, code: 'AccessDenied', message: 'no identity-based policy allows it' }],
  ])('is not acknowledged while the queue %s, and taken when it comes again', async (_, failure) => {
    const body = entryEvent();
    const headers = signed(body);
    aws.failures['SendMessageBatch'] = failure;
    const refused = await deliver(body, headers);
    aws.failures = {};
    expect(refused).toMatchObject({ status: 503, json: { error: 'QueueUnavailable' }, headers: { 'retry-after': '5' } });
    expect(await deliver(body, headers)).toMatchObject({ status: 202 });
    expect(aws.queue.all.filter(({ deduplicationId }) => deduplicationId === headers['webhook-id'])).toHaveLength(1);
  });

  it.each(['v2.app.installed', 'v2.app.deactivated'])('of type %s is noted, and queued for nobody', async (type) => {
    const before = aws.queue.all.length;
    const body = entryEvent({ type });
    expect(await deliver(body, signed(body), '/lifecycle')).toMatchObject({ status: 202, json: { status: 'acknowledged' } });
    expect(aws.queue.all).toHaveLength(before);
  });

  it('of a type that nobody asked for is ignored', async () => {
    const body = entryEvent({ type: 'v2.request.created' });
    expect(await deliver(body, signed(body))).toMatchObject({ status: 202, json: { status: 'ignored' } });
  });

  it('without an entry id is refused, never mapped to another entry', async () => {
    const body = entryEvent({ resourceId: undefined });
    expect(await deliver(body, signed(body))).toMatchObject({ status: 400, json: { error: 'BadRequest' } });
  });

  it('is processed once when it is delivered twice', async () => {
    const body = entryEvent();
    const headers = signed(body, { id: 'msg_twice' });
    expect(await deliver(body, headers)).toMatchObject({ status: 202 });
    expect(await deliver(body, headers)).toMatchObject({ status: 202 });
    expect(service.lines.filter((line) => line['webhookId'] === 'msg_twice' && line['event'] === 'webhook.acknowledged')).toHaveLength(1);
  });

  it('from an address off the allow list is forbidden, whatever the caller says about itself', async () => {
    const body = entryEvent();
    for (const forwarded of ['192.0.2.9, 198.51.100.7', '198.51.100.7', 'example', '']) {
      const reply = await deliver(body, { ...signed(body), 'x-forwarded-for': forwarded });
      expect(reply).toMatchObject({ status: 403, json: { error: 'Forbidden' } });
    }
  });

  it('leaves no trace of its body or signature in the log', async () => {
    const body = entryEvent({ example7private: 'example7private' });
    const headers = signed(body);
    await deliver(body, headers);
    await deliver(`${body} `, headers);
    expect(service.text).not.toContain('example7private');
    expect(service.text).not.toContain(headers['webhook-signature']?.slice(7, 30));
    for (const secret of ['example-client-secret', 'example-token']) expect(service.text).not.toContain(secret);
  });
});

describe('a body that cannot be taken', () => {
  it('is 415 when it is not JSON', async () => {
    expect(await call('POST', '/event', { 'content-type': 'text/plain' }, 'x')).toMatchObject({
      status: 415,
      json: { error: 'UnsupportedMediaType' },
    });
    expect(await call('POST', '/event', {}, 'x')).toMatchObject({ status: 415 });
  });

  it('is 413 above 1 MiB, and weighed at exactly 1 MiB', async () => {
    expect(await call('POST', '/event', json, Buffer.alloc(1024 * 1024 + 1, 32))).toMatchObject({
      status: 413,
      json: { error: 'PayloadTooLarge' },
    });
    expect(await call('POST', '/event', json, Buffer.alloc(1024 * 1024, 32))).toMatchObject({ status: 401 });
  });

  it('is 400 when it is signed and still no event', async () => {
    for (const body of ['{', '[]', '{"message":{}}']) {
      expect(await deliver(body, signedHeaders(body, benchling.signer.privateKey))).toMatchObject({ status: 400 });
    }
  });
});

describe('the sample webhook', () => {
  const { sample, refusals } = smokeExpectations();
  const body = JSON.stringify(sample.envelope)
    .replaceAll('{tenant}', 'example-tenant')
    .replaceAll('{id}', '1')
    .replaceAll('{now}', new Date().toISOString());
  const post = (headers: Record<string, string>, text = body) => call(sample.method, sample.path, { ...json, ...headers }, text);

  it('runs dry from anywhere, and reports everything that a real event needs', async () => {
    aws.calls.length = 0;
    const reply = await post(signedHeaders(body, aws.sampleKey.privateKey));
    expect([reply.status, reply.json.checks]).toMatchObject([sample.status, {}]);
    for (const { path, equals } of sample.fields) {
      const seen = path.split('.').reduce((value, key) => value?.[key], reply.json);
      expect([path, seen]).toEqual([path, 'value' in equals && equals.value]);
    }
    // The worker asks for events all the time; what a sample does is the rest, and no part of it writes.
    const asked = aws.calls.filter((call) => !/^(ReceiveMessage|GetPublicKey)/.test(call));
    expect(asked.sort()).toEqual(['GetQueueAttributes', 'GetQueueAttributes', 'HeadBucket:/example-bucket/']);
  });

  it('is verified with the key under the alias that follows from the name of the secret', () => {
    expect(service.lines.filter((line) => line['event'] === 'sample.key.unavailable')).toEqual([]);
    expect(benchling.calls).toContain('GET example-tenant.benchling.com/api/v2/entries/etr_example');
  });

  it('is refused in each of the four ways that a pipeline tries', async () => {
    const headers = signedHeaders(body, aws.sampleKey.privateKey);
    const attempts: Record<string, () => Promise<Reply>> = {
      unsigned: () => post({}),
      stranger: () => post(signedHeaders(body, p256().privateKey)),
      expired: () => post(signedHeaders(body, aws.sampleKey.privateKey, { timestamp: String(Date.now() / 1000 - 3600) })),
      changed: () => post(headers, body.replace('etr_sample', 'etr_other')),
    };
    for (const { name, status, fields } of refusals) {
      const reply = await attempts[name]?.();
      expect([name, reply?.status]).toEqual([name, status]);
      for (const { path, equals } of fields) expect(reply?.json[path]).toBe('value' in equals && equals.value);
    }
  });

  it('fails, saying what is out of reach, when the service could not do its work', async () => {
    aws.failures['GetQueueAttributes'] = { status: 403, code: 'AccessDenied', message: 'no identity-based policy allows it' };
    benchling.failures.entries = 403;
    const reply = await post(signedHeaders(body, aws.sampleKey.privateKey));
    aws.failures = {};
    benchling.failures = {};
    expect(reply).toMatchObject({
      status: 503,
      json: {
        status: 'failed',
        dry_run: true,
        checks: { route: 'ok', entry: 'BenchlingError', queue: 'AccessDenied', bucket: 'ok', key_set: 'ok' },
      },
    });
  });
});
