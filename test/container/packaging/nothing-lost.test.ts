import { setTimeout as sleep } from 'node:timers/promises';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { RequestThrottled } from '@aws-sdk/client-sqs';
import { ExampleService } from './example-service.ts';

let service: ExampleService;
/** The package as it is when nothing goes wrong. */
let calm: Record<string, string>;

beforeAll(async () => {
  service = await ExampleService.start();
  await service.startTask();
  expect(await service.deliver(entryCreated, 'msg_calm')).toBe(202);
  await service.drained();
  calm = await service.files();
}, 60_000);
afterEach(() => {
  delete service.standIn.hooks.call;
  service.world.benchling.storms.length = 0;
});
afterAll(() => service.stop());

const entryCreated = { type: 'v2.entry.created', resourceId: 'etr_sample' };

/** As Benchling delivers: an answer of 5xx, or none, has the event sent again. */
async function deliverAll(name: string, count: number): Promise<{ refusals: number }> {
  let refusals = 0;
  for (let index = 0; index < count; index++) {
    while ((await service.deliver(entryCreated, `msg_${name}_${index}`)) !== 202) {
      refusals += 1;
      await sleep(100);
    }
  }
  return { refusals };
}

const exportsAsked = () => service.world.benchling.requests.filter(({ path }) => path.endsWith('/exports')).length;

/** Whatever is right afterwards was written anew. */
async function spoil(): Promise<void> {
  for (const key of Object.keys(calm)) await service.standIn.parts.s3.put('example-staging-data', key, 'spoilt');
}

it('a storm of Benchling, S3 and SQS at once delays events and loses none', async () => {
  const announced = service.announced().length;
  await spoil();
  const storm = (path: RegExp, status: number) => ({ path, status, times: 1, ...(status === 429 && { retryAfter: '1' }) });
  const storms = [
    storm(/\/entries\//, 503),
    storm(/\/exports$/, 429),
    storm(/\/exports$/, 502),
    storm(/\/tasks\//, 504),
    storm(/\/tasks\//, 503),
  ];
  service.world.benchling.storms.push(...storms);
  const left: Record<string, number> = { SendMessageBatch: 3, ReceiveMessage: 2, PutObject: 3, SendMessage: 2, DeleteMessage: 2 };
  service.standIn.hooks.call = ({ service: of, operation }) => {
    if (!left[operation]) return;
    left[operation] -= 1;
    if (of === 's3')
      throw new S3ServiceException({ name: 'SlowDown', $fault: 'server', message: 'Please reduce your request rate.', $metadata: {} });
    throw new RequestThrottled({ message: 'Rate exceeded', $metadata: {} });
  };
  const { refusals } = await deliverAll('storm', 5);
  // Three throttled batches are more than one call bears: the sender was told, and sent the event again.
  expect(refusals).toBeGreaterThan(0);
  await service.drained();
  expect(left).toEqual({ SendMessageBatch: 0, ReceiveMessage: 0, PutObject: 0, SendMessage: 0, DeleteMessage: 0 });
  expect(storms.filter(({ times }) => times > 0)).toEqual([]);
  expect(service.parked()).toEqual([]);
  expect(service.announced()).toHaveLength(announced + 5);
  expect(await service.files()).toEqual(calm);
}, 120_000);

it('a task that is told to stop in the middle of a package, under load, leaves every event packaged once, by it or by the next', async () => {
  const announced = service.announced().length;
  const before = exportsAsked();
  const stopping = service.task;
  await deliverAll('term', 6);
  while (exportsAsked() === before) await sleep(5);
  expect(await stopping.kill('SIGTERM')).toBe(0);
  await service.startTask();
  await service.drained();
  expect(service.parked()).toEqual([]);
  expect(service.announced()).toHaveLength(announced + 6);
  expect(await service.files()).toEqual(calm);
}, 120_000);

it('a task that is killed in the middle of a package leaves its event to the next, which makes the very same package', async () => {
  const announced = service.announced().length;
  const before = exportsAsked();
  await spoil();
  // The archive is asked for, and its making takes a while.
  service.world.benchling.storms.push({ path: /\/tasks\//, status: 503, times: 1 });
  await deliverAll('kill', 3);
  while (exportsAsked() === before) await sleep(5);
  await service.task.kill('SIGKILL');
  await service.giveBack();
  await service.startTask();
  await service.drained();
  expect(service.parked()).toEqual([]);
  expect(service.announced().length).toBeGreaterThanOrEqual(announced + 3);
  expect(await service.files()).toEqual(calm);
}, 120_000);
