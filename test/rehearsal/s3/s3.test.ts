import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-s3';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

const build = (world: ConstructorParameters<typeof S3>[0], iam: ConstructorParameters<typeof S3>[1]['iam']) => ({
  s3: new S3(world, { iam }),
});
let standIn: StandIn<ReturnType<typeof build>>;
let client: sdk.S3Client;
beforeAll(async () => {
  standIn = await startStandIn(build);
  client = new sdk.S3Client(standIn.client());
});
afterAll(() => standIn.stop());

let bucket: string;
let count = 0;
beforeEach(() => {
  count += 1;
  bucket = `example-${count}`;
  standIn.parts.s3.createBucket(bucket);
});

const put = (Key: string, Body: string, rest: object = {}) => client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key, Body, ...rest }));
const get = (Key: string, rest: object = {}) => client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key, ...rest }));
const text = async (Key: string, rest: object = {}) => (await get(Key, rest)).Body!.transformToString();
const onDisk = () => readdirSync(join(standIn.world.home, 's3')).length;

const asRole = async (name: string, ...Statement: object[]) => {
  const { attributes } = await standIn.iam.provisioners['AWS::IAM::Role']!.create(
    {
      RoleName: name,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement } }],
    },
    at('Role'),
  );
  return new sdk.S3Client(standIn.client(await standIn.iam.credentials(String(attributes!['Arn']), 'lambda.amazonaws.com')));
};

describe('objects', () => {
  it('come back as they were put', async () => {
    const { ETag } = await put('a', 'hello', { ContentType: 'text/plain', Metadata: { one: '1' }, CacheControl: 'no-store' });
    expect(await get('a')).toMatchObject({
      ETag,
      ContentType: 'text/plain',
      ContentLength: 5,
      Metadata: { one: '1' },
      CacheControl: 'no-store',
    });
    expect(await text('a')).toBe('hello');
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect(await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: 'a' }))).toMatchObject({ ETag, ContentLength: 5 });
  });

  it('are read in part', async () => {
    await put('a', '0123456789');
    const slices = ['bytes=2-4', 'bytes=7-', 'bytes=-2', 'bytes=8-99'].map((Range) => text('a', { Range }));
    expect(await Promise.all(slices)).toEqual(['234', '789', '89', '89']);
    expect(await get('a', { Range: 'bytes=2-4' })).toMatchObject({ ContentRange: 'bytes 2-4/10', ContentLength: 3 });
    await expect(get('a', { Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('are missing by the right names', async () => {
    await expect(get('zz')).rejects.toBeInstanceOf(sdk.NoSuchKey);
    await expect(client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: 'zz' }))).rejects.toBeInstanceOf(sdk.NotFound);
    await expect(client.send(new sdk.GetObjectCommand({ Bucket: 'nowhere', Key: 'a' }))).rejects.toBeInstanceOf(sdk.NoSuchBucket);
  });

  it('leave no bytes behind when they are replaced or deleted', async () => {
    const before = onDisk();
    await put('a', 'one');
    await put('a', 'two');
    expect(onDisk()).toBe(before + 1);
    await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(onDisk()).toBe(before);
  });

  it('are copied, with their headers or others', async () => {
    await put('a b', 'hello', { Metadata: { one: '1' } });
    const copy = (Key: string, rest: object) =>
      client.send(new sdk.CopyObjectCommand({ Bucket: bucket, Key, CopySource: `${bucket}/a%20b`, ...rest }));
    await copy('same', {});
    await copy('other', { MetadataDirective: 'REPLACE', Metadata: { two: '2' } });
    expect([(await get('same')).Metadata, (await get('other')).Metadata, await text('same')]).toEqual([
      { one: '1' },
      { two: '2' },
      'hello',
    ]);
  });
});

describe('conditional writes', () => {
  it('write only what is not there', async () => {
    await put('a', 'first', { IfNoneMatch: '*' });
    await expect(put('a', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await text('a')).toBe('first');
  });

  it('let one of two writers win', async () => {
    const outcomes = await Promise.allSettled(['x', 'y'].map((body) => put('a', body, { IfNoneMatch: '*' })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('write only over what the writer has seen', async () => {
    const { ETag } = await put('a', 'first');
    await put('a', 'second', { IfMatch: ETag });
    await expect(put('a', 'third', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('new', 'x', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('listing', () => {
  it('writes names as addresses do for whoever asks, as the AWS CLI always does', async () => {
    await put('p/a (1)+é.json', '1');
    await put('p/q&a/b', '2');
    const listed = await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: 'p/', Delimiter: '/', EncodingType: 'url' }));
    expect(listed).toMatchObject({ EncodingType: 'url', Prefix: 'p/', Delimiter: '/' });
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['p/a%20%281%29%2B%C3%A9.json']);
    expect(listed.CommonPrefixes).toEqual([{ Prefix: 'p/q%26a/' }]);
    const refused = client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, EncodingType: 'base64' as 'url' }));
    await expect(refused).rejects.toMatchObject({ name: 'InvalidArgument', message: 'Invalid Encoding Method specified in Request' });
  });

  it('pages in order of the bytes', async () => {
    for (const key of ['b', 'a/1', 'a/2', 'é', 'Z']) await put(key, 'x');
    const keys: (string | undefined)[] = [];
    for await (const page of sdk.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket: bucket })) {
      expect(page.Contents!.length).toBeLessThanOrEqual(2);
      keys.push(...page.Contents!.map(({ Key }) => Key));
    }
    expect(keys).toEqual(['Z', 'a/1', 'a/2', 'b', 'é']);
  });

  it('folds what stands before a delimiter', async () => {
    for (const key of ['p/a/1', 'p/a/2', 'p/b', 'q']) await put(key, 'x');
    const page = await client.send(new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: 'p/', Delimiter: '/', MaxKeys: 1 }));
    expect(page).toMatchObject({ CommonPrefixes: [{ Prefix: 'p/a/' }], IsTruncated: true, KeyCount: 1 });
    const next = { Bucket: bucket, Prefix: 'p/', Delimiter: '/', ContinuationToken: page.NextContinuationToken };
    expect((await client.send(new sdk.ListObjectsV2Command(next))).Contents).toMatchObject([{ Key: 'p/b' }]);
  });
});

describe('versions', () => {
  beforeEach(() => client.send(new sdk.PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } })));

  it('keep what was, under an id', async () => {
    const { VersionId: first } = await put('a', 'first');
    const { VersionId: second } = await put('a', 'second');
    expect(first).not.toBe(second);
    expect([await text('a'), await text('a', { VersionId: first })]).toEqual(['second', 'first']);
  });

  it('survive a delete, which can itself be deleted', async () => {
    const { VersionId } = await put('a', 'first');
    const marker = await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: 'a' }));
    expect(marker.DeleteMarker).toBe(true);
    await expect(get('a')).rejects.toBeInstanceOf(sdk.NoSuchKey);
    const { Versions, DeleteMarkers } = await client.send(new sdk.ListObjectVersionsCommand({ Bucket: bucket }));
    expect([Versions, DeleteMarkers]).toMatchObject([[{ VersionId, IsLatest: false }], [{ VersionId: marker.VersionId, IsLatest: true }]]);
    await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: 'a', VersionId: marker.VersionId }));
    expect(await text('a')).toBe('first');
  });
});

describe('uploads in parts', () => {
  const checksum = { ChecksumAlgorithm: 'CRC32' } as const;

  it('are refused at the first part whose checksum was not announced, and at the end when one is not listed', async () => {
    const target = { Bucket: bucket, Key: 'big' };
    const silent = await client.send(new sdk.CreateMultipartUploadCommand(target));
    // The SDK adds a checksum by itself.
    const sending = client.send(new sdk.UploadPartCommand({ ...target, UploadId: silent.UploadId, PartNumber: 1, Body: 'one' }));
    await expect(sending).rejects.toThrow('expected checksum Type: null, actual checksum Type: crc32');
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ ...target, ...checksum }));
    const { ETag } = await client.send(new sdk.UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'one' }));
    const unlisted = { ...target, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
    await expect(client.send(new sdk.CompleteMultipartUploadCommand(unlisted))).rejects.toThrow('must include the checksum for each part');
    for (const upload of [silent.UploadId, UploadId])
      await client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId: upload }));
  });

  it('become one object', async () => {
    const before = onDisk();
    const target = { Bucket: bucket, Key: 'big' };
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ ...target, ...checksum, ContentType: 'text/plain' }));
    const parts = await Promise.all(
      ['one', 'two'].map(async (Body, index) => {
        const PartNumber = index + 1;
        const { ETag, ChecksumCRC32 } = await client.send(
          new sdk.UploadPartCommand({ ...target, ...checksum, UploadId, PartNumber, Body }),
        );
        return { PartNumber, ETag, ChecksumCRC32 };
      }),
    );
    const wrong = { ...target, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"other"' }] } };
    await expect(client.send(new sdk.CompleteMultipartUploadCommand(wrong))).rejects.toMatchObject({ name: 'InvalidPart' });
    const done = await client.send(new sdk.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(await text('big')).toBe('onetwo');
    expect(onDisk()).toBe(before + 1);
  });

  it('leave nothing when they are given up', async () => {
    const before = onDisk();
    const target = { Bucket: bucket, Key: 'big' };
    const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ ...target, ...checksum }));
    await client.send(new sdk.UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body: 'one' }));
    await client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId }));
    expect(onDisk()).toBe(before);
    await expect(client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId }))).rejects.toBeInstanceOf(sdk.NoSuchUpload);
  });
});

describe('callers', () => {
  it('do not learn what is missing unless they may list', async () => {
    const objects = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` };
    const reader = await asRole('reader', objects);
    await expect(reader.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: 'zz' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`s3:ListBucket on resource: arn:aws:s3:::${bucket} because`),
    });
    const lister = await asRole('lister', objects, { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` });
    await expect(lister.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: 'zz' }))).rejects.toBeInstanceOf(sdk.NoSuchKey);
  });

  it('need the key of a bucket that has one', async () => {
    const provisioner = standIn.parts.s3.provisioners['AWS::S3::Bucket']!;
    const key = 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000';
    const rule = { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } };
    const made = await provisioner.create({ BucketEncryption: { ServerSideEncryptionConfiguration: [rule] } }, at('Locked'));
    const writer = await asRole('writer', { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' });
    await expect(writer.send(new sdk.PutObjectCommand({ Bucket: made.physicalId, Key: 'a', Body: 'x' }))).rejects.toThrow(
      `kms:GenerateDataKey on resource: ${key}`,
    );
  });
});

describe('provisioners', () => {
  const provisioner = () => standIn.parts.s3.provisioners['AWS::S3::Bucket']!;

  it('make a bucket, and refuse to delete one that is not empty', async () => {
    const made = await provisioner().create({ VersioningConfiguration: { Status: 'Enabled' } }, at('Store'));
    expect(made.physicalId).toMatch(/^example-store-[a-z2-7]{12}$/);
    expect(made.attributes).toMatchObject({ Arn: `arn:aws:s3:::${made.physicalId}` });
    await standIn.parts.s3.put(made.physicalId, 'a', 'x');
    expect(() => provisioner().remove!(made.physicalId, {}, at('Store'))).toThrow('The bucket you tried to delete is not empty');
  });

  it('put a policy on a bucket and take it off', async () => {
    const policy = standIn.parts.s3.provisioners['AWS::S3::BucketPolicy']!;
    const statement = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` };
    await policy.create({ Bucket: bucket, PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }, at('Policy'));
    const writer = await asRole('denied', { Effect: 'Allow', Action: 's3:*', Resource: '*' });
    const write = () => writer.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
    await expect(write()).rejects.toThrow('with an explicit deny in a resource-based policy');
    await policy.remove!(bucket, { Bucket: bucket }, at('Policy'));
    await write();
  });

  it('refuse what would need more than is here', () =>
    expect(() => provisioner().create({ NotificationConfiguration: {} }, at('Noisy'))).toThrow(
      'AWS::S3::Bucket with NotificationConfiguration',
    ));
});

it('refuses inputs that it would have to ignore', () =>
  expect(get('a', { IfModifiedSince: new Date(0) })).rejects.toThrow('GetObject with IfModifiedSince is not supported'));

it('serves the stand-in itself', async () => {
  await standIn.parts.s3.put(bucket, 'b', Buffer.from('bytes'));
  await standIn.parts.s3.put(bucket, 'a', 'text');
  expect(standIn.parts.s3.keys(bucket)).toEqual(['a', 'b']);
  expect((await standIn.parts.s3.get(bucket, 'b')).toString()).toBe('bytes');
});
