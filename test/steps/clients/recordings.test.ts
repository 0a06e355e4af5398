import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { recorded, recordings } from '../../../steps/clients/recordings.ts';
import { recorderPrefix, recordingKey } from '../../../steps/contract/recording.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { minute } from '../incidents.ts';
import { leadTo } from './endpoint.ts';

const bucket = 'example-diagnostics';
const key = (at: number, hash = 'a') => `${recordingKey('staging', minute(at), 'task-stopped', hash.repeat(16))}.json`;
const insert = (name: string, text = 'example') => recordings.insert(bucket, name, text, 'application/json');

let cloud: StandIn<{ s3: S3 }>;
beforeAll(async () => {
  cloud = await startStandIn((world, iam) => ({ s3: new S3(world, { iam }) }));
  const { endpoint, credentials } = cloud.client();
  leadTo({ endpoint, ...credentials });
  cloud.parts.s3.createBucket(bucket);
});
afterAll(() => cloud.stop());

describe('a recording', () => {
  it('is written once: what comes again changes nothing and is no error', async () => {
    expect(await insert('once', 'first')).toBe(true);
    expect(await insert('once', 'second')).toBe(false);
    expect(String(await cloud.parts.s3.get(bucket, 'once'))).toBe('first');
  });

  it('is not called written before when the store refuses it', async () => {
    await expect(recordings.insert('example-absent', 'key', 'text', 'text/plain')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});

describe('the recordings of a stage', () => {
  it('are listed from a moment on, in the order in which things happened, and none of another stage', async () => {
    for (const name of [key(7), key(5), key(6), key(3), 'recorder/prod/2026-01-01T12-06-00Z-task-stopped-a.json']) await insert(name);
    expect(await recorded(bucket).since('staging', minute(5))).toEqual([key(5), key(6), key(7)]);
    expect(await recorded(bucket).since('nobody', minute(0))).toEqual([]);
  });

  it('are listed over all pages, up to a limit', async () => {
    const names = Array.from({ length: 1_003 }, (_, index) => `${recorderPrefix('many')}${String(index).padStart(4, '0')}`);
    for (const name of names) await cloud.parts.s3.put(bucket, name, 'example');
    const list = (limit: number) => recordings.list(bucket, recorderPrefix('many'), recorderPrefix('many'), limit);
    expect(await list(2_000)).toEqual(names);
    expect(await list(1_001)).toEqual(names.slice(0, 1_001));
    const before = cloud.wire.calls.length;
    expect(await list(2)).toEqual(names.slice(0, 2));
    // No page is asked for beyond the limit.
    expect(cloud.wire.calls.slice(before).map(({ operation }) => operation)).toEqual(['ListObjectsV2']);
  });
});
