import * as sdk from '@aws-sdk/client-sqs';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

let standIn: StandIn<{ sqs: Sqs }>;
let client: sdk.SQSClient;
beforeAll(async () => {
  standIn = await startStandIn((world, iam) => ({ sqs: new Sqs(world, { iam }) }), 0.05);
  client = new sdk.SQSClient(standIn.client());
});
afterAll(() => standIn.stop());

let count = 0;
// Messages in flight stay so for as long as a test may take, however busy the machine is.
const queue = (attributes: Record<string, string> = {}) => {
  count += 1;
  return standIn.parts.sqs.createQueue(`example-${count}${attributes['FifoQueue'] ? '.fifo' : ''}`, {
    VisibilityTimeout: '1200',
    ...attributes,
  });
};
const send = (QueueUrl: string, MessageBody: string, rest: object = {}) =>
  client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody, ...rest }));
const receive = async (QueueUrl: string, rest: object = {}) =>
  (await client.send(new sdk.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...rest }))).Messages ?? [];
const bodies = (messages: sdk.Message[]) => messages.map(({ Body }) => Body);
const remove = (QueueUrl: string, { ReceiptHandle }: sdk.Message) => client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

it('hands a message to one receiver until its time is over, then to the next', async () => {
  const { url } = queue();
  await send(url, 'one', { MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } } });
  const first = await receive(url, { MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
  expect(first).toMatchObject([
    { Body: 'one', MessageAttributes: { a: { StringValue: 'x' } }, Attributes: { ApproximateReceiveCount: '1' } },
  ]);
  expect(await receive(url)).toEqual([]);
  await client.send(
    new sdk.ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: first[0]!.ReceiptHandle, VisibilityTimeout: 0 }),
  );
  const second = await receive(url);
  await remove(url, second[0]!);
  await remove(url, second[0]!); // twice is no error
  expect(standIn.parts.sqs.messages(url)).toEqual([]);
});

it('waits for a message as long as it is told', async () => {
  const { url } = queue();
  const waiting = receive(url, { WaitTimeSeconds: 20 });
  await send(url, 'late');
  expect(bodies(await waiting)).toEqual(['late']);
  expect(await receive(url, { WaitTimeSeconds: 1 })).toEqual([]);
});

it('answers when the message comes, and not when the wait is over', async () => {
  const patient = await startStandIn((world, iam) => ({ sqs: new Sqs(world, { iam }) }), 10);
  try {
    const there = new sdk.SQSClient(patient.client());
    const { url: QueueUrl } = patient.parts.sqs.createQueue('example');
    const waits = new Promise<void>((resolve) => {
      patient.hooks.call = ({ operation }) => (operation === 'ReceiveMessage' ? resolve() : undefined);
    });
    // At this clock's pace, longer than any test may take.
    const waiting = there.send(new sdk.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await waits;
    await there.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody: 'late' }));
    expect(bodies((await waiting).Messages ?? [])).toEqual(['late']);
  } finally {
    await patient.stop();
  }
});

it('hands nothing to a receiver that hung up while it waited', async () => {
  const { url } = queue();
  const hangUp = new AbortController();
  const waits = new Promise<void>((resolve) => {
    standIn.hooks.call = ({ operation }) => (operation === 'ReceiveMessage' ? resolve() : undefined);
  });
  const input = { QueueUrl: url, WaitTimeSeconds: 20 };
  const receiver = client.send(new sdk.ReceiveMessageCommand(input), { abortSignal: hangUp.signal });
  await waits;
  standIn.hooks.call = undefined;
  hangUp.abort();
  await expect(receiver).rejects.toThrow('aborted');
  await send(url, 'late');
  expect(bodies(await receive(url))).toEqual(['late']);
});

it('keeps the order of a group, and lets another group pass', async () => {
  const { url } = queue({ FifoQueue: 'true', ContentBasedDeduplication: 'true' });
  for (const [group, body] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['b', 'b1'],
  ] as const)
    await send(url, body, { MessageGroupId: group });
  const [first, other] = await receive(url, { MaxNumberOfMessages: 2 });
  expect([first!.Body, other!.Body]).toEqual(['a1', 'a2']);
  expect(bodies(await receive(url))).toEqual(['b1']);
  await send(url, 'a3', { MessageGroupId: 'a' });
  expect(await receive(url)).toEqual([]);
  await remove(url, first!);
  await remove(url, other!);
  expect(bodies(await receive(url))).toEqual(['a3']);
});

it('takes a message once, by its content or by its id', async () => {
  const { url } = queue({ FifoQueue: 'true', ContentBasedDeduplication: 'true', DeduplicationScope: 'messageGroup' });
  const [one, again, elsewhere] = [
    await send(url, 'x', { MessageGroupId: 'a' }),
    await send(url, 'x', { MessageGroupId: 'a' }),
    await send(url, 'x', { MessageGroupId: 'b' }),
  ];
  expect(again.MessageId).toBe(one.MessageId);
  expect(elsewhere.MessageId).not.toBe(one.MessageId);
  expect(standIn.parts.sqs.messages(url).length).toBe(2);
  await expect(send(url, 'x')).rejects.toMatchObject({ name: 'MissingParameter' });
});

it('gives up a message that was received too often', async () => {
  const dead = queue();
  const { url } = queue({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }) });
  await send(url, 'poison');
  for (const expected of [['poison'], ['poison'], []]) expect(bodies(await receive(url, { VisibilityTimeout: 0 }))).toEqual(expected);
  expect(bodies(await receive(dead.url))).toEqual(['poison']);
});

it('counts, sends in batches and purges', async () => {
  const { url, arn } = queue();
  const Entries = ['1', '2', '3'].map((Id) => ({ Id, MessageBody: Id }));
  expect((await client.send(new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries }))).Successful!.length).toBe(3);
  await receive(url, { MaxNumberOfMessages: 1 });
  const attributes = async () =>
    (await client.send(new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))).Attributes;
  expect(await attributes()).toMatchObject({ QueueArn: arn, ApproximateNumberOfMessages: '2', ApproximateNumberOfMessagesNotVisible: '1' });
  await client.send(new sdk.PurgeQueueCommand({ QueueUrl: url }));
  expect(await attributes()).toMatchObject({ ApproximateNumberOfMessages: '0' });
});

it('knows what is not there', async () => {
  await expect(client.send(new sdk.GetQueueUrlCommand({ QueueName: 'nobody' }))).rejects.toBeInstanceOf(sdk.QueueDoesNotExist);
  await expect(remove(queue().url, { ReceiptHandle: 'example' })).rejects.toBeInstanceOf(sdk.ReceiptHandleIsInvalid);
});

it('makes queues for stacks', async () => {
  const made = await standIn.parts.sqs.provisioners['AWS::SQS::Queue']!.create(
    { FifoQueue: true, VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: queue().arn, maxReceiveCount: 3 } },
    at('Events'),
  );
  expect(made.physicalId).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/111122223333\/Example-Events-\w{12}\.fifo$/);
  expect(made.attributes).toMatchObject({ QueueUrl: made.physicalId, Arn: expect.stringMatching(/^arn:aws:sqs:/) });
  const { Attributes } = await client.send(
    new sdk.GetQueueAttributesCommand({ QueueUrl: made.physicalId, AttributeNames: ['VisibilityTimeout', 'FifoQueue'] }),
  );
  expect(Attributes).toEqual({ VisibilityTimeout: '60', FifoQueue: 'true' });
});

it('tells how long each queue is and how old its oldest message, in the seconds of AWS', async () => {
  const { url } = queue();
  const name = url.split('/').at(-1)!;
  const measured = () => {
    const values: Record<string, number> = {};
    standIn.parts.sqs.measure(({ name: metric, dimensions, value }) => {
      if (dimensions['QueueName'] === name) values[metric] = value;
    });
    return values;
  };
  expect(measured()).toEqual({
    ApproximateNumberOfMessagesVisible: 0,
    ApproximateNumberOfMessagesNotVisible: 0,
    ApproximateAgeOfOldestMessage: 0,
  });
  await send(url, 'one');
  await send(url, 'two');
  await receive(url, { MaxNumberOfMessages: 1 });
  // 50 ms here are a second there.
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(measured()).toMatchObject({ ApproximateNumberOfMessagesVisible: 1, ApproximateNumberOfMessagesNotVisible: 1 });
  expect(measured()['ApproximateAgeOfOldestMessage']).toBeGreaterThanOrEqual(1);
});
