import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { smokeExpectations } from '../../container/src/config/index.ts';
import { HostUnusable } from '../../steps/contract/errors.ts';
import type { HttpAnswer, HttpClient } from '../../steps/contract/ports.ts';
import { type SmokeTestPorts, smokeTest } from '../../steps/smoke-test.ts';
import { exampleStackArn } from '../container/builders.ts';
import { image } from './builders.ts';
import { config, inspection, minute, release, stage } from './incidents.ts';
import { awsError, clockAt, memoryObjects } from './ports.ts';

type Request = Parameters<HttpClient['request']>[0];

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const url = inspection.foundation.ServiceUrl;
const json = (status: number, body: object, milliseconds = 20): HttpAnswer => ({ status, body: JSON.stringify(body), milliseconds });

/** Answers of the service that is in order, by path. */
const health = {
  status: 'healthy',
  service: 'benchling-webhook',
  version: '1.4.0',
  config_source: 'secrets-only-mode',
  checks: { config: 'ok', aws: 'ok', benchling: 'ok' },
};
const shown = {
  mode: 'secrets-only',
  region: 'eu-west-1',
  quilt: {
    catalog: config.catalog,
    database: config.database,
    bucket: config.bucket,
    queue_arn: 'arn:aws:sqs:eu-west-1:***3333:example-packager',
  },
  benchling: { tenant: config.tenant, has_app_definition: true },
  parameters: { enable_webhook_verification: true },
};
const acknowledged = {
  status: 'acknowledged',
  dry_run: true,
  checks: { route: 'ok', entry: 'ok', queue: 'ok', bucket: 'ok', key_set: 'ok' },
};
const refused = json(401, { error: 'Webhook verification failed' });

/** What the service would say of a webhook, as Benchling signs them. */
function verdict({ headers = {}, body = '' }: Request): 'accepted' | 'unsigned' | 'expired' | 'forged' {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
  if (!signature) return 'unsigned';
  if (Math.abs(Date.parse(minute(10)) / 1000 - Number(timestamp)) > 300) return 'expired';
  const der = Buffer.from(signature.replace(/^v1bder,/, ''), 'base64');
  return verify('sha256', Buffer.from(`${id}.${timestamp}.${body}`), key.publicKey, der) ? 'accepted' : 'forged';
}

type Answers = Record<string, (request: Request) => HttpAnswer>;
const inOrder: Answers = {
  '/health/live': () => json(200, {}),
  '/health/ready': () => json(200, { status: 'ready' }),
  '/health': () => json(200, health),
  '/config': () => json(200, shown),
  '/event': (request) => (verdict(request) === 'accepted' ? json(202, acknowledged) : refused),
};

function test(answers: Answers = {}, ports: Partial<SmokeTestPorts> = {}) {
  const asked: Request[] = [];
  const result = smokeTest(
    { release, stage: { ...stage, quiltStackArn: exampleStackArn }, image, inspection, config },
    {
      objects: memoryObjects({ [`${image.artefacts.prefix}/smoke-expectations.json`]: smokeExpectations() }),
      clock: clockAt(minute(10)),
      signer: { sign: async (_, message) => sign('sha256', Buffer.from(message), key.privateKey) },
      http: {
        async request(request) {
          asked.push(request);
          return { ...inOrder, ...answers }[new URL(request.url).pathname]!(request);
        },
      },
      ...ports,
    },
  );
  return { asked, result };
}
/** What the machine makes of the answers: the error's name, and its text. */
const fails = (answers: Answers) =>
  expect(test(answers).result.then(({ failure }) => failure && { name: failure.cause, message: failure.sentence })).resolves;

it('passes when the service does all that its version promises', async () => {
  const { checks, failure } = await test().result;
  expect(failure).toBeNull();
  expect(checks.map(({ name }) => name)).toEqual([
    '/health/live',
    '/health/ready',
    '/health',
    '/config',
    'signed webhook',
    'unsigned webhook',
    'stranger webhook',
    'expired webhook',
    'changed webhook',
  ]);
  expect(checks.every(({ passed }) => passed)).toBe(true);
});

it('asks the service at its own address, and sends events that always run dry', async () => {
  const { asked, result } = test();
  await result;
  expect(asked.every((request) => request.url.startsWith(`${url}/`))).toBe(true);
  const [event] = asked.filter(({ method }) => method === 'POST');
  expect(JSON.parse(event?.body ?? '')).toMatchObject({
    baseURL: `https://${config.tenant}.benchling.com`,
    message: { id: expect.stringMatching(/^evt_[0-9a-f]{32}$/), createdAt: minute(10) },
  });
});

it('tries four webhooks that must be refused, each wrong in one way', async () => {
  const { asked, result } = test();
  await result;
  expect(asked.filter(({ method }) => method === 'POST').map(verdict)).toEqual(['accepted', 'unsigned', 'forged', 'expired', 'forged']);
});

it('signs with the sample key of the stage', async () => {
  const aliases = new Set<string>();
  const { result } = test(
    {},
    {
      signer: {
        async sign(alias, message) {
          aliases.add(alias);
          return sign('sha256', Buffer.from(message), key.privateKey);
        },
      },
    },
  );
  await result;
  expect([...aliases]).toEqual([inspection.foundation.SampleKeyAlias]);
});

it('keeps the transcript of a test that failed: what passed, what did not, and how long each took', async () => {
  const { checks, failure } = await test({ '/config': () => json(500, {}, 7) }).result;
  expect(failure?.cause).toBe('SmokeConfigMismatch');
  expect(checks).toHaveLength(9);
  expect(checks.filter(({ passed }) => !passed)).toEqual([
    { name: '/config', passed: false, expected: 'status 200', seen: 'status 500', milliseconds: 7 },
  ]);
});

describe('another version', () => {
  it.each([
    ['serves', { ...health, version: '1.3.0' }, 'version = "1.3.0"'],
    ['serves with a v', { ...health, version: 'v1.4.0' }, 'version = "v1.4.0"'],
    ['tells none', { ...health, version: undefined }, 'version = absent'],
  ])('fails the test when it %s', async (_, body, seen) => {
    await fails({ '/health': () => json(200, body) }).toMatchObject({
      name: 'SmokeVersionMismatch',
      message: `1 of 9 smoke checks failed. /health: expected version = 1.4.0; seen ${seen}`,
    });
  });

  it('explains every other difference', async () => {
    await fails({
      '/health': () => json(200, { ...health, version: '1.3.0' }),
      '/config': () => json(500, {}),
      '/event': () => json(404, {}),
    }).toMatchObject({ name: 'SmokeVersionMismatch', message: expect.stringContaining('7 of 9 smoke checks failed') });
  });
});

describe('an answer that is not the exact one', () => {
  it.each([404, 403, 500, 503, 204, 301])('fails a probe: %i', async (status) => {
    await fails({ '/health': () => json(status, health) }).toMatchObject({
      name: 'HealthCheckFailed',
      message: expect.stringContaining(`/health: expected status 200; seen status ${status}`),
    });
    await fails({ '/health/live': () => json(status, {}) }).toMatchObject({ name: 'HealthCheckFailed' });
    await fails({ '/config': () => json(status, shown) }).toMatchObject({ name: 'SmokeConfigMismatch' });
    await fails({ '/event': (request) => (verdict(request) === 'accepted' ? json(status, acknowledged) : refused) }).toMatchObject({
      name: 'SmokeWebhookFailed',
    });
  });

  it('fails a probe whose body is no JSON', async () => {
    await fails({ '/health/ready': () => ({ status: 200, body: '<html>ready</html>', milliseconds: 5 }) }).toMatchObject({
      name: 'HealthCheckFailed',
      message: expect.stringContaining('expected status = ready; seen status = absent'),
    });
  });

  it.each([
    ['the configuration is an older one', { ...health, checks: { ...health.checks, config: 'last-good' } }],
    ['a check is wanting', { ...health, checks: null }],
    ['it is degraded', { ...health, status: 'degraded' }],
  ])('fails the health probe when %s', async (_, body) => {
    await fails({ '/health': () => json(200, body) }).toMatchObject({ name: 'HealthCheckFailed' });
  });

  it('fails when the service does not answer', async () => {
    const silent = () => {
      throw new Error('GET /health: no answer within 10 s');
    };
    await fails({ '/health': silent }).toMatchObject({
      name: 'HealthCheckFailed',
      message: expect.stringContaining('/health: expected status 200; seen GET /health: no answer within 10 s'),
    });
  });
});

describe('an address that cannot be called', () => {
  const refuse = () => {
    throw new HostUnusable('service.example.com cannot be called: certificate has expired (CERT_HAS_EXPIRED)');
  };

  it('fails every check, and is the cause of it all', async () => {
    const all = Object.fromEntries(Object.keys(inOrder).map((path) => [path, refuse]));
    await fails(all).toMatchObject({
      name: 'AddressUnusable',
      message: expect.stringContaining(
        '9 of 9 smoke checks failed. /health/live: expected status 200; seen service.example.com cannot be called',
      ),
    });
  });

  it('explains another version that one check still met', async () => {
    await fails({ '/health': () => json(200, { ...health, version: '1.3.0' }), '/config': refuse }).toMatchObject({
      name: 'AddressUnusable',
    });
  });
});

describe('a configuration that was not validated', () => {
  it.each([
    ['tenant', { ...shown, benchling: { ...shown.benchling, tenant: 'other' } }],
    ['bucket', { ...shown, quilt: { ...shown.quilt, bucket: 'other-bucket' } }],
    ['queue of another account', { ...shown, quilt: { ...shown.quilt, queue_arn: 'arn:aws:sqs:eu-west-1:***9999:example-packager' } }],
    ['queue that is not masked', { ...shown, quilt: { ...shown.quilt, queue_arn: 'arn:aws:sqs:eu-west-1:111122223333:example-packager' } }],
    ['verification that is off', { ...shown, parameters: { enable_webhook_verification: false } }],
    ['truth that is a word', { ...shown, benchling: { ...shown.benchling, has_app_definition: 'true' } }],
  ])('fails the test: %s', async (_, body) => {
    await fails({ '/config': () => json(200, body) }).toMatchObject({ name: 'SmokeConfigMismatch' });
  });
});

describe('webhooks', () => {
  const event = (answer: (of: ReturnType<typeof verdict>) => HttpAnswer): Answers => ({ '/event': (request) => answer(verdict(request)) });
  const otherwise = (of: string) => (of === 'accepted' ? json(202, acknowledged) : refused);

  it.each(['unsigned', 'expired', 'forged'])('must be refused when they are %s', async (kind) => {
    await fails(event((of) => (of === kind ? json(202, acknowledged) : otherwise(of)))).toMatchObject({
      name: 'SmokeVerificationOff',
      message: expect.stringContaining('webhook: expected status 401; seen status 202'),
    });
  });

  it.each([400, 403, 404, 500])('are not refused by %i: something else did', async (status) => {
    await fails(event((of) => (of === 'unsigned' ? json(status, {}) : otherwise(of)))).toMatchObject({ name: 'SmokeVerificationOff' });
  });

  it('are not refused by any 401 alone', async () => {
    await fails(event((of) => (of === 'unsigned' ? json(401, { error: 'Unauthorized' }) : otherwise(of)))).toMatchObject({
      name: 'SmokeVerificationOff',
    });
  });

  it('must be accepted in time', async () => {
    const answered = (milliseconds: number) => event((of) => (of === 'accepted' ? json(202, acknowledged, milliseconds) : refused));
    await fails(answered(3001)).toMatchObject({
      name: 'SmokeWebhookFailed',
      message: expect.stringContaining('expected an answer within 3000 ms; seen answered after 3001 ms'),
    });
    expect((await test(answered(3000)).result).checks).toHaveLength(9);
  });

  it('must find all that they need', async () => {
    const body = { ...acknowledged, checks: { ...acknowledged.checks, queue: 'denied' } };
    await fails(event((of) => (of === 'accepted' ? json(202, body) : refused))).toMatchObject({
      name: 'SmokeWebhookFailed',
      message: expect.stringContaining('checks.queue = ok; seen checks.queue = "denied"'),
    });
  });

  it('must not be carried out', async () => {
    const body = { ...acknowledged, dry_run: false };
    await fails(event((of) => (of === 'accepted' ? json(202, body) : refused))).toMatchObject({ name: 'SmokeWebhookFailed' });
  });

  it('that are all accepted are worse than one that is not', async () => {
    await fails(event((of) => (of === 'accepted' ? json(500, {}) : json(202, acknowledged)))).toMatchObject({
      name: 'SmokeVerificationOff',
    });
  });
});

describe('what the test cannot do', () => {
  it('is no verdict when the sample cannot be signed', async () => {
    const signer = { sign: () => Promise.reject(awsError('DisabledException', 'the key is disabled')) };
    await expect(test({}, { signer }).result).rejects.toMatchObject({ name: 'DisabledException' });
  });

  it('is no verdict when the build left no expectations', async () => {
    await expect(test({}, { objects: memoryObjects() }).result).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('refuses expectations of a format that it does not know', async () => {
    const objects = memoryObjects({ [`${image.artefacts.prefix}/smoke-expectations.json`]: { ...smokeExpectations(), format: 2 } });
    await expect(test({}, { objects }).result).rejects.toThrow(/format/);
  });

  it('refuses a Quilt stack that it cannot take a region from', async () => {
    const input = { release, stage: { ...stage, quiltStackArn: 'arn:aws:s3:::example' }, image, inspection, config };
    const { objects, ...others } = {
      objects: memoryObjects({ [`${image.artefacts.prefix}/smoke-expectations.json`]: smokeExpectations() }),
      clock: clockAt(minute(10)),
      signer: { sign: async () => new Uint8Array() },
      http: { request: async () => json(200, {}) },
    };
    await expect(smokeTest(input, { objects, ...others })).rejects.toThrow('arn:aws:s3:::example');
  });
});
