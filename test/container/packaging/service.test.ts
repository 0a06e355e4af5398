import { setTimeout as sleep } from 'node:timers/promises';
import { ExampleService } from './example-service.ts';

let service: ExampleService;

beforeAll(async () => {
  service = await ExampleService.start();
  await service.startTask();
}, 60_000);
afterAll(() => service.stop());

it('a webhook becomes a package: signed, queued, exported, written, announced, by the service as it is deployed', async () => {
  expect(await service.deliver({ type: 'v2.entry.created', resourceId: 'etr_sample' })).toBe(202);
  await service.task.line('entry.packaged');
  expect(service.announced()).toMatchObject([
    { package_name: 'benchling/EXP-EXAMPLE-1', source_prefix: 's3://example-staging-data/benchling/EXP-EXAMPLE-1/' },
  ]);
  expect(Object.keys(await service.files())).toHaveLength(6);
  await service.drained();
  for (const secret of service.world.secretValues()) expect(service.task.text).not.toContain(secret);
}, 60_000);

it('a pressed button is answered on its canvas', async () => {
  const pressed = { type: 'v2.canvas.userInteracted', canvasId: 'cnvs_sample', buttonId: 'browse-package' };
  expect(await service.deliver(pressed)).toBe(202);
  const { canvases } = service.world.benchling.tenant('example-staging');
  while (!canvases.get('cnvs_sample')?.blocks) await sleep(20);
  const shown = JSON.stringify(canvases.get('cnvs_sample')?.blocks);
  for (const text of ['EXP-EXAMPLE-1/table.csv', 'packages/example/linked', 'Browse package']) expect(shown).toContain(text);
}, 60_000);
