import * as sdk from '@aws-sdk/client-sns';
import { envelope, Sns } from '../../../rehearsal/aws/sns/sns.ts';
import { Sqs } from '../../../rehearsal/aws/sqs/sqs.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

let standIn: StandIn<{ sns: Sns; sqs: Sqs }>;
let client: sdk.SNSClient;
beforeEach(async () => {
  standIn = await startStandIn((world, iam) => ({ sns: new Sns(world, { iam }), sqs: new Sqs(world, { iam }) }));
  client = new sdk.SNSClient(standIn.client());
  const { sns, sqs } = standIn.parts;
  sns.deliverTo('sqs', 'sqs:SendMessage', ({ endpoint, raw }, message) =>
    sqs.send(endpoint, { body: raw ? message.message : envelope(message) }),
  );
});
afterEach(() => standIn.stop());

const topic = async () => (await standIn.parts.sns.provisioners['AWS::SNS::Topic']!.create({}, at('Topic'))).physicalId;

it('keeps what was published', async () => {
  const TopicArn = await topic();
  const { MessageId } = await client.send(
    new sdk.PublishCommand({
      TopicArn,
      Message: 'm & <more>',
      Subject: 's',
      MessageAttributes: { a: { DataType: 'String', StringValue: 'v' }, b: { DataType: 'Binary', BinaryValue: Buffer.from('x') } },
    }),
  );
  expect(standIn.parts.sns.published).toMatchObject([
    { id: MessageId, topicArn: TopicArn, message: 'm & <more>', subject: 's', attributes: { a: { StringValue: 'v' } } },
  ]);
  expect(Buffer.from(standIn.parts.sns.published[0]!.attributes['b']!.BinaryValue!).toString()).toBe('x');
});

it('delivers to a queue whose policy lets it, and says so where not', async () => {
  const TopicArn = await topic();
  const { arn, url } = standIn.parts.sqs.createQueue('example');
  await client.send(new sdk.SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: arn }));
  const publish = async () => {
    await client.send(new sdk.PublishCommand({ TopicArn, Message: 'm' }));
    await standIn.parts.sns.settled();
  };
  await publish();
  expect(standIn.parts.sqs.messages(url)).toEqual([]);
  expect(standIn.world.lines.at(-1)).toContain('sns.amazonaws.com is not authorized to perform: sqs:SendMessage');
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arn,
    Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
  };
  const policy = { Queues: [url], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } };
  await standIn.parts.sqs.provisioners['AWS::SQS::QueuePolicy']!.create(policy, at('Policy'));
  await publish();
  expect(JSON.parse(standIn.parts.sqs.messages(url)[0]!.body)).toMatchObject({ Type: 'Notification', TopicArn, Message: 'm' });
});

it('sends no mail, but says what it would have sent', async () => {
  const TopicArn = await topic();
  await standIn.parts.sns.provisioners['AWS::SNS::Subscription']!.create(
    { TopicArn, Protocol: 'email', Endpoint: 'ops@example.com' },
    at('Mail'),
  );
  await client.send(new sdk.PublishCommand({ TopicArn, Message: 'm', Subject: 'Released' }));
  await standIn.parts.sns.settled();
  expect(standIn.world.lines.at(-1)).toBe('sns: email to ops@example.com: Released');
});

it('knows no topic that is not there, and refuses what it would have to ignore', async () => {
  const TopicArn = 'arn:aws:sns:us-east-1:111122223333:nobody';
  await expect(client.send(new sdk.PublishCommand({ TopicArn, Message: 'm' }))).rejects.toBeInstanceOf(sdk.NotFoundException);
  await expect(client.send(new sdk.PublishCommand({ PhoneNumber: '+15550100', Message: 'm' }))).rejects.toThrow(
    'PhoneNumber is not supported',
  );
});
