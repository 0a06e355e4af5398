import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescribeStacksCommandOutput } from '@aws-sdk/client-cloudformation';
import { parseSecret, quiltOutputs, SECRET_CLASS_KEYS } from '../../../container/src/config/index.ts';
import { config } from '../../../pipeline/configured.ts';
import { exampleSecret } from '../../../rehearsal/world/example-secret.ts';
import { OutsideWorld } from '../../../rehearsal/world/outside-world.ts';
import { examplePlace, exampleStage } from './example-place.ts';

const home = mkdtempSync(join(tmpdir(), 'example-played-'));
let world: OutsideWorld;
let place: ReturnType<typeof examplePlace>;
beforeAll(async () => {
  world = await OutsideWorld.start(home);
});
afterAll(async () => {
  await world.stop();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  place = examplePlace();
});
afterEach(() => place.remove());

const call = (service: 'cloudformation', operation: string, input: object) =>
  place.cloud[service].service.handlers[operation]!(input, {
    service,
    operation,
    requestId: 'example',
    principal: { arn: 'arn:aws:iam::111122223333:user/operator' },
  });

describe('the secret of a stage', () => {
  it('is one that the service accepts without a warning, for every stage of the pipeline', () => {
    for (const { name, dataBucketName } of config.stages) {
      const verdict = parseSecret(JSON.stringify(exampleSecret(name, dataBucketName)));
      expect(verdict).toMatchObject({ ok: true, warnings: [], config: { tenant: `example-${name}`, user_bucket: dataBucketName } });
    }
  });

  it('has credentials of its own, made of the word example, in every rehearsal', () => {
    const one: Record<string, string> = { ...exampleSecret('staging', 'example-data') };
    const other: Record<string, string> = { ...exampleSecret('staging', 'example-data') };
    for (const key of SECRET_CLASS_KEYS) {
      expect(one[key]).toContain('example');
      expect(one[key]).not.toBe(other[key]);
    }
  });

  it('is told to whoever searches outputs for it, every secret-class value and also after it was replaced', async () => {
    await world.playStage(place.cloud, exampleStage);
    const before = place.secret();
    await world.playStage(place.cloud, exampleStage);
    const values = world.secretValues();
    for (const secret of [before, place.secret()]) for (const key of SECRET_CLASS_KEYS) expect(values).toContain(secret[key]);
    expect(before['client_secret']).not.toBe(place.secret()['client_secret']);
  });
});

describe('the Quilt stack of a stage', () => {
  it('is found by the ARN of the stage and has the outputs that the service reads', async () => {
    await world.playStage(place.cloud, exampleStage);
    const { Stacks } = (await call('cloudformation', 'DescribeStacks', {
      StackName: exampleStage.quiltStackArn,
    })) as DescribeStacksCommandOutput;
    const outputs = Object.fromEntries(Stacks![0]!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
    expect(quiltOutputs(outputs)).toEqual({
      ok: true,
      database: 'example_staging_userathena',
      catalog: 'staging.quilt.example.com',
      queueUrl: 'http://127.0.0.1:1/111122223333/example-quilt-staging-packager',
    });
  });

  it('has a bucket and a queue under the names of the stage', async () => {
    await world.playStage(place.cloud, exampleStage);
    expect(place.s3.keys(exampleStage.dataBucketName)).toEqual([]);
    const asked = await place.sqs.service.handlers['GetQueueAttributes']!(
      { QueueUrl: 'http://127.0.0.1:1/111122223333/example-quilt-staging-packager', AttributeNames: ['QueueArn'] },
      {
        service: 'sqs',
        operation: 'GetQueueAttributes',
        requestId: 'example',
        principal: { arn: 'arn:aws:iam::111122223333:user/operator' },
      },
    );
    expect(asked).toMatchObject({ Attributes: { QueueArn: exampleStage.packagerQueueArn } });
  });

  it('is refused in another account or region than the rehearsal plays, by its ARN', async () => {
    const elsewhere = { ...exampleStage, packagerQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:example-queue' };
    await expect(world.playStage(place.cloud, elsewhere)).rejects.toThrow(
      'arn:aws:sqs:eu-west-1:111122223333:example-queue is not of the rehearsal',
    );
  });
});
