import fc from 'fast-check';
import { image, ourTaskDefinition } from './builders.ts';
import { answers, collect, denied, json, never, quick, type World } from './collect-world.ts';
import { fakeSecrets } from './fakes.ts';
import {
  crashed,
  failure,
  incident,
  inspection,
  minute,
  serviceDeploymentArn,
  serviceView,
  serving,
  stackEvent,
  stackView,
  thrown,
} from './incidents.ts';
import { awsError } from './ports.ts';

describe('CollectDiagnostics and secrets', () => {
  const planted = { client_id: 'example-client-id', client_secret: 'example-client-secret' };
  const secrets = fakeSecrets(JSON.stringify({ tenant: 'example', ...planted, log_level: 'INFO' }));
  const said = `config ${JSON.stringify(planted)} level INFO`;
  const everywhere: World = {
    secrets,
    stacks: {
      describe: async () => stackView('UPDATE_FAILED', { reason: said }),
      events: async () => [stackEvent({ reason: said })],
    },
    services: {
      describe: async () => serviceView({ events: [{ at: minute(7), message: said }] }),
      deployment: async () => ({ arn: serviceDeploymentArn, status: 'IN_PROGRESS', reason: said }),
      tasks: async () => [
        crashed({ stoppedReason: said }),
        serving({ containers: [{ name: 'webhook', exitCode: null, reason: said, image: '', digest: '', lastStatus: '' }] }),
      ],
      taskDefinition: async () => ourTaskDefinition({ normalised: said }),
    },
    logs: { tail: async () => [{ at: minute(7), line: said }], page: async () => ({ lines: [{ at: minute(7), line: said }], next: null }) },
    targetHealth: { describe: () => Promise.reject(awsError('ValidationError', said)) },
  };
  const telling = incident({
    failure: { ...failure, cause: thrown('Error', said) },
    smoke: { checks: [{ name: '/config', passed: false, expected: '', seen: said, milliseconds: 1 }], failure: null },
  });

  it('writes none of them, from whatever source they come', async () => {
    const { objects, answer } = await collect(telling, everywhere);
    const all = [...objects.stored.values(), JSON.stringify(answer)].join('\n');
    for (const value of Object.values(planted)) expect(all).not.toContain(value);
    expect(all).toContain('[redacted:client_secret]');
    expect(all).toContain('level INFO');
  });

  it('takes out what has the shape of one when the secret cannot be read, and says so in the manifest', async () => {
    const { objects, manifest } = await collect(telling, { ...everywhere, secrets: { read: denied } });
    expect(manifest?.redaction).toBe('patterns');
    expect([...objects.stored.values()].join('\n')).not.toContain(planted.client_secret);
  });

  it('waits for the secret for its own deadline only', async () => {
    const { manifest } = await collect(incident(), { secrets: { read: never } }, { ...quick, secret: 5 });
    expect(manifest?.redaction).toBe('patterns');
  });

  it("leaves the stage's own names alone: a secret's name written as its value is the evidence", async () => {
    const { objects } = await collect(incident({ failure: { ...failure, cause: 'client_secret is example/staging/benchling' } }), {
      secrets: fakeSecrets('{"client_secret":"example/staging/benchling"}'),
    });
    expect(json(objects, 'failure.json').failure.cause).toBe('client_secret is example/staging/benchling');
    expect(inspection.foundation.SampleKeyAlias).toContain('example/staging/benchling');
  });
});

describe('CollectDiagnostics, whatever the secrets and wherever they stand', () => {
  /** A credential as an issuer makes it. */
  const credential = fc.stringMatching(/^[A-Za-z0-9+/=_.~"\\%& -]{8,40}$/).map((text) => `exampleQ7${text}`);
  const token = fc.constantFrom(
    `eyJhbGciOiJFUzI1NiJ9.${Buffer.from('{"sub":"planted"}').toString('base64url')}.c2lnbmF0dXJlUGxhbnRlZA`,
    `Bearer ${'RXhhbXBsZTEyMzQ1Njc4OTA'.repeat(2)}`,
    'AKIAEXAMPLEEXAMPLE12',
    `v1bder,MEUC${'RXhhbXBsZTEyMzQ1Njc4OTA'.repeat(2)}==`,
    'https://example.s3.amazonaws.com/k?X-Amz-Credential=EX%2F1&X-Amz-Signature=fedc0ba987654321fedc',
    `-----BEGIN EC PRIVATE KEY-----\n${'RXhhbXBsZTEyMzQ1Njc4OTA'.repeat(2)}\n-----END EC PRIVATE KEY-----`,
  );
  /** What of a planted text must nowhere be found. */
  const core = (text: string) =>
    /eyJ[^.]+\.[^.]+|(?<=Bearer )\S+|AKIA\w+|(?<=v1bder,)\S+|(?<=Signature=)\w+|RXhhbXBs\w+/.exec(text)?.[0] ?? text;
  const forms: readonly ((value: string) => string)[] = [
    (value) => value,
    (value) => JSON.stringify({ said: value }),
    encodeURIComponent,
    (value) => Buffer.from(`a${value}`).toString('base64'),
    (value) => Buffer.from(`ab:${value}`).toString('base64url'),
  ];
  const harmless = [
    'commit 0123456789abcdef0123456789abcdef01234567',
    `sha256:${'0123456789abcdef'.repeat(4)}`,
    'arn:aws:ecs:us-east-1:111122223333:task/example/0123456789abcdef0123456789abcdef',
    '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    'level INFO enabled true',
  ];

  /** Every port says it, in every text that it may; the log says it across the ends of two pages, too. */
  function world(said: string, current: object, previous: object): World {
    const task = crashed({
      stoppedReason: said,
      containers: [{ name: 'webhook', exitCode: 1, reason: said, image: said, digest: '', lastStatus: '' }],
    });
    const half = Math.floor(said.length / 2);
    const line = said.replaceAll('\n', ' ').length === said.length && !said.includes('\n') ? said : said.split('\n').join('\\n');
    const first = `${'x '.repeat(8_192)}`.slice(0, 16_384 - half) + line.slice(0, half);
    return {
      secrets: fakeSecrets(JSON.stringify(current)),
      secretHistory: {
        describe: async () => ({ ...(await answers.secretHistory.describe()), arn: said }),
        version: async (_name, label) => (label === 'AWSPREVIOUS' ? JSON.stringify(previous) : null),
      },
      stacks: {
        describe: async () => stackView('UPDATE_FAILED', { reason: said, outputs: { said } }),
        events: async () => [stackEvent({ reason: said })],
      },
      services: {
        describe: async () => serviceView({ events: [{ at: minute(7), message: said }] }),
        deployment: async () => ({ arn: serviceDeploymentArn, status: 'IN_PROGRESS', reason: said }),
        tasks: async () => [task, serving({ stoppedReason: said })],
        taskDefinition: async () => ourTaskDefinition({ normalised: said, labels: { said } }),
      },
      logs: {
        tail: async () => [{ at: minute(7), line: said }],
        page: async (_group, _stream, after) =>
          after
            ? { lines: [{ at: minute(7), line: line.slice(half) }, ...harmless.map((text) => ({ at: minute(7), line: text }))], next: null }
            : {
                lines: [
                  { at: minute(7), line },
                  { at: minute(7), line: first },
                ],
                next: 'second',
              },
      },
      targetHealth: {
        describe: async () => [{ target: '10.0.0.1:8080', state: 'unhealthy', reason: 'Target.Timeout', description: said }],
      },
      healthChecks: { check: () => Promise.reject(awsError('ValidationError', said)) },
      network: {
        ...answers.network,
        securityGroups: () => Promise.reject(awsError('ValidationError', said)),
        ofService: async () => ({ subnets: [said], securityGroups: ['sg-1'] }),
      },
      images: { manifest: async (_name, imageDigest) => ({ ...(await answers.images.manifest('', imageDigest)), tags: [said] }) },
      denials: {
        ofSession: async () => [
          { at: minute(7), who: ':assumed-role/StagingService-TaskRole', action: 'x', code: 'AccessDenied', message: said },
        ],
      },
    };
  }

  it('keeps none of them in the whole bundle, and every harmless look-alike', async () => {
    await fc.assert(
      fc.asyncProperty(credential, credential, token, fc.nat(), async (current, previous, shape, pick) => {
        const form = forms[pick % forms.length]!;
        const said = [form(current), form(previous), shape].join(' and ');
        const of = incident({
          image,
          failure: { ...failure, cause: thrown('Error', said) },
          smoke: { checks: [{ name: '/config', passed: false, expected: '', seen: said, milliseconds: 1 }], failure: null },
        });
        const planted = world(said, { client_secret: current, log_level: 'INFO' }, { client_secret: previous });
        const { objects, answer, manifest } = await collect(of, planted, { ...quick, secret: 2_000, second: 500, cap: 20_000 });
        const all = [...objects.stored.values(), JSON.stringify(answer)].join('\n');
        for (const secret of [form(current), form(previous), core(shape)]) expect(all.includes(secret)).toBe(false);
        expect(all).toContain('[redacted:client_secret]');
        for (const text of harmless) expect(all).toContain(text);
        const kept = new Set(manifest?.objects.map(({ source }) => source));
        for (const source of [
          'task-log',
          'failure',
          'smoke',
          'secret',
          'network',
          'image',
          'access-denial',
          'target-health',
          'stack',
        ] as const)
          expect(kept).toContain(source);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('knows the version that a rotation has not finished with, and says which it could not read', async () => {
    const { manifest, objects } = await collect(incident({ failure: { ...failure, cause: 'said example-pending-secret' } }), {
      secretHistory: {
        ...answers.secretHistory,
        version: (_name, label) => (label === 'AWSPENDING' ? Promise.resolve('{"client_secret":"example-pending-secret"}') : denied()),
      },
    });
    expect(json(objects, 'failure.json').failure.cause).toBe('said [redacted:client_secret]');
    expect(manifest).toMatchObject({ redaction: 'values-and-patterns', complete: false });
    expect(manifest?.missing).toEqual([{ source: 'secret', reason: expect.stringMatching(/^the version AWSPREVIOUS could not be read/) }]);
  });

  it('tells the keys of each version and never a value', async () => {
    const { objects } = await collect(incident(), {
      secrets: fakeSecrets('{"client_id":"example-id","on":true,"a key with spaces":"x"}'),
      secretHistory: {
        ...answers.secretHistory,
        version: async (_name, label) => (label === 'AWSPREVIOUS' ? '{"client_id":"","old":null}' : null),
      },
    });
    expect(json(objects, 'secret.json').keys).toEqual({
      AWSCURRENT: { client_id: 'string', on: 'boolean', '(unusual name 3)': 'string' },
      AWSPREVIOUS: { client_id: 'empty string', old: 'null' },
      AWSPENDING: 'no value',
    });
  });
});
