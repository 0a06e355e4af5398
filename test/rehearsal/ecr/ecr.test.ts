import { Ecr } from '../../../rehearsal/aws/ecr/ecr.ts';
import type { CloudEvent } from '../../../rehearsal/aws/kernel.ts';
import { create } from '../ecs/example-cloud.ts';
import { docked, pushExampleImage } from '../ecs/example-image.ts';
import { exampleWorld } from '../example-world.ts';

const repositoryName = 'example/webhook';

describe('the registry', () => {
  const world = exampleWorld();
  const events: CloudEvent[] = [];
  const ecr = new Ecr(world, { emit: (event) => void events.push(event) });
  const call = { service: 'ecr', operation: 'example', requestId: 'example', principal: { arn: 'example' } };
  const handle = (operation: string, input: object = {}) => ecr.service.handlers[operation]!({ repositoryName, ...input }, call);
  let image: string;
  let digest: string;

  beforeAll(async () => {
    await ecr.start();
    const properties = {
      RepositoryName: repositoryName,
      ImageTagMutability: 'IMMUTABLE',
      ImageScanningConfiguration: { ScanOnPush: true },
    };
    const { physicalId, attributes } = await create(ecr.provisioners, 'AWS::ECR::Repository', properties);
    expect([physicalId, attributes['RepositoryUri']]).toEqual([repositoryName, `${ecr.address}/${repositoryName}`]);
    image = await pushExampleImage(ecr, world.home, repositoryName);
    digest = image.split('@')[1]!;
  });
  afterAll(async () => {
    await ecr.stop();
    world.remove();
  });

  it('describes what was pushed by digest and by tag', () => {
    const described = { imageDigest: digest, imageTags: ['v1-linux-amd64'], imageSizeInBytes: expect.any(Number) };
    expect(handle('DescribeImages', { imageIds: [{ imageTag: 'v1-linux-amd64' }] })).toMatchObject({ imageDetails: [described] });
    expect(handle('ListImages')).toMatchObject({ imageIds: [{ imageDigest: digest, imageTag: 'v1-linux-amd64' }] });
  });

  it('hands out the configuration of an image, which names its architecture', async () => {
    const { images } = handle('BatchGetImage', { imageIds: [{ imageDigest: digest }] }) as { images: { imageManifest: string }[] };
    const { config } = JSON.parse(images[0]!.imageManifest) as { config: { digest: string } };
    const { downloadUrl } = handle('GetDownloadUrlForLayer', { layerDigest: config.digest }) as { downloadUrl: string };
    expect(await (await fetch(downloadUrl)).json()).toMatchObject({ architecture: 'amd64', os: 'linux', config: { User: '1000' } });
    expect((await fetch(downloadUrl.replace(/token=.*/, 'token=stranger'))).status).toBe(403);
  });

  it('refuses a tag that another image holds, and takes the same image again', async () => {
    const docker = docked(world.home);
    const tag = `${ecr.uri(repositoryName)}:v1-linux-amd64`;
    await docker.run('push', tag);
    await pushExampleImage(ecr, world.home, repositoryName, 'linux/arm64');
    await docker.run('tag', `${ecr.uri(repositoryName)}:v1-linux-arm64`, tag);
    expect(await docker.refused('push', tag)).toBe(
      `1: docker (stand-in): tag invalid: The image tag 'v1-linux-amd64' already exists in the '${repositoryName}' repository and cannot be overwritten because the tag is immutable.`,
    );
  });

  it('takes nothing from a client without credentials', async () => {
    const answer = await fetch(`http://${ecr.address}/v2/`);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('Basic realm=')]);
  });

  it('refuses content that is not what its digest says', async () => {
    const headers = { authorization: `Basic ${ecr.token()}` };
    const begun = await fetch(`http://${ecr.address}/v2/${repositoryName}/blobs/uploads/`, { method: 'POST', headers });
    const at = `http://${ecr.address}${begun.headers.get('location')}?digest=sha256:${'0'.repeat(64)}`;
    const answer = await fetch(at, { method: 'PUT', headers, body: 'example' });
    expect([answer.status, await answer.json()]).toMatchObject([400, { errors: [{ code: 'DIGEST_INVALID' }] }]);
  });

  it('scans what is pushed, finds nothing unless it is told to, and says so in an event', async () => {
    const imageId = { imageDigest: digest };
    const scanned = (event: CloudEvent) => event['detail-type'] === 'ECR Image Scan' && JSON.stringify(event.detail).includes(digest);
    while (!events.some(scanned)) await new Promise((resolve) => setTimeout(resolve, 5));
    const clean = { imageScanStatus: { status: 'COMPLETE' }, imageScanFindings: { findingSeverityCounts: {}, findings: [] } };
    expect(handle('DescribeImageScanFindings', { imageId })).toMatchObject(clean);
    ecr.findings(digest, { CRITICAL: 1, HIGH: 2 });
    expect(handle('DescribeImageScanFindings', { imageId })).toMatchObject({
      imageScanFindings: { findingSeverityCounts: { CRITICAL: 1, HIGH: 2 } },
    });
  });

  it.each([
    ['DescribeImages', { repositoryName: 'absent' }, 'RepositoryNotFoundException'],
    ['DescribeImages', { imageIds: [{ imageTag: 'absent' }] }, 'ImageNotFoundException'],
    ['GetDownloadUrlForLayer', { layerDigest: `sha256:${'0'.repeat(64)}` }, 'LayersNotFoundException'],
    ['DescribeImageScanFindings', { imageId: { imageTag: 'absent' } }, 'ImageNotFoundException'],
  ])('answers %s of what is not there as ECR does', (operation, input, name) => {
    expect(() => handle(operation, input)).toThrow(expect.objectContaining({ name }));
  });

  it('does not call an image scanned that never was', async () => {
    await create(ecr.provisioners, 'AWS::ECR::Repository', { RepositoryName: 'example/unscanned' });
    await pushExampleImage(ecr, world.home, 'example/unscanned');
    const input = { repositoryName: 'example/unscanned', imageId: { imageTag: 'v1-linux-amd64' } };
    expect(() => handle('DescribeImageScanFindings', input)).toThrow(expect.objectContaining({ name: 'ScanNotFoundException' }));
  });

  it('keeps a repository that holds images when its stack is deleted', () => {
    const remove = ecr.provisioners['AWS::ECR::Repository']!.remove!;
    expect(() => remove(repositoryName, {}, {} as never)).toThrow(/cannot be deleted because it still contains images/);
  });
});
