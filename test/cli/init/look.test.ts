import { lookAround } from '../../../cli/init/look.ts';
import { ReleaseError } from '../../../steps/contract/errors.ts';
import { exampleSecret } from '../../container/builders.ts';
import { fakeSecrets } from '../../steps/fakes.ts';
import { stackView } from '../../steps/incidents.ts';
import { awsError } from '../../steps/ports.ts';
import { type Changes, exampleConfig, pinnedImage, surroundings } from './example.ts';

const pinned = { 'base-image': pinnedImage };
const look = async (changes: Changes = {}, flags: Record<string, string> = pinned) =>
  Object.fromEntries((await lookAround(await exampleConfig(flags), surroundings(changes))).map(({ name, ...found }) => [name, found]));

describe('an account where everything stands', () => {
  it('is ok in every check', async () => {
    const found = await look();
    expect(Object.values(found).filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(Object.keys(found)).toContain('prod: packager queue');
  });

  it('names the keys of a secret and the kinds of their values, and no value', async () => {
    const found = await look();
    expect(found['staging: secret']?.says).toContain('client_id string');
    for (const value of Object.values(exampleSecret())) {
      if (value !== 'example-bucket') expect(JSON.stringify(found)).not.toContain(String(value));
    }
  });
});

describe('what is missing', () => {
  it.each<[string, Changes, string]>([
    ['CDK bootstrap', { stacks: { describe: async () => null } }, 'npx cdk bootstrap aws://111122223333/eu-west-1'],
    ['repository', { repositories: { cloneUrl: async () => null } }, 'aws codecommit create-repository --repository-name example-webhook'],
    ['prod: data bucket', { buckets: { regionOf: async () => null } }, 'aws s3api'],
    ['prod: address', { hostedZones: { describe: async () => null } }, 'aws route53 get-hosted-zone --id Z0123456789EXAMPLE'],
    ['prod: packager queue', { queues: { exists: async () => false } }, 'aws sqs get-queue-url'],
    [
      'staging: secret',
      { secrets: { read: () => Promise.reject(new ReleaseError('SecretNotFound', 'There is no secret example/staging in this region.')) } },
      'aws secretsmanager create-secret --name example/staging',
    ],
  ])('%s is said to be missing, with the command to go on with', async (name, changes, next) => {
    expect((await look(changes))[name]).toMatchObject({ verdict: 'missing', next: expect.stringContaining(next) });
  });

  it('is never what could not be looked at', async () => {
    const denied = () => Promise.reject(awsError('AccessDenied', 'not allowed'));
    const found = await look({
      caller: denied,
      stacks: { describe: denied },
      secrets: { read: () => Promise.reject(new ReleaseError('SecretAccessDenied', 'may not be read')) },
      buckets: { regionOf: denied },
      queues: { exists: denied },
      certificates: { describe: denied },
      hostedZones: { describe: denied },
      repositories: { cloneUrl: denied },
    });
    const { 'base image': _, ...looked } = found;
    expect(new Set(Object.values(looked).map(({ verdict }) => verdict))).toEqual(new Set(['unknown']));
  });

  it('is not even asked for where there is nothing to look at', async () => {
    const found = await lookAround(await exampleConfig(pinned), null);
    expect(found.slice(1).map(({ verdict }) => verdict)).toEqual(found.slice(1).map(() => 'unknown'));
  });
});

describe('what does not fit', () => {
  it('is a stack or a queue of another account or region', async () => {
    expect((await look({ region: 'us-east-1' }))['account and region']).toMatchObject({ verdict: 'problem' });
  });

  it('is a bucket that is not the one of the secret', async () => {
    const found = await look({ secrets: fakeSecrets(JSON.stringify(exampleSecret({ user_bucket: 'example-elsewhere' }))) });
    expect(found['prod: data bucket']).toMatchObject({ verdict: 'problem' });
    expect(JSON.stringify(found)).not.toContain('example-elsewhere');
  });

  it('is a queue that is not the one of the Quilt stack', async () => {
    const found = await look({}, { ...pinned, 'packager-queue prod': 'arn:aws:sqs:eu-west-1:111122223333:other' });
    expect(found['prod: packager queue']).toMatchObject({ verdict: 'problem', says: expect.stringContaining('example-packager') });
  });

  it('is a hosted zone of another name, or one that nobody outside sees', async () => {
    const found = (zone: { name: string; isPrivate: boolean }) => look({ hostedZones: { describe: async () => zone } });
    expect((await found({ name: 'example.org', isPrivate: false }))['prod: address']).toMatchObject({ verdict: 'problem' });
    expect((await found({ name: 'example.com', isPrivate: true }))['prod: address']).toMatchObject({
      verdict: 'problem',
      says: expect.stringContaining('is private'),
    });
  });

  it('is a bootstrap stack that is too old for the pinned CDK', async () => {
    const old = async (name: string) => stackView('CREATE_COMPLETE', { name, outputs: { BootstrapVersion: '5' } });
    expect((await look({ stacks: { describe: old } }))['CDK bootstrap']).toMatchObject({
      verdict: 'problem',
      next: 'npx cdk bootstrap aws://111122223333/eu-west-1',
    });
  });

  it('is a secret that lacks a key, by the rules of the service itself', async () => {
    const found = await look({ secrets: fakeSecrets(JSON.stringify(exampleSecret({ client_id: undefined }))) });
    expect(found['staging: secret']).toMatchObject({ verdict: 'problem', says: expect.stringContaining('client_id is missing') });
  });

  it('is, as a warning, a base image by a name that moves', async () => {
    expect((await look({}, {}))['base image']).toMatchObject({ verdict: 'warning' });
  });
});
