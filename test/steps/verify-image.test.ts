import { loops } from '../../steps/contract/patience.ts';
import type { Images } from '../../steps/contract/ports.ts';
import { verifyImage } from '../../steps/verify-image.ts';
import { build as built, digest, image } from './builders.ts';
import { oldDigest, release } from './incidents.ts';
import { port } from './ports.ts';

const registry = (changes: Partial<Images> = {}) =>
  port<Images>({
    describe: async () => ({ digest, tags: ['v1.4.0'] }),
    platform: async () => 'linux/amd64',
    scan: async () => ({ status: 'COMPLETE', findings: { HIGH: 2 } }),
    ...changes,
  });
const verify = (images: Images, build = built, polls = 0) =>
  verifyImage(
    { release, build, polls },
    { images, repository: { name: 'example', uri: '127.0.0.1:5000/example' }, artefactsBucket: 'example-artefacts' },
  );
const last = loops.VerifyImage.polls - 1;

describe('VerifyImage', () => {
  it('pins the tag to the digest that was built, scanned and made for the right machine', async () => {
    expect(await verify(registry())).toEqual({ ...image, findings: { HIGH: 2 } });
  });

  it.each([
    ['the tag is not in the registry', registry({ describe: async () => null }), built],
    ['the tag is another image than the build pushed', registry({ describe: async () => ({ digest: oldDigest, tags: [] }) }), built],
    ['the build named no digest', registry({ describe: async () => ({ digest: '', tags: [] }) }), { ...built, digest: '' }],
  ])('throws ImageMissing when %s', async (_, images, build) => {
    await expect(verify(images, build)).rejects.toMatchObject({ name: 'ImageMissing' });
  });

  it.each(['linux/arm64', 'linux/amd64, linux/arm64'])('throws ImageArchitecture for %s', async (platform) => {
    await expect(verify(registry({ platform: async () => platform }))).rejects.toMatchObject({ name: 'ImageArchitecture' });
  });

  it.each([null, { status: 'IN_PROGRESS', findings: {} }])('waits while the scan is %j', async (scan) => {
    expect(await verify(registry({ scan: async () => scan }))).toEqual({ ...image, status: 'pending', findings: null });
  });

  it.each([null, { status: 'IN_PROGRESS', findings: {} }])('never takes a scan that stays %j for a pass', async (scan) => {
    await expect(verify(registry({ scan: async () => scan }), built, last)).rejects.toMatchObject({ name: 'ImageNotScanned' });
  });

  it.each(['FAILED', 'UNSUPPORTED_IMAGE', 'FINDINGS_UNAVAILABLE', 'EXAMPLE_STATUS'])(
    'throws ImageNotScanned at once when the scan is %s',
    async (status) => {
      const images = registry({ scan: async () => ({ status, findings: {} }) });
      await expect(verify(images)).rejects.toMatchObject({ name: 'ImageNotScanned' });
    },
  );

  it('does not take an error of the registry for a scan that is absent', async () => {
    const images = registry({ scan: () => Promise.reject(new Error('ServerException')) });
    await expect(verify(images, built, last)).rejects.toThrow('ServerException');
  });

  it('throws ImageVulnerable for one critical finding', async () => {
    const images = registry({ scan: async () => ({ status: 'ACTIVE', findings: { CRITICAL: 1 } }) });
    await expect(verify(images)).rejects.toMatchObject({ name: 'ImageVulnerable' });
  });
});
