import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ROLE_ARN, type StatesStandIn, startStates, task } from './harness.ts';

let aws: StatesStandIn;
beforeEach(async () => {
  aws = await startStates();
});
afterEach(() => aws.close());

const REST = { Rest: { Type: 'Wait', Seconds: 99_999, End: true } };
const start = async (stateMachineArn: string, name?: string, input?: string) =>
  (await aws.sdk.send(new StartExecutionCommand({ stateMachineArn, name, input }))).executionArn!;
const describeIt = (executionArn: string) => aws.sdk.send(new DescribeExecutionCommand({ executionArn }));

describe('starting an execution', () => {
  it('gives the running execution again for the same name and input', async () => {
    const arn = await aws.machine(REST);
    const first = await start(arn, 'v1.0.0-abcdef0-1', '{"a":1}');
    expect(first).toBe('arn:aws:states:us-east-1:111122223333:execution:example-1:v1.0.0-abcdef0-1');
    expect(await start(arn, 'v1.0.0-abcdef0-1', '{ "a": 1 }')).toBe(first);
  });

  it('refuses the name with another input, and for ever after it closed', async () => {
    const arn = await aws.machine(REST);
    const executionArn = await start(arn, 'once', '{"a":1}');
    await expect(start(arn, 'once', '{"a":2}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}'`,
    });
    await aws.sdk.send(new StopExecutionCommand({ executionArn }));
    await expect(start(arn, 'once', '{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  it('refuses a bad name, bad input and an unknown machine', async () => {
    const arn = await aws.machine(REST);
    await expect(start(arn, 'a b')).rejects.toMatchObject({ name: 'InvalidName' });
    await expect(start(arn, 'a', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    await expect(start(`${arn}-none`)).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${arn}-none'`,
    });
  });

  it('goes on with the definition it began with when the machine is updated', async () => {
    const arn = await aws.machine({ Rest: { Type: 'Wait', Seconds: 100, Next: 'Old' }, Old: { Type: 'Pass', Output: 'old', End: true } });
    const executionArn = await start(arn);
    const definition = { QueryLanguage: 'JSONata', StartAt: 'New', States: { New: { Type: 'Pass', Output: 'new', End: true } } };
    const properties = { StateMachineName: 'example-1', RoleArn: ROLE_ARN, DefinitionString: JSON.stringify(definition) };
    const provisioning = { stackName: 's', stackId: 's', logicalId: 'l', signal: new AbortController().signal, tags: {} };
    await aws.parts.states.provisioners['AWS::StepFunctions::StateMachine']!.update!(arn, properties, {}, provisioning);
    await aws.parts.states.executions.settled();
    expect((await describeIt(executionArn)).output).toBe('"old"');
  });

  it("is possible for a rule with a role that may, by the rule's input", async () => {
    const arn = await aws.machine({ Give: { Type: 'Pass', End: true } });
    const executionArn = await aws.parts.states.deliver(
      arn,
      { id: 'event-1', detail: { tag: 'v1' } },
      'arn:aws:iam::111122223333:role/rule',
    );
    await aws.parts.states.executions.settled();
    expect(executionArn).toMatch(/:event-1_[0-9a-f-]{36}$/);
    expect(JSON.parse((await describeIt(executionArn)).output!)).toEqual({ id: 'event-1', detail: { tag: 'v1' } });
    await expect(aws.parts.states.deliver(arn, {}, ROLE_ARN)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('an execution', () => {
  it('tells EventBridge that it runs and how it ended', async () => {
    await aws.run({ No: { Type: 'Fail', Error: 'TagMoved', Cause: 'moved' } }, { tag: 'v1' });
    expect(aws.events.map(({ source, 'detail-type': type, detail }) => [source, type, (detail as { status: string }).status])).toEqual([
      ['aws.states', 'Step Functions Execution Status Change', 'RUNNING'],
      ['aws.states', 'Step Functions Execution Status Change', 'FAILED'],
    ]);
    expect(aws.events[1]!.detail).toMatchObject({
      input: '{"tag":"v1"}',
      output: null,
      error: 'TagMoved',
      cause: 'moved',
      stopDate: expect.any(Number),
    });
  });

  it('is aborted where it stands, with the reason given', async () => {
    const executionArn = await start(await aws.machine(REST));
    const { stopDate } = await aws.sdk.send(new StopExecutionCommand({ executionArn, error: 'Superseded', cause: 'v2' }));
    expect(await describeIt(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Superseded', cause: 'v2', stopDate });
    const { events } = await aws.sdk.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }));
    expect(events).toEqual([
      {
        id: 3,
        previousEventId: 0,
        timestamp: expect.any(Date),
        type: 'ExecutionAborted',
        executionAbortedEventDetails: { error: 'Superseded', cause: 'v2' },
      },
    ]);
  });

  it('gives its history in pages, either way round, with or without data', async () => {
    const executionArn = await start(await aws.machine({ One: { Type: 'Pass', Next: 'Two' }, Two: { Type: 'Pass', End: true } }));
    await aws.parts.states.executions.settled();
    const read = (more: object) => aws.sdk.send(new GetExecutionHistoryCommand({ executionArn, ...more }));
    const first = await read({ maxResults: 4 });
    const second = await read({ maxResults: 4, nextToken: first.nextToken });
    expect([...first.events!, ...second.events!].map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(second.nextToken).toBeUndefined();
    expect((await read({ reverseOrder: true })).events!.map(({ id }) => id)).toEqual([6, 5, 4, 3, 2, 1]);
    expect((await read({ includeExecutionData: false })).events![1]!.stateEnteredEventDetails).toEqual({ name: 'One' });
  });

  it('is listed newest first, and by status', async () => {
    const stateMachineArn = await aws.machine(REST);
    await start(stateMachineArn, 'first');
    const executionArn = await start(stateMachineArn, 'second');
    const list = async (more: object = {}) =>
      (await aws.sdk.send(new ListExecutionsCommand({ stateMachineArn, ...more }))).executions!.map(({ name }) => name);
    expect(await list()).toEqual(['second', 'first']);
    await aws.sdk.send(new StopExecutionCommand({ executionArn }));
    expect(await list({ statusFilter: 'RUNNING' })).toEqual(['first']);
  });
});

describe('a task token', () => {
  const ASK = {
    Ask: task(
      'sns:publish.waitForTaskToken',
      { TopicArn: 'arn:aws:sns:us-east-1:111122223333:example', Message: '{% $states.context.Task.Token %}' },
      { HeartbeatSeconds: 400, TimeoutSeconds: 3000 },
    ),
  };

  /** Starts the machine and waits until it handed the token over. */
  async function ask() {
    const got = new Promise<string>((resolve) => {
      aws.answers.Publish = ({ Message }: { Message: string }) => resolve(Message);
    });
    const executionArn = await start(await aws.machine(ASK));
    return { executionArn, taskToken: await got };
  }

  it("is answered with the task's output", async () => {
    const { executionArn, taskToken } = await ask();
    await aws.sdk.send(new SendTaskSuccessCommand({ taskToken, output: '{"decision":"approved"}' }));
    await aws.parts.states.executions.settled();
    expect(await describeIt(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"decision":"approved"}' });
  });

  it("is answered with the task's error", async () => {
    const { executionArn, taskToken } = await ask();
    await aws.sdk.send(new SendTaskFailureCommand({ taskToken, error: 'Rejected', cause: 'not today' }));
    await aws.parts.states.executions.settled();
    expect(await describeIt(executionArn)).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'not today' });
  });

  it('times out without a heartbeat, and takes no answer afterwards', async () => {
    const { executionArn, taskToken } = await ask();
    await aws.sdk.send(new SendTaskHeartbeatCommand({ taskToken }));
    await aws.parts.states.executions.settled();
    expect(await describeIt(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    const late = aws.sdk.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" });
  });

  it('lies where a table can be asked for it, and wakes the state before its time', async () => {
    const got = new Promise<string>((resolve) => {
      aws.answers.PutItem = ({ Item }: { Item: { token: { S: string } } }) => resolve(Item.token.S);
    });
    const Item = { pk: { S: 'STAGE#example' }, token: { S: '{% $states.context.Task.Token %}' } };
    const listen = task(
      'aws-sdk:dynamodb:putItem.waitForTaskToken',
      { TableName: 'release', Item },
      { TimeoutSeconds: 3000, Output: 'woken' },
    );
    const executionArn = await start(await aws.machine({ Listen: listen }));
    const taskToken = await got;
    await aws.sdk.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await aws.parts.states.executions.settled();
    expect(await describeIt(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"woken"' });
    const late = aws.sdk.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('is told apart when it is malformed or nobody issued it', async () => {
    const answer = (taskToken: string) => aws.sdk.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    await expect(answer('short')).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(answer('A'.repeat(200))).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });
});
