import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type StatesStandIn, startStates, task } from './harness.ts';

let aws: StatesStandIn;
beforeAll(async () => {
  aws = await startStates();
});
beforeEach(() => {
  aws.asked.length = 0;
  for (const name of Object.keys(aws.answers)) delete aws.answers[name];
});
afterAll(() => aws.close());

describe('lambda:invoke', () => {
  it('hands the payload to the function and its result back as JSON', async () => {
    const FunctionName = await aws.handler('double', 'export const handler = async ({ n }) => ({ doubled: n * 2 });');
    const { output } = await aws.run({ Call: task('lambda:invoke', { FunctionName, Payload: { n: '{% $states.input.n %}' } }) }, { n: 4 });
    expect(output).toMatchObject({
      Payload: { doubled: 8 },
      StatusCode: 200,
      ExecutedVersion: '$LATEST',
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
  });

  it("fails with the name of the function's error, and its payload as the cause", async () => {
    const source = 'export const handler = async () => { const e = new Error("moved"); e.name = "TagMoved"; throw e; };';
    const FunctionName = await aws.handler('moved', source);
    const { status, error, cause } = await aws.run({ Call: task('lambda:invoke', { FunctionName }) });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'TagMoved' });
    expect(JSON.parse(cause!)).toEqual({ errorType: 'TagMoved', errorMessage: 'moved', trace: expect.any(Array) });
  });

  it("fails with the service's error when there is no such function", async () => {
    const { error, cause } = await aws.run({ Call: task('lambda:invoke', { FunctionName: 'nobody' }) });
    expect(error).toBe('Lambda.ResourceNotFoundException');
    expect(cause).toMatch(
      /^Function not found: .*nobody \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: \S+; Proxy: null\)$/,
    );
  });

  it('waits for the token that it gave the function', async () => {
    const source = 'export const handler = async ({ token }) => token.length;';
    const FunctionName = await aws.handler('asks', source);
    const ask = task(
      'lambda:invoke.waitForTaskToken',
      { FunctionName, Payload: { token: '{% $states.context.Task.Token %}' } },
      { TimeoutSeconds: 1 },
    );
    const { status, error, events } = await aws.run({ Ask: ask });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    const submitted = events.find(({ type }) => type === 'TaskSubmitted');
    expect(JSON.parse(submitted!.taskSubmittedEventDetails!.output!).Payload).toBeGreaterThan(100);
    expect(submitted!.taskSubmittedEventDetails!.resource).toBe('invoke.waitForTaskToken');
  });
});

describe('codebuild:startBuild.sync', () => {
  const build = task('codebuild:startBuild.sync', {
    ProjectName: 'image',
    SourceVersion: 'abc',
    EnvironmentVariablesOverride: [{ Name: 'TAG', Value: 'v1.0.0' }],
  });
  const answer = (statuses: string[]) => {
    aws.answers.StartBuild = () => ({ build: { id: 'image:1', buildStatus: 'IN_PROGRESS', startTime: new Date(1000) } });
    aws.answers.BatchGetBuilds = () => ({
      builds: [
        { id: 'image:1', buildStatus: statuses.shift(), exportedEnvironmentVariables: [{ name: 'IMAGE_DIGEST', value: 'sha256:1' }] },
      ],
    });
  };

  it('polls until the build has succeeded and gives it', async () => {
    answer(['IN_PROGRESS', 'IN_PROGRESS', 'SUCCEEDED']);
    const { output, events } = await aws.run({ Build: build });
    expect(output).toEqual({
      Build: { Id: 'image:1', BuildStatus: 'SUCCEEDED', ExportedEnvironmentVariables: [{ Name: 'IMAGE_DIGEST', Value: 'sha256:1' }] },
    });
    expect(aws.asked.map(({ operation }) => operation)).toEqual(['StartBuild', 'BatchGetBuilds', 'BatchGetBuilds', 'BatchGetBuilds']);
    expect(aws.asked[0]!.input).toEqual({
      projectName: 'image',
      sourceVersion: 'abc',
      environmentVariablesOverride: [{ name: 'TAG', value: 'v1.0.0' }],
    });
    const submitted = events.find(({ type }) => type === 'TaskSubmitted')!.taskSubmittedEventDetails!;
    expect(JSON.parse(submitted.output!).Build).toEqual({ Id: 'image:1', BuildStatus: 'IN_PROGRESS', StartTime: 1000 });
  });

  it('fails with the build as its cause', async () => {
    answer(['FAILED']);
    const { error, cause } = await aws.run({ Build: build });
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause!).Build).toMatchObject({ Id: 'image:1', BuildStatus: 'FAILED' });
  });

  it('stops the build when nobody waits for it any more', async () => {
    answer(new Array(10_000).fill('IN_PROGRESS'));
    const stopped = new Promise((resolve) => {
      aws.answers.StopBuild = resolve;
    });
    const { error } = await aws.run({ Build: { ...build, TimeoutSeconds: 1 } });
    expect(error).toBe('States.Timeout');
    expect(await stopped).toEqual({ id: 'image:1' });
  });
});

describe('the other integrations', () => {
  it('publish a message that may be JSON', async () => {
    await aws.run({
      Tell: task('sns:publish', { TopicArn: 'arn:aws:sns:us-east-1:111122223333:example', Message: { tag: 'v1' }, Subject: 's' }),
    });
    expect(aws.asked[0]!.input).toMatchObject({ Message: '{"tag":"v1"}', Subject: 's' });
  });

  it('put events that name their execution', async () => {
    aws.answers.PutEvents = () => ({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await aws.run({
      Tell: task('events:putEvents', { Entries: [{ Source: 'release', DetailType: 'Release Outcome', Detail: { ok: true } }] }),
    });
    const [entry] = aws.asked[0]!.input.Entries;
    expect(entry).toMatchObject({ Source: 'release', Detail: '{"ok":true}' });
    expect(entry.Resources).toEqual([expect.stringContaining(':stateMachine:'), expect.stringContaining(':execution:')]);
  });

  it('fail when EventBridge refuses an entry', async () => {
    aws.answers.PutEvents = () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    expect((await aws.run({ Tell: task('events:putEvents', { Entries: [{}] }) })).error).toBe('EventBridge.FailedEntry');
  });

  it('read and write items as DynamoDB spells them', async () => {
    aws.answers.GetItem = () => ({ Item: { pk: { S: 'RELEASE#v1' }, n: { N: '1' } } });
    const { output } = await aws.run({ Read: task('dynamodb:getItem', { TableName: 'release', Key: { pk: { S: 'RELEASE#v1' } } }) });
    expect(output.Item).toEqual({ pk: { S: 'RELEASE#v1' }, n: { N: '1' } });
    expect(aws.asked[0]!.input).toEqual({ TableName: 'release', Key: { pk: { S: 'RELEASE#v1' } } });
  });

  it('name modelled errors after the exception, in the spelling of their integration', async () => {
    aws.answers.PutItem = () => {
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
    };
    const Arguments = { TableName: 'release', Item: { pk: { S: 'x' } } };
    expect((await aws.run({ Write: task('dynamodb:putItem', Arguments) })).error).toBe('DynamoDB.ConditionalCheckFailedException');
    expect((await aws.run({ Write: task('aws-sdk:dynamodb:putItem', Arguments) })).error).toBe('DynamoDb.ConditionalCheckFailedException');
  });

  it('refuse an argument that the service does not know', async () => {
    const { error, cause } = await aws.run({ Read: task('aws-sdk:dynamodb:getItem', { Tabel: 'release' }) });
    expect(error).toBe('States.Runtime');
    expect(cause).toContain("The field 'Tabel' is not supported by Step Functions.");
  });

  it('call the SDK as it is, members in Pascal case', async () => {
    const { output } = await aws.run({ Look: task('aws-sdk:sfn:listStateMachines', { MaxResults: 1 }) });
    expect(output.StateMachines[0]).toMatchObject({ StateMachineArn: expect.any(String), CreationDate: expect.stringMatching(/Z$/) });
  });

  it.each([
    [
      'arn:aws:lambda:us-east-1:111122223333:function:direct',
      "the integration 'arn:aws:lambda:us-east-1:111122223333:function:direct' is not supported",
    ],
    ['arn:aws:states:::ecs:runTask.sync', "the integration 'arn:aws:states:::ecs:runTask.sync' is not supported"],
    ['arn:aws:states:::aws-sdk:glue:getJob', "the service 'glue' of 'arn:aws:states:::aws-sdk:glue:getJob' is not supported"],
    ['arn:aws:states:::aws-sdk:ecs:describeEverything', "the service 'ecs' has no operation 'DescribeEverything'"],
  ])('refuse %s by name before anything runs', async (Resource, message) => {
    await expect(aws.machine({ Call: { Type: 'Task', Resource, End: true } })).rejects.toThrow(message);
  });
});

describe("a state machine's role", () => {
  it('is refused what its policies do not allow', async () => {
    const poor = await startStates(['lambda:InvokeFunction']);
    const { error, cause } = await poor.run({
      Tell: task('sns:publish', { TopicArn: 'arn:aws:sns:us-east-1:111122223333:example', Message: 'm' }),
    });
    expect(error).toBe('SNS.AmazonSNSException');
    expect(cause).toContain('assumed-role/machine/states is not authorized to perform: sns:Publish');
    await poor.close();
  });
});
