import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { bootstrapVersion } from '../../cli/init/pipeline-checks.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { type CopyOfTree, copyOfTree } from './copy-of-tree.ts';
import { type Ended, expectExit, patience, release } from './run-release.ts';

/** A table of somebody's own: another account, another region, stages of other names. */
const flags = [
  ['repository', 'my-webhook'],
  ['stages', 'qa,live'],
  ['base-image', `public.ecr.aws/docker/library/node@sha256:${'a'.repeat(64)}`],
  ...['qa', 'live'].flatMap((stage) => [
    ['secret', `${stage}=mine/${stage}`],
    ['quilt-stack', `${stage}=arn:aws:cloudformation:eu-west-1:444455556666:stack/quilt-${stage}/00000000-0000-4000-8000-000000000001`],
    ['data-bucket', `${stage}=example-${stage}-packages`],
    ['packager-queue', `${stage}=arn:aws:sqs:eu-west-1:444455556666:quilt-${stage}-packager`],
    ['domain', `${stage}=webhook.${stage}.example.com`],
    ['hosted-zone', `${stage}=Z0123456789EXAMPLE`],
    ['hosted-zone-name', `${stage}=example.com`],
  ]),
].flatMap(([flag, value]) => [`--${flag}`, value!]);

const bootstrap = JSON.stringify({
  Resources: { Assets: { Type: 'AWS::S3::Bucket' } },
  Outputs: { BootstrapVersion: { Value: '31' } },
});

describe('the first day', () => {
  let copy: CopyOfTree;
  let rehearsal: Rehearsal;
  let before: Ended;
  let written: Ended;

  beforeAll(async () => {
    copy = copyOfTree();
    before = await release(copy.folder, 'init', ...flags);
    written = await release(copy.folder, 'init', ...flags, '--yes');
    const checkout = { root: copy.folder, commit: copy.commit, changedFiles: 1, defaultTag: 'v1.0.0' };
    rehearsal = await Rehearsal.start({ checkout, containers: 'process' });
    await rehearsal.join(join(copy.folder, '.local', 'endpoint.json'));
  }, patience);
  afterAll(async () => {
    await rehearsal?.close();
    copy.remove();
  });

  it('shows what a table would lose, and writes nothing without --yes', () => {
    expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing was changed. Next: the same command with --yes') });
    expect(before.stdout).toContain('- stages[prod].secretName: "example/prod/benchling"');
    expect(before.stdout).toContain('could not be looked at: AWS_REGION is not set');
    expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining('pipeline/config.json is written.') });
    expect(written.stdout).toContain('npx cdk deploy ReleaseStores ReleaseMachine QaFoundation LiveFoundation');
    expect(copy.git('status', '--porcelain')).toBe('M pipeline/config.json');
  });

  it('asks for every flag that lacks in one error where there is no terminal', async () => {
    const bare = await release(copy.folder, 'init', '--stages', 'live');
    expectExit(bare, 2);
    expect(bare.stderr).toMatch(
      /no answer to --repository NAME, .*--secret live=NAME, --quilt-stack live=ARN.* Next: npx release init --help/,
    );
  });

  it(
    'leaves a table that CDK synthesizes, bundles and all',
    async () => {
      const cdk = join(copy.folder, 'node_modules', '.bin', 'cdk');
      const { stdout } = await promisify(execFile)(process.execPath, [cdk, 'list'], { cwd: copy.folder });
      expect(stdout.trim().split('\n').sort()).toEqual([
        'LiveFoundation',
        'LiveService',
        'QaFoundation',
        'QaService',
        'ReleaseMachine',
        'ReleaseStores',
      ]);
    },
    patience,
  );

  it('knows the oldest bootstrap stack that such an assembly can be deployed with', () => {
    const manifest = readFileSync(join(copy.folder, 'cdk.out', 'manifest.json'), 'utf8');
    const wanted = [...manifest.matchAll(/"requiresBootstrapStackVersion": *(\d+)/g)].map(([, version]) => Number(version));
    expect(Math.max(...wanted)).toBe(bootstrapVersion);
  });

  it('looks at what the table names with the rights of whoever asks: names of keys, and no value', async () => {
    const { code, stdout } = await release(copy.folder, 'init', ...flags);
    expect(code).toBe(0);
    expect(stdout).toContain('pipeline/config.json says so already.');
    expect(stdout).toMatch(/ok +account and region +444455556666 in eu-west-1/);
    expect(stdout).toMatch(/ok +live: secret +mine\/live holds tenant string, client_id string/);
    expect(stdout).toMatch(/ok +live: data bucket/);
    expect(stdout).toMatch(/ok +qa: packager queue/);
    expect(stdout).toMatch(/missing +CDK bootstrap[^\n]*\n +Next: npx cdk bootstrap aws:\/\/444455556666\/eu-west-1/);
    for (const value of rehearsal.parts.world.secretValues()) expect(stdout).not.toContain(value);
  });

  it(
    'ends with an installed pipeline in which nothing is missing but what nobody has done yet',
    async () => {
      const first = await release(copy.folder, 'doctor');
      expectExit(first, 1);
      expect(first.stdout).toMatch(/missing +CDK bootstrap/);
      for (const stack of ['ReleaseStores', 'ReleaseMachine', 'QaFoundation', 'LiveFoundation'])
        expect(first.stdout).toMatch(new RegExp(`ok +${stack} +${stack} is CREATE_COMPLETE, as this checkout would deploy it`));
      expect(first.stdout).toMatch(/warning +notifications +nobody hears of a failed release/);

      await rehearsal.parts.cloud.cloudformation.deploy({ stackName: 'CDKToolkit', template: bootstrap });
      await subscribe('sqs', 'arn:aws:sqs:eu-west-1:444455556666:quilt-qa-packager');
      await subscribe('email', 'you@example.com');
      const { code, stdout } = await release(copy.folder, 'doctor');
      expect(stdout).toMatch(/warning +notifications +sqs \S+ hear of a failed release; not confirmed yet: email you@example\.com/);
      expect(stdout).not.toMatch(/^ *(?:missing|problem|unknown) /m);
      expect(code).toBe(0);
    },
    patience,
  );

  async function subscribe(Protocol: string, Endpoint: string): Promise<void> {
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = rehearsal.parts.environment;
    const credentials = { accessKeyId: AWS_ACCESS_KEY_ID ?? '', secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '' };
    const client = new SNSClient({ endpoint, region, credentials });
    const [topic] = rehearsal.parts.cloud.cloudformation.resources('AWS::SNS::Topic');
    await client.send(new SubscribeCommand({ TopicArn: topic?.physicalId, Protocol, Endpoint })).finally(() => client.destroy());
  }
});
