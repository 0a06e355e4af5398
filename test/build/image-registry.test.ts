import { pushedImage, registryCredentials } from '../../build/image-registry.ts';
import { Ecr } from '../../rehearsal/aws/ecr/ecr.ts';
import { create } from '../rehearsal/ecs/example-cloud.ts';
import { pushExampleImage } from '../rehearsal/ecs/example-image.ts';
import { type StandIn, startStandIn } from '../rehearsal/stand-in.ts';
import { leadTo } from '../steps/clients/endpoint.ts';

const repository = 'example/webhook';
let standIn: StandIn<{ ecr: Ecr }>;
let digest: string;

beforeAll(async () => {
  standIn = await startStandIn((world) => ({ ecr: new Ecr(world, { emit: () => {} }) }));
  const { endpoint, credentials } = standIn.client();
  leadTo({ endpoint, ...credentials });
  const { ecr } = standIn.parts;
  await ecr.start();
  await create(ecr.provisioners, 'AWS::ECR::Repository', { RepositoryName: repository });
  digest = (await pushExampleImage(ecr, standIn.world.home, repository)).split('@')[1] ?? '';
});
afterAll(async () => {
  await standIn.parts.ecr.stop();
  await standIn.stop();
});

it('finds an image that an earlier attempt pushed, and the commit that it was built from', async () => {
  expect(await pushedImage(repository, 'v1-linux-amd64')).toEqual({ digest, revision: null });
});

it('finds no image under a tag that was never pushed', async () => {
  expect(await pushedImage(repository, 'v2')).toBeNull();
});

it('logs in with a token for the registry that AWS names', async () => {
  expect(await registryCredentials()).toEqual({ user: 'AWS', password: expect.any(String), registry: standIn.parts.ecr.address });
});
