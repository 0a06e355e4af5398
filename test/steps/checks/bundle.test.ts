import { createHash } from 'node:crypto';
import { type BundleStore, bundlePrefix, messageOf, openBundle, releaseName } from '../../../steps/checks/bundle.ts';
import { createRedactor } from '../../../steps/checks/redact.ts';
import { Manifest } from '../../../steps/contract/failure.ts';
import { failure, incident, minute, request } from '../incidents.ts';
import { awsError, memoryObjects, port } from '../ports.ts';

const planted = 'example-client-secret';
const redact = Promise.resolve(createRedactor([{ name: 'client_secret', value: planted }]));
const at = { bucket: 'example-diagnostics', prefix: 'diagnostics/x' };
const about = { release: 'v1.4.0-0123456-1', stage: 'staging', failure, startedAt: minute(7), redaction: 'values-and-patterns' as const };
const sealedAt = new Date(minute(8));
const manifestIn = (objects: { stored: Map<string, string> }) =>
  Manifest.parse(JSON.parse(objects.stored.get('diagnostics/x/manifest.json') ?? 'null'));

describe('a bundle', () => {
  it('lists each object with the hash and the bytes of what was stored', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    await bundle.put('task-log', 'logs/1/webhook.log', 'größer als bytes');
    await bundle.seal(about, sealedAt);
    const stored = Buffer.from(objects.stored.get('diagnostics/x/logs/1/webhook.log') ?? '', 'utf8');
    expect(manifestIn(objects).objects).toEqual([
      {
        key: 'diagnostics/x/logs/1/webhook.log',
        source: 'task-log',
        bytes: stored.length,
        sha256: createHash('sha256').update(stored).digest('hex'),
      },
    ]);
    expect(stored.length).toBe('größer als bytes'.length + 2);
  });

  it('seals last, in the order of the keys, and is complete when nothing is missing', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    await bundle.put('stack', 'stack.json', '{}');
    await bundle.put('failure', 'failure.json', '{}');
    const answer = await bundle.seal(about, sealedAt);
    expect(objects.order.at(-1)).toBe('diagnostics/x/manifest.json');
    expect(manifestIn(objects)).toMatchObject({ ...about, complete: true, missing: [], sealedAt: minute(8) });
    expect(manifestIn(objects).objects.map(({ key }) => key)).toEqual(['diagnostics/x/failure.json', 'diagnostics/x/stack.json']);
    expect(answer).toEqual({ ...at, manifestKey: 'diagnostics/x/manifest.json', objects: 2, missing: [], sealedAt: minute(8) });
  });

  it('says what is missing, and is not complete then', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    await bundle.miss('task-log', 'ThrottlingException: Rate exceeded');
    const answer = await bundle.seal(about, sealedAt);
    const missing = [{ source: 'task-log', reason: 'ThrottlingException: Rate exceeded' }];
    expect(manifestIn(objects)).toMatchObject({ complete: false, missing });
    expect(answer.missing).toEqual(missing);
  });

  it('redacts objects, reasons and the manifest itself', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    await bundle.put('task-log', 'logs/1/webhook.log', `sent ${planted}`);
    await bundle.miss('service', `ValidationException: bad value ${planted}`);
    const answer = await bundle.seal({ ...about, failure: { ...failure, cause: `refused ${planted}` } }, sealedAt);
    expect([...objects.stored.values()].join()).not.toContain(planted);
    expect(JSON.stringify(answer)).not.toContain(planted);
    expect(manifestIn(objects).missing[0]?.reason).toBe('ValidationException: bad value [redacted:client_secret]');
  });

  it('redacts a long reason before it cuts it, so that no half of a secret is left', async () => {
    const bundle = openBundle(memoryObjects(), at, redact);
    await bundle.miss('service', `${'x'.repeat(390)}${planted}`);
    const { missing } = await bundle.seal(about, sealedAt);
    expect(missing[0]?.reason).toHaveLength(400);
    expect(missing[0]?.reason).not.toContain('example-');
  });

  it('streams what is long, redacts across the ends of pieces, and lists its hash and bytes', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    const pieces = async function* () {
      yield `begin ${planted.slice(0, 9)}`;
      yield `${planted.slice(9)} end\n`;
      yield 'größer als bytes';
    };
    await bundle.stream('task-log', 'logs/1/webhook.log', pieces());
    await bundle.seal(about, sealedAt);
    const stored = objects.stored.get('diagnostics/x/logs/1/webhook.log') ?? '';
    expect(stored).toBe('begin [redacted:client_secret] end\ngrößer als bytes');
    const bytes = Buffer.from(stored, 'utf8');
    expect(manifestIn(objects).objects).toEqual([
      {
        key: 'diagnostics/x/logs/1/webhook.log',
        source: 'task-log',
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    ]);
  });

  it('ends a stream that outlives the seal, and does not list it', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    const pieces = async function* () {
      await bundle.seal(about, sealedAt);
      yield 'late\n';
    };
    await expect(bundle.stream('task-log', 'logs/1/webhook.log', pieces())).rejects.toThrow('the bundle is sealed');
    expect(manifestIn(objects).objects).toEqual([]);
  });

  it('says in the manifest what a reader must know of a source, redacted, and is complete all the same', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    await bundle.note('access-denial', `late ${planted}`);
    await bundle.seal(about, sealedAt);
    expect(manifestIn(objects)).toMatchObject({
      complete: true,
      notes: [{ source: 'access-denial', note: 'late [redacted:client_secret]' }],
    });
  });

  it('writes nothing before the redactor knows what to take out', async () => {
    let known = (_: Awaited<typeof redact>) => {};
    const objects = memoryObjects();
    const bundle = openBundle(
      objects,
      at,
      new Promise((resolve) => {
        known = resolve;
      }),
    );
    const put = bundle.put('failure', 'failure.json', planted);
    await new Promise(setImmediate);
    expect(objects.order).toEqual([]);
    known(await redact);
    await put;
    expect(objects.stored.get('diagnostics/x/failure.json')).toBe('[redacted:client_secret]');
  });

  it('does not list what arrives after the seal: the manifest has said already that it is missing', async () => {
    const objects = memoryObjects();
    const bundle = openBundle(objects, at, redact);
    const answer = await bundle.seal(about, sealedAt);
    await bundle.put('task-log', 'logs/late.log', 'late');
    await bundle.miss('service', 'late');
    expect(answer).toMatchObject({ objects: 0, missing: [] });
    expect(manifestIn(objects)).toMatchObject({ objects: [], missing: [] });
  });

  it('says so in its answer when the store refuses the manifest', async () => {
    const refusing = port<BundleStore>({ put: () => Promise.reject(awsError('SlowDown', `Please reduce your request rate ${planted}`)) });
    const answer = await openBundle(refusing, at, redact).seal(about, sealedAt);
    expect(answer).toEqual({
      ...at,
      objects: 0,
      manifestKey: null,
      sealedAt: null,
      missing: [{ source: 'manifest', reason: 'the store refused it: SlowDown: Please reduce your request rate [redacted:client_secret]' }],
    });
  });

  it('does not list an object that the store refused', async () => {
    const objects = memoryObjects();
    const bundle = openBundle({ ...objects, put: () => Promise.reject(awsError('SlowDown', 'no')) }, at, redact);
    await expect(bundle.put('failure', 'failure.json', '{}')).rejects.toThrow('no');
    expect((await bundle.seal(about, sealedAt)).objects).toBe(0);
  });
});

describe('where a bundle lies', () => {
  it('of a rescue lies beside what the dead execution had collected of the same failure', () => {
    const { execution } = incident();
    const rescue = incident({ execution: { ...execution, arn: `${execution.arn}-rescue` } });
    expect(bundlePrefix(rescue)).toBe(`${bundlePrefix(incident())}.rescue`);
  });

  it('is told by release, stage, state and error: a failure does not overwrite what was kept before a heal', () => {
    expect(bundlePrefix(incident())).toBe('diagnostics/v1.4.0-0123456-1/staging/WatchDeployment.ContainerCrashed');
    expect(bundlePrefix(incident({ failure: { ...failure, state: 'InspectStage', error: 'StackLocked' } }))).toBe(
      'diagnostics/v1.4.0-0123456-1/staging/InspectStage.StackLocked',
    );
  });

  it('is known for a tag that was refused, and for a name that S3 would not like', () => {
    const refused = incident({
      release: null,
      stage: null,
      request: { ...request, tag: 'v1 ../x' },
      failure: { ...failure, error: 'a/b c' },
    });
    expect(releaseName(refused)).toBe('v1_.._x-0123456-1');
    expect(bundlePrefix(refused)).toBe('diagnostics/v1_.._x-0123456-1/release/WatchDeployment.a_b_c');
  });
});

describe('messageOf', () => {
  it.each<[unknown, string]>([
    [awsError('AccessDenied', 'no'), 'AccessDenied: no'],
    ['a text', 'a text'],
  ])('words %p', (error, words) => expect(messageOf(error)).toBe(words));
});
