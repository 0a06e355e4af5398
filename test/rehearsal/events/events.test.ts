import * as sdk from '@aws-sdk/client-eventbridge';
import { jest } from '@jest/globals';
import { type Delivery, Events } from '../../../rehearsal/aws/events/events.ts';
import { rateOf } from '../../../rehearsal/aws/events/schedules.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

let standIn: StandIn<{ events: Events }>;
let events: Events;
let client: sdk.EventBridgeClient;
let delivered: Delivery[];
beforeEach(async () => {
  standIn = await startStandIn((world, iam) => ({ events: new Events(world, { iam }) }));
  events = standIn.parts.events;
  client = new sdk.EventBridgeClient(standIn.client());
  delivered = [];
  for (const service of ['lambda', 'states', 'sqs']) events.target(service, (delivery) => void delivered.push(delivery));
});
afterEach(async () => {
  await events.close();
  await standIn.stop();
});

const lambda = 'arn:aws:lambda:us-east-1:111122223333:function:example';
const machine = 'arn:aws:states:us-east-1:111122223333:stateMachine:example';
const queue = 'arn:aws:sqs:us-east-1:111122223333:example';

const rule = (logicalId: string, properties: object) => events.provisioners['AWS::Events::Rule']!.create(properties, at(logicalId));
const put = (entry: sdk.PutEventsRequestEntry) =>
  client.send(
    new sdk.PutEventsCommand({ Entries: [{ Source: 'release', DetailType: 'Release Outcome', Detail: '{"tag":"v1"}', ...entry }] }),
  );
const onRelease = { EventPattern: { source: ['release'] } };

it('delivers a matching event as AWS shapes it, and no other', async () => {
  await rule('R', { ...onRelease, Targets: [{ Id: 'T', Arn: lambda }] });
  const { Entries } = await put({ Time: new Date('2026-01-02T03:04:05.678Z'), Resources: ['arn:x'] });
  await put({ Source: 'other' });
  await events.settled();
  expect(delivered.map(({ payload }) => payload)).toEqual([
    {
      version: '0',
      id: Entries![0]!.EventId,
      'detail-type': 'Release Outcome',
      source: 'release',
      account: '111122223333',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: ['arn:x'],
      detail: { tag: 'v1' },
    },
  ]);
});

it("refuses the entries that are wrong, each by itself, and AWS's own sources", async () => {
  const answer = await client.send(
    new sdk.PutEventsCommand({
      Entries: [
        { Source: 'aws.ecs', DetailType: 'x', Detail: '{}' },
        { Source: 'release', DetailType: 'x', Detail: 'no json' },
        { Source: 'release', DetailType: 'x', Detail: '{}' },
        { Source: 'release', Detail: '{}' },
      ],
    }),
  );
  expect(answer.FailedEntryCount).toBe(3);
  expect(answer.Entries!.map(({ ErrorCode, EventId }) => ErrorCode ?? typeof EventId)).toEqual([
    'NotAuthorizedForSourceException',
    'MalformedDetail',
    'string',
    'InvalidArgument',
  ]);
  await expect(put({ EventBusName: 'nowhere' })).rejects.toBeInstanceOf(sdk.ResourceNotFoundException);
});

it('lets a role put only what its policy names, on that bus, entry by entry', async () => {
  await events.provisioners['AWS::Events::EventBus']!.create({ Name: 'own' }, at('Own'));
  const Resource = 'arn:aws:events:us-east-1:111122223333:event-bus/own';
  const Condition = {
    'ForAllValues:StringEquals': { 'events:source': 'release.own', 'events:detail-type': 'Told' },
    Null: { 'events:source': 'false', 'events:detail-type': 'false' },
  };
  const statement = { Effect: 'Allow', Action: 'events:PutEvents', Resource, Condition };
  await standIn.iam.provisioners['AWS::IAM::Role']!.create(
    {
      RoleName: 'Teller',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
    },
    at('Teller'),
  );
  const keys = await standIn.iam.credentials('arn:aws:iam::111122223333:role/Teller', 'lambda.amazonaws.com');
  const teller = new sdk.EventBridgeClient(standIn.client(keys));
  const told = { EventBusName: 'own', Source: 'release.own', DetailType: 'Told', Detail: '{}' };
  const tell = (...changes: Partial<typeof told>[]) =>
    teller.send(new sdk.PutEventsCommand({ Entries: changes.map((change) => ({ ...told, ...change })) }));
  expect(await tell({})).toMatchObject({ FailedEntryCount: 0 });
  for (const wrong of [{ Source: 'release.other' }, { DetailType: 'Other' }, { EventBusName: 'default' }])
    await expect(tell({}, wrong)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

it('shapes what the target gets', async () => {
  const transformer = {
    InputPathsMap: { tag: '$.detail.tag', detail: '$.detail', gone: '$.detail.gone' },
    InputTemplate: '{"say":"tag <tag> of <detail>","tag":<tag>,"detail":<detail>,"gone":"<gone>","rule":<aws.events.rule-name>}',
  };
  const inputs = [{ Input: '{"fixed":1}' }, { InputPath: '$.detail' }, { InputTransformer: transformer }];
  await rule('R', { Name: 'shaping', ...onRelease, Targets: inputs.map((input, index) => ({ Id: `${index}`, Arn: lambda, ...input })) });
  await put({});
  await events.settled();
  expect(delivered.map(({ payload }) => payload)).toEqual([
    { fixed: 1 },
    { tag: 'v1' },
    { say: 'tag v1 of {"tag":"v1"}', tag: 'v1', detail: { tag: 'v1' }, gone: '', rule: 'shaping' },
  ]);
});

it('starts a machine as the role of the target, when it may', async () => {
  const role = (RoleName: string, Action: string) =>
    standIn.iam.provisioners['AWS::IAM::Role']!.create(
      {
        RoleName,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          { PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: machine }] } },
        ],
      },
      at(RoleName),
    );
  await role('May', 'states:StartExecution');
  await role('MayNot', 'states:DescribeStateMachine');
  const target = (Id: string) => ({ Id, Arn: machine, RoleArn: `arn:aws:iam::111122223333:role/${Id}` });
  await rule('R', { ...onRelease, Targets: [target('May'), target('MayNot'), { Id: 'NoRole', Arn: machine }] });
  await put({});
  await events.settled();
  expect(delivered.map(({ principal }) => principal?.arn)).toEqual(['arn:aws:iam::111122223333:role/May']);
  expect(standIn.world.lines.length).toBe(2);
  expect(standIn.world.lines.join()).toMatch(/is not authorized to perform: states:StartExecution/);
  expect(standIn.world.lines.join()).toMatch(/RoleArn is required/);
});

describe('when the target fails', () => {
  const failing = (times: number) => {
    let calls = 0;
    events.target('lambda', (delivery) => {
      calls += 1;
      if (calls <= times) throw new Error('busy');
      delivered.push(delivery);
    });
    return () => calls;
  };
  const allowQueue = () =>
    standIn.iam.setResourcePolicy(queue, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: queue } as never],
    });

  it('tries again', async () => {
    const calls = failing(2);
    await rule('R', { ...onRelease, Targets: [{ Id: 'T', Arn: lambda }] });
    await put({});
    await events.settled();
    expect([calls(), delivered.length]).toEqual([3, 1]);
  });

  it('gives up after the attempts of its policy, into the dead-letter queue', async () => {
    failing(9);
    allowQueue();
    const target = { Id: 'T', Arn: lambda, RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: queue } };
    await rule('R', { ...onRelease, Targets: [target] });
    await put({});
    await events.settled();
    expect(delivered).toMatchObject([
      { arn: queue, payload: { source: 'release' }, attributes: { ERROR_MESSAGE: 'busy', RETRY_ATTEMPTS: '1', TARGET_ARN: lambda } },
    ]);
  });

  it('says so when the queue does not take it either', async () => {
    failing(9);
    await rule('R', {
      ...onRelease,
      Targets: [{ Id: 'T', Arn: lambda, RetryPolicy: { MaximumRetryAttempts: 0 }, DeadLetterConfig: { Arn: queue } }],
    });
    await put({});
    await events.settled();
    expect(standIn.world.lines.at(-1)).toMatch(
      /did not reach .*:example either: events.amazonaws.com is not authorized to perform: sqs:SendMessage/,
    );
  });
});

it('forwards an event to another bus once, never twice', async () => {
  const bus = (Name: string) => events.provisioners['AWS::Events::EventBus']!.create({ Name }, at(Name));
  const arn = (name: string) => `arn:aws:events:us-east-1:111122223333:event-bus/${name}`;
  await bus('second');
  await bus('third');
  await standIn.iam.provisioners['AWS::IAM::Role']!.create(
    {
      RoleName: 'Forward',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' }] },
        },
      ],
    },
    at('Forward'),
  );
  const RoleArn = 'arn:aws:iam::111122223333:role/Forward';
  await rule('One', { ...onRelease, Targets: [{ Id: 'T', Arn: arn('second'), RoleArn }] });
  await rule('Two', {
    ...onRelease,
    EventBusName: 'second',
    Targets: [
      { Id: 'T', Arn: arn('third'), RoleArn },
      { Id: 'L', Arn: lambda },
    ],
  });
  await rule('Three', { ...onRelease, EventBusName: 'third', Targets: [{ Id: 'L', Arn: `${lambda}-third` }] });
  await put({});
  await events.settled();
  expect(delivered.map(({ arn }) => arn)).toEqual([lambda]);
});

it("carries AWS's own events, and stops when a rule is removed or disabled", async () => {
  const provisioner = events.provisioners['AWS::Events::Rule']!;
  const properties = { EventPattern: { source: ['aws.ecs'] }, Targets: [{ Id: 'T', Arn: lambda }] };
  const { physicalId, attributes } = await provisioner.create(properties, at('R'));
  expect(attributes).toEqual({ Arn: `arn:aws:events:us-east-1:111122223333:rule/${physicalId}` });
  const emit = () => events.emit({ source: 'aws.ecs', 'detail-type': 'ECS Task State Change', detail: {} });
  emit();
  await provisioner.update!(physicalId, { ...properties, State: 'DISABLED' }, properties, at('R'));
  emit();
  await provisioner.remove!(physicalId, properties, at('R'));
  emit();
  await events.settled();
  expect(delivered.length).toBe(1);
});

it('refuses rules that it could not honour', () => {
  expect(() =>
    rule('R', { ...onRelease, Targets: [{ Id: 'T', Arn: 'arn:aws:firehose:us-east-1:111122223333:deliverystream/x' }] }),
  ).toThrow('the service "firehose"');
  expect(() => rule('R', { ...onRelease, Targets: [{ Id: 'T', Arn: lambda, HttpParameters: {} }] })).toThrow(
    'HttpParameters is not supported',
  );
  expect(() => rule('R', { ...onRelease, Targets: [{ Id: 'T', Arn: lambda, InputPath: '$.detail[*]' }] })).toThrow('is not supported');
});

it('tells nobody what happens after it was closed', async () => {
  await rule('R', { ...onRelease, Targets: [{ Id: 'T', Arn: lambda }] });
  await events.close();
  await put({});
  await events.settled();
  expect(delivered).toEqual([]);
});

describe('a schedule', () => {
  const scheduled = (ScheduleExpression: string, more: object = {}) => ({
    ScheduleExpression,
    Targets: [{ Id: 'T', Arn: lambda }],
    ...more,
  });
  let timers: { seconds: number; passed: () => void }[];
  beforeEach(() => {
    timers = [];
    jest.spyOn(standIn.world.clock, 'timer').mockImplementation((seconds, passed) => {
      const timer = { seconds, passed };
      timers.push(timer);
      return { restart: () => {}, clear: () => void timers.splice(timers.indexOf(timer), 1) };
    });
  });
  /** The time of the one timer is over. */
  const pass = async () => {
    const [timer] = timers.splice(0, 1);
    timer!.passed();
    await events.settled();
  };

  it('fires when its time is over, and then again and again', async () => {
    await rule('R', scheduled('rate(30 minutes)'));
    expect(timers).toMatchObject([{ seconds: 1800 }]);
    expect(delivered).toEqual([]);
    await pass();
    expect(delivered.map(({ payload }) => payload)).toMatchObject([
      { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {}, resources: [expect.stringContaining(':rule/')] },
    ]);
    await pass();
    expect(delivered).toHaveLength(2);
  });

  it('hands its target what the rule says', async () => {
    await rule('R', scheduled('rate(1 hour)', { Targets: [{ Id: 'T', Arn: lambda, Input: '{"stage":"prod"}' }] }));
    await pass();
    expect(delivered.map(({ payload }) => payload)).toEqual([{ stage: 'prod' }]);
  });

  it('waits for nothing when its rule is disabled or gone, and for the other rate when it is changed', async () => {
    const { physicalId } = await rule('R', scheduled('rate(1 minute)'));
    const { update, remove } = events.provisioners['AWS::Events::Rule']!;
    await update!(physicalId, scheduled('rate(1 minute)', { State: 'DISABLED' }), {}, at('R'));
    expect(timers).toEqual([]);
    await update!(physicalId, scheduled('rate(1 day)'), {}, at('R'));
    expect(timers).toMatchObject([{ seconds: 86_400 }]);
    await remove!(physicalId, {}, at('R'));
    expect(timers).toEqual([]);
  });

  it('of dates is told in the log, and never comes', async () => {
    await rule('R', scheduled('cron(0 12 * * ? *)'));
    expect(timers).toEqual([]);
  });

  it.each([
    ['rate(1 minute)', 60],
    ['rate(2 hours)', 7200],
    ['rate(7 days)', 604_800],
    ['cron(0 12 * * ? *)', undefined],
  ])('%s is every %p seconds', (expression, seconds) => expect(rateOf(expression)).toBe(seconds));
});
