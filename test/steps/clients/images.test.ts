import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { imageManifests } from '../../../steps/clients/image-manifests.ts';
import { images } from '../../../steps/clients/images.ts';
import { digest } from '../builders.ts';
import { serveJson } from './endpoint.ts';

const config = `sha256:${'e'.repeat(64)}`;
let wire: Awaited<ReturnType<typeof serveJson>>;
/** Where layers are downloaded from: a store of its own, without credentials. */
let store: Server;
let stored: { status: number; body: unknown };

beforeAll(async () => {
  wire = await serveJson({});
  store = createServer((_, response) => response.writeHead(stored.status).end(JSON.stringify(stored.body)));
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await wire.stop();
  store.closeAllConnections();
  await new Promise((resolve) => store.close(resolve));
});
beforeEach(() => {
  stored = { status: 200, body: { os: 'linux', architecture: 'amd64', rootfs: {} } };
  Object.assign(wire.answers, {
    BatchGetImage: () => manifest({ config: { digest: config } }),
    GetDownloadUrlForLayer: () => ({ downloadUrl: `http://127.0.0.1:${(store.address() as AddressInfo).port}/layer` }),
  });
});
const manifest = (body: object) => ({ images: [{ imageManifest: JSON.stringify({ schemaVersion: 2, ...body }) }] });
const refuses = (operation: string, __type: string) =>
  Object.assign(wire.answers, {
    [operation]: () => {
      throw { __type, message: 'example' };
    },
  });

describe('an image', () => {
  it('is found by tag and by digest', async () => {
    const asked: unknown[] = [];
    Object.assign(wire.answers, {
      DescribeImages(input: { imageIds: unknown }) {
        asked.push(input.imageIds);
        return { imageDetails: [{ imageDigest: digest, imageTags: ['v1.4.0'] }] };
      },
    });
    expect(await images.describe('example', { tag: 'v1.4.0' })).toEqual({ digest, tags: ['v1.4.0'] });
    await images.describe('example', { digest });
    expect(asked).toEqual([[{ imageTag: 'v1.4.0' }], [{ imageDigest: digest }]]);
  });

  it('is null when the registry has none, and only then', async () => {
    refuses('DescribeImages', 'ImageNotFoundException');
    expect(await images.describe('example', { tag: 'v1.4.0' })).toBeNull();
    refuses('DescribeImages', 'RepositoryNotFoundException');
    await expect(images.describe('example', { tag: 'v1.4.0' })).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  });

  it('may have no tags', async () => {
    Object.assign(wire.answers, { DescribeImages: () => ({ imageDetails: [{ imageDigest: digest }] }) });
    expect(await images.describe('example', { digest })).toEqual({ digest, tags: [] });
  });
});

describe('the platform of an image', () => {
  it("is what the image's own configuration says", async () => {
    expect(await images.platform('example', digest)).toBe('linux/amd64');
    stored.body = { os: 'linux', architecture: 'arm64' };
    expect(await images.platform('example', digest)).toBe('linux/arm64');
  });

  it('is every platform of an index, without its attestations', async () => {
    const of = (os: string, architecture: string) => ({ digest, platform: { os, architecture } });
    Object.assign(wire.answers, { BatchGetImage: () => manifest({ manifests: [of('linux', 'amd64'), of('unknown', 'unknown')] }) });
    expect(await images.platform('example', digest)).toBe('linux/amd64');
    Object.assign(wire.answers, {
      BatchGetImage: () => manifest({ manifests: [of('linux', 'amd64'), of('linux', 'arm64'), of('linux', 'amd64')] }),
    });
    expect(await images.platform('example', digest)).toBe('linux/amd64, linux/arm64');
  });

  it.each<[string, () => void]>([
    ['has no manifest', () => Object.assign(wire.answers, { BatchGetImage: () => ({ images: [] }) })],
    ['names no configuration', () => Object.assign(wire.answers, { BatchGetImage: () => manifest({}) })],
    ['gives no address', () => Object.assign(wire.answers, { GetDownloadUrlForLayer: () => ({}) })],
    [
      'answered 403; expected 200',
      () => {
        stored.status = 403;
      },
    ],
    [
      'architecture',
      () => {
        stored.body = { os: 'linux' };
      },
    ],
  ])('is never guessed: %s', async (text, breaks) => {
    breaks();
    await expect(images.platform('example', digest)).rejects.toThrow(text);
  });
});

describe('a scan', () => {
  it('has a status and counts', async () => {
    Object.assign(wire.answers, {
      DescribeImageScanFindings: () => ({
        imageScanStatus: { status: 'COMPLETE' },
        imageScanFindings: { findingSeverityCounts: { HIGH: 2 } },
      }),
    });
    expect(await images.scan('example', digest)).toEqual({ status: 'COMPLETE', findings: { HIGH: 2 } });
  });

  it('has no status that AWS did not tell', async () => {
    Object.assign(wire.answers, { DescribeImageScanFindings: () => ({}) });
    expect(await images.scan('example', digest)).toEqual({ status: '', findings: {} });
  });

  it('is null when the registry knows of none, and only then', async () => {
    refuses('DescribeImageScanFindings', 'ScanNotFoundException');
    expect(await images.scan('example', digest)).toBeNull();
    refuses('DescribeImageScanFindings', 'ImageNotFoundException');
    await expect(images.scan('example', digest)).rejects.toMatchObject({ name: 'ImageNotFoundException' });
  });
});

describe('what the registry holds under a digest', () => {
  const layer = `sha256:${'f'.repeat(64)}`;
  const details = (members: object) => Object.assign(wire.answers, { DescribeImages: () => ({ imageDetails: [members] }) });
  const holds = () => imageManifests.manifest('example', digest);

  it('is told with its layers, its size, its tags and its platform', async () => {
    details({ imageDigest: digest, imageTags: ['v1.4.0'], imagePushedAt: 1767268800, imageSizeInBytes: 1_000 });
    const body = { config: { digest: config }, layers: [{ digest: layer, size: 900, mediaType: 'example' }] };
    Object.assign(wire.answers, {
      BatchGetImage: () => ({
        images: [{ imageManifest: JSON.stringify(body), imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json' }],
      }),
    });
    expect(await holds()).toEqual({
      digest,
      tags: ['v1.4.0'],
      pushedAt: '2026-01-01T12:00:00.000Z',
      bytes: 1_000,
      platform: 'linux/amd64',
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      layers: [{ digest: layer, bytes: 900 }],
    });
  });

  it('may say of itself what it is, where the registry does not', async () => {
    details({ imageDigest: digest });
    Object.assign(wire.answers, {
      BatchGetImage: () => manifest({ mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [{ digest }] }),
    });
    expect(await holds()).toMatchObject({
      tags: [],
      pushedAt: null,
      bytes: null,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      layers: [],
    });
  });

  it('is null when there is none, and only then', async () => {
    refuses('DescribeImages', 'ImageNotFoundException');
    expect(await holds()).toBeNull();
    details({ imageDigest: digest });
    Object.assign(wire.answers, { BatchGetImage: () => ({ failures: [{ failureCode: 'ImageNotFound' }] }) });
    expect(await holds()).toBeNull();
    Object.assign(wire.answers, { DescribeImages: () => ({}), BatchGetImage: () => manifest({}) });
    expect(await holds()).toBeNull();
    refuses('DescribeImages', 'RepositoryNotFoundException');
    await expect(holds()).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  });
});
