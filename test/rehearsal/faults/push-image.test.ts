import { Ecr } from '../../../rehearsal/aws/ecr/ecr.ts';
import { pushImage } from '../../../rehearsal/faults/push-image.ts';
import { create } from '../ecs/example-cloud.ts';
import { exampleWorld } from '../example-world.ts';

describe('an image that is pushed by hand', () => {
  const world = exampleWorld();
  const ecr = new Ecr(world);
  beforeAll(async () => {
    await ecr.start();
    await create(ecr.provisioners, 'AWS::ECR::Repository', { RepositoryName: 'example/webhook', ImageTagMutability: 'IMMUTABLE' });
  });
  afterAll(async () => {
    await ecr.stop();
    world.remove();
  });

  it('stands in the registry under its tag, with the configuration that it was given', async () => {
    await pushImage(ecr, 'v1.4.0', { architecture: 'arm64', os: 'linux' });
    const manifest = JSON.parse(ecr.repositories.get('example/webhook')!.find('v1.4.0')!.manifest.toString()) as {
      config: { digest: string };
    };
    const answer = await fetch(ecr.layerUrl('example/webhook', manifest.config.digest));
    expect(await answer.json()).toEqual({ architecture: 'arm64', os: 'linux' });
  });

  it('is refused where another image holds the tag', async () => {
    await expect(pushImage(ecr, 'v1.4.0', { architecture: 'amd64', os: 'linux' })).rejects.toThrow('cannot be overwritten');
  });
});
