import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workQueueNames } from '../../../app-stack/work-queue.ts';
import { Athena } from '../../../rehearsal/aws/athena/athena.ts';
import { CloudFormation } from '../../../rehearsal/aws/cloudformation/cloudformation.ts';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { SecretsManager } from '../../../rehearsal/aws/secretsmanager/secretsmanager.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { OutsideWorld } from '../../../rehearsal/world/outside-world.ts';
import { startStandIn } from '../../rehearsal/stand-in.ts';
import { exampleStage } from '../../rehearsal/world/example-place.ts';
import { bundleService, ServiceProcess } from '../server/service-process.ts';

const start = () =>
  startStandIn((world, iam) => {
    const s3 = new S3(world, { iam });
    const sqs = new Sqs(world, { iam });
    const provisioners = { ...s3.provisioners, ...sqs.provisioners };
    const templates = () => Promise.reject(new Error('no template by URL'));
    const cloudformation = new CloudFormation(world, { iam, provisioners, templates, emit: () => {} });
    return { s3, sqs, athena: new Athena(world, { s3 }), secretsmanager: new SecretsManager(world), cloudformation };
  }, 1);

let home: string;
let bundle: Awaited<ReturnType<typeof bundleService>>;
let world: OutsideWorld;
let standIn: Awaited<ReturnType<typeof start>>;
let service: ServiceProcess;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'example-service-'));
  [bundle, world, standIn] = await Promise.all([bundleService(), OutsideWorld.start(home), start()]);
  await world.playStage({ ...standIn.parts, world: standIn.world }, exampleStage);
  const { work, parked } = workQueueNames(exampleStage.secretName);
  for (const name of [work, parked]) standIn.parts.sqs.createQueue(name, { FifoQueue: 'true' });
  service = new ServiceProcess(bundle.folder, {
    ...world.environment(),
    ...standIn.iam.operatorCredentials(),
    QuiltStackARN: exampleStage.quiltStackArn,
    BenchlingSecret: exampleStage.secretName,
    AWS_ENDPOINT_URL: standIn.world.endpoint(),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
}, 60_000);
afterAll(async () => {
  await service.kill('SIGKILL');
  // Nobody waits for the end of its long poll any more.
  standIn.world.clock.scale = 0.001;
  await Promise.all([world.stop(), standIn.stop()]);
  bundle.remove();
  rmSync(home, { recursive: true, force: true });
});

async function deliver(message: object): Promise<number> {
  const body = JSON.stringify({ version: '0', channel: 'events', message });
  const headers = { 'content-type': 'application/json', ...world.benchling.sign(body) };
  return (await fetch(`${await service.url()}/webhook`, { method: 'POST', headers, body })).status;
}

const packager = () => standIn.parts.sqs.messages('example-quilt-staging-packager').map(({ body }) => JSON.parse(body) as object);

it('a webhook becomes a package: signed, queued, exported, written, announced, by the service as it is deployed', async () => {
  await service.line('config.resolved');
  expect(await deliver({ type: 'v2.entry.created', resourceId: 'etr_sample' })).toBe(202);
  await service.line('entry.packaged');
  expect(packager()).toMatchObject([
    { package_name: 'benchling/EXP-EXAMPLE-1', source_prefix: 's3://example-staging-data/benchling/EXP-EXAMPLE-1/' },
  ]);
  expect(standIn.parts.s3.keys('example-staging-data', 'benchling/')).toHaveLength(6);
  const { work } = workQueueNames(exampleStage.secretName);
  while (standIn.parts.sqs.messages(work).length > 0) await sleep(20);
  for (const secret of world.secretValues()) expect(service.text).not.toContain(secret);
}, 60_000);

it('a pressed button is answered on its canvas', async () => {
  expect(await deliver({ type: 'v2.canvas.userInteracted', canvasId: 'cnvs_sample', buttonId: 'browse-package' })).toBe(202);
  const { canvases } = world.benchling.tenant('example-staging');
  while (!canvases.get('cnvs_sample')?.blocks) await sleep(20);
  const shown = JSON.stringify(canvases.get('cnvs_sample')?.blocks);
  for (const text of ['EXP-EXAMPLE-1/table.csv', 'packages/example/linked', 'Browse package']) expect(shown).toContain(text);
}, 60_000);
