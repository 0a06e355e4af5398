import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import type { ObjectStreams } from '../../../steps/contract/evidence-ports.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { leadTo } from './endpoint.ts';

const megabyte = Buffer.alloc(1024 * 1024, 'x');
const megabytes = async function* (count: number) {
  for (let sent = 0; sent < count; sent += 1) yield megabyte;
};

let cloud: StandIn<{ s3: S3 }>;
let streams: ObjectStreams;
const operations = (since: number) => cloud.wire.calls.slice(since).map(({ operation }) => operation);
beforeAll(async () => {
  cloud = await startStandIn((world, iam) => ({ s3: new S3(world, { iam }) }));
  const { endpoint, credentials } = cloud.client();
  leadTo({ endpoint, ...credentials });
  cloud.parts.s3.createBucket('example');
  streams = (await import('../../../steps/clients/object-streams.ts')).objectStreams;
});
afterAll(() => cloud.stop());

describe('a stream of bytes into the store', () => {
  it.each([
    ['nothing', 0],
    ['less than a part', 3],
  ])('is put in one piece when it is %s', async (_name, count) => {
    const before = cloud.wire.calls.length;
    await streams.stream('example', 'small', megabytes(count), 'text/plain');
    expect(operations(before)).toEqual(['PutObject']);
    expect(await cloud.parts.s3.get('example', 'small')).toHaveLength(count * megabyte.length);
  });

  it('is uploaded in parts when it is longer, and arrives whole', async () => {
    const before = cloud.wire.calls.length;
    await streams.stream('example', 'large', megabytes(13), 'text/plain');
    expect(operations(before)).toEqual(['CreateMultipartUpload', 'UploadPart', 'UploadPart', 'UploadPart', 'CompleteMultipartUpload']);
    expect(await cloud.parts.s3.get('example', 'large')).toHaveLength(13 * megabyte.length);
  });

  it('leaves nothing behind when its source breaks off', async () => {
    const before = cloud.wire.calls.length;
    const broken = async function* () {
      yield* megabytes(11);
      throw new Error('the page after it could not be read');
    };
    await expect(streams.stream('example', 'broken', broken(), 'text/plain')).rejects.toThrow('could not be read');
    expect(operations(before).at(-1)).toBe('AbortMultipartUpload');
    expect(cloud.parts.s3.keys('example')).not.toContain('broken');
  });

  it('tells the error of the store, not that of the cleaning up', async () => {
    cloud.hooks.call = ({ operation }) => {
      if (operation === 'UploadPart' || operation === 'AbortMultipartUpload')
        throw Object.assign(new Error(`no ${operation}`), { name: 'AccessDenied', $fault: 'client', $metadata: { httpStatusCode: 403 } });
    };
    await expect(streams.stream('example', 'refused', megabytes(11), 'text/plain')).rejects.toThrow('no UploadPart');
    delete cloud.hooks.call;
  });
});
