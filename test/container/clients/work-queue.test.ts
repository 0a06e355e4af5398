import { WorkQueue } from '../../../container/src/clients/work-queue.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { exampleEvent } from '../work/fakes.ts';

let standIn: StandIn<{ sqs: Sqs }>;
beforeAll(async () => {
  standIn = await startStandIn((world, iam) => ({ sqs: new Sqs(world, { iam }) }), 0.05);
  const { endpoint, credentials } = standIn.client();
  // As in a task: the client of the service is configured by nothing else.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
});
afterAll(async () => {
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name];
  await standIn.stop();
});

let count = 0;
/** The two queues of a stage, as its foundation makes them; messages in flight stay so for as long as a test may take. */
function queues() {
  count += 1;
  const fifo = { FifoQueue: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
  const { sqs } = standIn.parts;
  const parked = sqs.createQueue(`example-${count}-parked.fifo`, { FifoQueue: 'true' });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: parked.arn, maxReceiveCount: 10 });
  const work = sqs.createQueue(`example-${count}.fifo`, { ...fifo, VisibilityTimeout: '1200', RedrivePolicy });
  const queue = new WorkQueue(standIn.world.region, () => ({ work: work.url, parked: parked.url }));
  return { queue, kept: (which: 'work' | 'parked') => sqs.messages((which === 'work' ? work : parked).arn) };
}

it('keeps what it says that it keeps, once for each webhook', async () => {
  const { queue, kept } = queues();
  const events = Array.from({ length: 23 }, (_, index) => exampleEvent(`etr_${index}`, `msg_${index}`));
  await Promise.all([...events, ...events].map((event) => queue.send(event)));
  // Batches overtake each other on their way, as webhooks do: order begins in the queue.
  const texts = kept('work').map(({ body }) => body);
  expect(texts.sort()).toEqual(events.map((event) => JSON.stringify(event)).sort());
});

it('hands out one event of an entry at a time, in order, and tells how often and since when', async () => {
  const { queue } = queues();
  await queue.send(exampleEvent('etr_1', 'msg_1'));
  await queue.send(exampleEvent('etr_1', 'msg_2'));
  await queue.send(exampleEvent('etr_2', 'msg_3'));
  const [first, other] = [await queue.receive(), await queue.receive()];
  expect(first).toMatchObject({ groupId: 'etr_1', deduplicationId: 'msg_1', attempt: 1 });
  expect(first!.ageMs).toBeLessThan(30_000);
  expect(other).toMatchObject({ groupId: 'etr_2' });
  expect(await queue.receive()).toBeUndefined();
  await queue.hide(first!, 0);
  const again = await queue.receive();
  expect(again).toMatchObject({ deduplicationId: 'msg_1', attempt: 2 });
  await queue.remove(again!);
  expect(await queue.receive()).toMatchObject({ deduplicationId: 'msg_2', attempt: 1 });
});

it('parks an event with its reason, in the order of its entry', async () => {
  const { queue, kept } = queues();
  await queue.send(exampleEvent());
  const message = await queue.receive();
  await queue.park(message!, 'x'.repeat(2000));
  await queue.remove(message!);
  expect(kept('work')).toEqual([]);
  expect(kept('parked')).toMatchObject([
    {
      body: message!.body,
      groupId: 'etr_example',
      attributes: { reason: { StringValue: 'x'.repeat(1000) }, attempts: { StringValue: '1' } },
    },
  ]);
});

it('tells the worker that a message is no longer its own', async () => {
  const { queue } = queues();
  await queue.send(exampleEvent());
  const message = await queue.receive();
  await queue.remove(message!);
  await expect(queue.hide(message!, 60)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});

it('is reached where it is, and not where it is not', async () => {
  await expect(queues().queue.reach()).resolves.toBeUndefined();
  const nowhere = 'https://sqs.us-east-1.amazonaws.com/111122223333/nowhere.fifo';
  const missing = new WorkQueue(standIn.world.region, () => ({ work: nowhere, parked: nowhere }));
  await expect(missing.reach()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(missing.send(exampleEvent())).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});
