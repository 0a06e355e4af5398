import { type CollectPorts, collectDiagnostics } from '../../steps/collect-diagnostics.ts';
import type { AccessDenials, HealthChecks, ImageManifests, LogPages, Network, SecretHistory } from '../../steps/contract/evidence-ports.ts';
import { Manifest } from '../../steps/contract/failure.ts';
import type { LogReader, Recorded, SecretReader, Services, Stacks, TargetHealth } from '../../steps/contract/ports.ts';
import type { Incident } from '../../steps/contract/steps.ts';
import { oldTaskDefinition, ourTaskDefinition } from './builders.ts';
import { fakeLogs, fakeSecrets } from './fakes.ts';
import {
  config,
  crashed,
  minute,
  oldDefinition,
  serviceArn,
  serviceDeploymentArn,
  serviceView,
  serving,
  stackEvent,
  stackView,
  targetGroupArn,
} from './incidents.ts';
import { awsError, clockAt, type MemoryObjects, memoryObjects, port } from './ports.ts';

/** The step CollectDiagnostics over ports that answer: tests change what they are about. */
export const bucket = 'example-diagnostics';
export const prefix = 'diagnostics/v1.4.0-0123456-1/staging/WatchDeployment.ContainerCrashed';
/** A pause of nothing between tries, seconds that last milliseconds. */
export const quick = { cap: 2_000, store: 1_000, secret: 50, pause: 0, second: 10 };
export const group = '/release/staging/service';
export const streamOf = (id: string) => `${group} webhook/webhook/${id}`;
export const idOf = ({ taskArn: arn }: { taskArn: string }) => arn.split('/').at(-1) ?? '';

const healthCheck = {
  path: '/health/ready',
  port: 'traffic-port',
  matcher: '200',
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 3,
};
const subnet = {
  vpcId: 'vpc-1',
  zone: 'us-east-1a',
  cidr: '10.0.0.0/24',
  freeAddresses: 9,
  routeTable: 'rtb-1',
  routes: ['0.0.0.0/0 → nat-1 (active)'],
};
const imageView = { tags: ['v1.4.0'], pushedAt: minute(3), bytes: 10, platform: 'linux/amd64', mediaType: '', layers: [] };
const secretView = {
  arn: config.secretArn,
  versions: [{ id: config.secretVersionId, labels: ['AWSCURRENT'], createdAt: minute(-9) }],
  rotation: { enabled: false, lastRotated: null, next: null },
  lastChanged: minute(-9),
  deleted: null,
};

export const answers = {
  stacks: {
    describe: async () => stackView('UPDATE_IN_PROGRESS'),
    events: async () => [stackEvent()],
    resource: async (_stack: string, type: string) => ({
      logicalId: 'It',
      physicalId: type === 'AWS::ECS::Service' ? serviceArn : targetGroupArn,
      status: 'UPDATE_COMPLETE',
    }),
  } satisfies Partial<Stacks>,
  services: {
    describe: async () => serviceView(),
    deployment: async () => ({ arn: serviceDeploymentArn, status: 'IN_PROGRESS', reason: '' }),
    tasks: async () => [crashed(), serving()],
    taskDefinition: async (arn: string) => (arn === oldDefinition ? oldTaskDefinition() : ourTaskDefinition()),
  } satisfies Partial<Services>,
  logs: fakeLogs({
    [streamOf(idOf(crashed()))]: ['starting', 'TypeError: x is undefined'],
    [streamOf(idOf(serving()))]: ['GET /health 200'],
  }),
  targetHealth: { describe: async () => [{ target: '10.0.0.1:8080', state: 'unhealthy', reason: 'Target.Timeout', description: '' }] },
  healthChecks: { check: async () => healthCheck } satisfies HealthChecks,
  network: {
    ofService: async () => ({ subnets: ['subnet-1'], securityGroups: ['sg-1'] }),
    securityGroups: async (ids) => ids.map((id) => ({ id, vpcId: 'vpc-1', ingress: [], egress: ['all 0.0.0.0/0'] })),
    subnets: async (ids) => ids.map((id) => ({ ...subnet, id })),
    interfaces: async (ids) => ids.map((id) => ({ id, status: 'in-use', subnetId: 'subnet-1', address: '10.0.0.1', securityGroups: [] })),
  } satisfies Network,
  images: { manifest: async (_repository, imageDigest) => ({ ...imageView, digest: imageDigest }) } satisfies ImageManifests,
  secretHistory: { describe: async () => secretView, version: async () => null } satisfies SecretHistory,
  denials: { ofSession: async () => [] } satisfies AccessDenials,
};

export interface World {
  stacks?: Partial<Stacks>;
  services?: Partial<Services>;
  logs?: LogReader & LogPages;
  targetHealth?: TargetHealth;
  healthChecks?: HealthChecks;
  network?: Network;
  images?: ImageManifests;
  secretHistory?: SecretHistory;
  denials?: AccessDenials;
  recorded?: Recorded;
  secrets?: SecretReader;
  objects?: MemoryObjects;
}
export async function collect(of: Incident, world: World = {}, limits = quick) {
  const objects = world.objects ?? memoryObjects();
  const ports: CollectPorts = {
    stacks: port<Stacks>({ ...answers.stacks, ...world.stacks }),
    services: port<Services>({ ...answers.services, ...world.services }),
    targetHealth: world.targetHealth ?? answers.targetHealth,
    healthChecks: world.healthChecks ?? answers.healthChecks,
    network: world.network ?? answers.network,
    images: world.images ?? answers.images,
    secretHistory: world.secretHistory ?? answers.secretHistory,
    denials: world.denials ?? answers.denials,
    recorded: world.recorded ?? { since: async () => [] },
    repository: 'example',
    logs: world.logs ?? answers.logs,
    secrets: world.secrets ?? fakeSecrets(),
    objects,
    clock: clockAt(minute(8)),
  };
  const answer = await collectDiagnostics({ incident: of }, bucket, ports, limits);
  const sealed = objects.stored.get(answer.manifestKey ?? '');
  return { answer, objects, manifest: sealed === undefined ? null : Manifest.parse(JSON.parse(sealed)) };
}
export const json = (objects: MemoryObjects, name: string) => JSON.parse(objects.stored.get(`${prefix}/${name}`) ?? 'null');
export const missing = (answer: { missing: { source: string }[] }) => [...new Set(answer.missing.map(({ source }) => source))].sort();
export const denied = () => Promise.reject(awsError('AccessDeniedException', 'is not authorized to perform this'));
export const never = () => new Promise<never>(() => {});
