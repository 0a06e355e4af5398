import { Agent, request } from 'node:http';
import { exampleSecret } from '../builders.ts';
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
}, 20_000);

beforeEach(async () => {
  aws = await startAws();
});

afterEach(async () => {
  benchling.failures = {};
  await Promise.all(started.splice(0).map((service) => service.kill('SIGKILL')));
  await aws.close();
});

afterAll(async () => {
  await benchling.close();
  bundle.remove();
});

function start(changes: Record<string, string> = {}): ServiceProcess {
  const service = new ServiceProcess(bundle.folder, { ...environmentOf(aws, benchling, bundle.folder), ...changes });
  started.push(service);
  return service;
}

const without = (key: string) => JSON.stringify(exampleSecret({ [key]: undefined }));

describe('a start that cannot work', () => {
  it.each<[string, (fake: FakeAws) => void, Record<string, string>, string, string[]]>([
    [
      'without its two variables',
      () => {},
      { QuiltStackARN: '', BenchlingSecret: '' },
      'EnvironmentInvalid',
      ['QuiltStackARN', 'BenchlingSecret'],
    ],
    [
      'with a stack of no region',
      () => {},
      { QuiltStackARN: 'arn:aws:cloudformation::111122223333:stack/a/b' },
      'EnvironmentInvalid',
      ['QuiltStackARN'],
    ],
    [
      'when the secret lacks a key',
      (fake) => {
        fake.secret.text = without('app_definition_id');
      },
      {},
      'SecretKeyMissing',
      ['app_definition_id'],
    ],
    [
      'when the secret is empty',
      (fake) => {
        fake.secret.text = '{}';
      },
      {},
      'SecretEmpty',
      [],
    ],
    [
      'when a value breaks its rule',
      (fake) => {
        fake.secret.text = JSON.stringify(exampleSecret({ enable_webhook_verification: false }));
      },
      {},
      'SecretValueInvalid',
      ['enable_webhook_verification'],
    ],
    [
      'when the stack lacks outputs',
      (fake) => {
        fake.outputs = { QuiltWebHost: 'a.example.com' };
      },
      {},
      'QuiltOutputMissing',
      ['UserAthenaDatabaseName', 'PackagerQueueUrl'],
    ],
    [
      'when the secret was created but never filled',
      (fake) => {
        const message = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
        fake.failures['GetSecretValue'] = { status: 400, code: 'ResourceNotFoundException', message };
      },
      {},
      'SecretEmpty',
      [],
    ],
    [
      'when there is no such secret',
      (fake) => {
        fake.failures['GetSecretValue'] = {
          status: 400,
          code: 'ResourceNotFoundException',
          message: "Secrets Manager can't find the specified secret.",
        };
      },
      {},
      'SecretNotFound',
      [],
    ],
    [
      'when there is no such stack',
      (fake) => {
        fake.failures['DescribeStacks'] = { status: 400, code: 'ValidationError', message: 'Stack with id example does not exist' };
      },
      {},
      'QuiltStackNotFound',
      [],
    ],
  ])('%s says why in one line and exits 78', async (_, prepare, changes, cause, keys) => {
    prepare(aws);
    const service = start(changes);
    expect(await service.exited).toBe(78);
    const invalid = service.text
      .split('\n')
      .filter((line) => line.startsWith(`{"event":"config.invalid","cause":"${cause}","keys":${JSON.stringify(keys)},`));
    expect(invalid).toHaveLength(1);
    expect(service.text).not.toContain('example-client-secret');
  });

  it('keeps the words of AWS that name the missing right', async () => {
    const message =
      'User: arn:aws:sts::111122223333:assumed-role/example/task is not authorized to perform: secretsmanager:GetSecretValue on resource: example';
    aws.failures['GetSecretValue'] = { status: 400, code: 'AccessDeniedException', message };
    const service = start();
    expect(await service.exited).toBe(78);
    expect(await service.line('config.invalid')).toMatchObject({ cause: 'PermissionDenied', message: `AccessDeniedException: ${message}` });
  });

  it('on a taken port is a crash, told apart from a wrong configuration', async () => {
    const service = start({ PORT: new URL(aws.endpoint).port, HOST: '127.0.0.1' });
    expect(await service.exited).toBe(1);
    expect(await service.line('crash')).toMatchObject({ level: 'fatal', msg: expect.stringContaining('EADDRINUSE') });
  });
});

describe('a start that has to wait', () => {
  it('is alive but never ready until AWS answers, then ready without a restart', async () => {
    aws.failures['GetSecretValue'] = { status: 500, code: 'InternalServiceError', message: 'try again' };
    const service = start();
    const base = await service.url();
    await service.line('config.retry');
    expect((await fetch(`${base}/health/live`)).status).toBe(200);
    for (const path of ['/health/ready', '/health', '/config']) expect([path, (await fetch(`${base}${path}`)).status]).toEqual([path, 503]);
    const event = await fetch(`${base}/event`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(event.status).toBe(503);
    aws.failures = {};
    await service.line('config.resolved');
    expect((await fetch(`${base}/health/ready`)).status).toBe(200);
  }, 15_000);
});

describe('a service whose surroundings fail', () => {
  it('stays ready without Benchling, and says what is wrong', async () => {
    benchling.failures = { token: 401, keySet: 500 };
    const service = start();
    const base = await service.url();
    await service.line('config.resolved');
    expect((await fetch(`${base}/health/ready`)).status).toBe(200);
    const health = await fetch(`${base}/health`);
    expect([health.status, await health.json()]).toMatchObject([
      503,
      { status: 'unhealthy', checks: { config: 'ok', aws: 'ok', benchling: 'BenchlingError' } },
    ]);
    const body = entryEvent();
    const headers = { 'content-type': 'application/json', ...signedHeaders(body, benchling.signer.privateKey) };
    const event = await fetch(`${base}/event`, { method: 'POST', headers, body });
    expect([event.status, await event.json()]).toMatchObject([503, { error: 'KeySetUnavailable' }]);
  });
});

describe('SIGTERM', () => {
  it('lets an accepted request finish and exits 0', async () => {
    const service = start();
    const base = await service.url();
    await service.line('config.resolved');
    const body = entryEvent();
    const headers = {
      'content-type': 'application/json',
      'content-length': String(body.length),
      ...signedHeaders(body, benchling.signer.privateKey),
    };
    const agent = new Agent({ keepAlive: true });
    const outgoing = request(`${base}/event`, { method: 'POST', headers, agent });
    const answered = new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      outgoing.on('response', (response) => resolve([response.resume().statusCode, response.headers.connection]));
      outgoing.on('error', reject);
    });
    // Half a request is on its way when the signal comes: the service has it once it answers another one on a later connection.
    await new Promise<void>((resolve) => outgoing.write(body.slice(0, 10), () => resolve()));
    await fetch(`${base}/health/live`, { headers: { connection: 'close' } });
    const exited = service.kill('SIGTERM');
    await service.line('stopping');
    outgoing.end(body.slice(10));
    expect(await answered).toEqual([202, 'close']);
    expect(await exited).toBe(0);
    expect(service.lines.at(-1)).toMatchObject({ event: 'stopped' });
    agent.destroy();
  });
});
