import { setTimeout as sleep } from 'node:timers/promises';
import type { Properties } from '../../../rehearsal/aws/kernel.ts';
import { at } from '../stand-in.ts';
import { type LambdaStandIn, startLambda } from './harness.ts';

let aws: LambdaStandIn;
beforeEach(async () => {
  aws = await startLambda();
});
afterEach(() => aws.close());

const tellBodies = 'export const handler = async ({ Records }) => { for (const { body } of Records) console.log(`got ${body}`); };';
const fail = 'export const handler = async () => { throw new Error("not today"); };';

/** A function that may take messages out of queues, or not. */
async function reader(source: string, actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueUrl']) {
  const statement = (Action: string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const Statement = [statement(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*'), statement(actions, '*')];
  await aws.iam.provisioners['AWS::IAM::Role']!.create(
    {
      RoleName: 'reader',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] },
      Policies: [{ PolicyName: 'queues', PolicyDocument: { Version: '2012-10-17', Statement } }],
    },
    at('Reader'),
  );
  return aws.deploy(source, { Role: 'arn:aws:iam::111122223333:role/reader' });
}
const map = (FunctionName: string, EventSourceArn: string, more: Properties = {}) =>
  aws.parts.lambda.provisioners['AWS::Lambda::EventSourceMapping']!.create({ FunctionName, EventSourceArn, ...more }, at('Mapping'));
const logged = () => [...aws.logs.values()].flat();

/** Until it is so: what Lambda takes out of a queue it takes in its own time. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo(); await sleep(20)) if (Date.now() > end) throw new Error('it never was so');
}

describe('a queue as event source of a function', () => {
  it('hands over what was sent, and deletes what was handled', async () => {
    const { arn } = aws.parts.sqs.createQueue('work');
    await map(await reader(tellBodies), arn, { BatchSize: 10 });
    aws.parts.sqs.send(arn, { body: 'one' });
    aws.parts.sqs.send(arn, { body: 'two' });
    await until(() => aws.parts.sqs.messages(arn).length === 0);
    expect(logged().join('\n')).toMatch(/got one.*got two/s);
  });

  it('leaves what the function failed to handle to the queue, and in the end to its dead letters', async () => {
    const dead = aws.parts.sqs.createQueue('dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 });
    const { arn } = aws.parts.sqs.createQueue('work', { RedrivePolicy, VisibilityTimeout: '1' });
    await map(await reader(fail), arn);
    aws.parts.sqs.send(arn, { body: 'one' });
    await until(() => aws.parts.sqs.messages(dead.arn).length === 1);
    expect(aws.parts.sqs.messages(arn)).toEqual([]);
  });

  it('takes nothing with a role that may not', async () => {
    const { arn } = aws.parts.sqs.createQueue('work');
    await map(await reader(tellBodies, ['sqs:GetQueueUrl']), arn);
    aws.parts.sqs.send(arn, { body: 'one' });
    await sleep(300);
    expect(aws.parts.sqs.messages(arn)).toHaveLength(1);
    expect(logged().join('\n')).not.toContain('got one');
  });

  it('takes nothing any more once it is deleted', async () => {
    const { arn } = aws.parts.sqs.createQueue('work');
    const { physicalId } = await map(await reader(tellBodies), arn);
    await aws.parts.lambda.provisioners['AWS::Lambda::EventSourceMapping']!.remove!(physicalId, {}, at('Mapping'));
    aws.parts.sqs.send(arn, { body: 'one' });
    await sleep(300);
    expect(aws.parts.sqs.messages(arn)).toHaveLength(1);
  });

  it('refuses by name what it does not honour', async () => {
    const { arn } = aws.parts.sqs.createQueue('work');
    const name = await aws.deploy(tellBodies);
    expect(() => map(name, arn, { FilterCriteria: {} })).toThrow('AWS::Lambda::EventSourceMapping with FilterCriteria is not supported');
    const stream = 'arn:aws:kinesis:us-east-1:111122223333:stream/example';
    await expect(async () => map(name, stream)).rejects.toThrow('is not supported: only queues');
  });
});
