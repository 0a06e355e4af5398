import { type LambdaStandIn, startLambda } from './harness.ts';

let aws: LambdaStandIn;
beforeAll(async () => {
  aws = await startLambda();
});
afterAll(() => aws.close());

describe('the Lambda runtime', () => {
  it('hands the event to the handler and its result back', async () => {
    const name = await aws.deploy('export const handler = async (event) => ({ doubled: event.n * 2 });');
    expect(await aws.invoke(name, { n: 21 })).toEqual({ payload: { doubled: 42 }, status: 200, version: '$LATEST' });
  });

  it('gives null for a handler that returns nothing, and an empty event for none', async () => {
    const name = await aws.deploy(
      'export const handler = async (event) => { if (Object.keys(event).length) throw new Error("not empty"); };',
    );
    expect((await aws.invoke(name)).payload).toBeNull();
  });

  it("keeps a thrown error's name as its type", async () => {
    const source =
      'class TagMoved extends Error { name = "TagMoved"; }\nexport const handler = async () => { throw new TagMoved("v1.0.0 moved"); };';
    const { payload, error } = await aws.invoke(await aws.deploy(source));
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'TagMoved', errorMessage: 'v1.0.0 moved' });
    expect(payload.trace[0]).toBe('TagMoved: v1.0.0 moved');
  });

  it('tells the type of what is thrown when it is no error', async () => {
    const { payload } = await aws.invoke(await aws.deploy('export const handler = async () => { throw "no"; };'));
    expect(payload).toEqual({ errorType: 'string', errorMessage: 'no', trace: [] });
  });

  it("ends a handler at the template's timeout", async () => {
    const name = await aws.deploy('export const handler = () => new Promise(() => setInterval(() => {}, 1000));', { Timeout: 1 });
    const { payload, error } = await aws.invoke(name);
    expect(error).toBe('Unhandled');
    expect(payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 1.00 seconds$/),
    });
    expect(aws.logs.get(`/aws/lambda/${name}`)!.some((line) => line.endsWith('Task timed out after 1.00 seconds'))).toBe(true);
  });

  it('ends a handler that never yields', async () => {
    const name = await aws.deploy('export const handler = () => { for (;;); };', { Timeout: 1 });
    expect((await aws.invoke(name)).payload.errorType).toBe('Sandbox.Timedout');
  });

  it('reports a runtime that exits, and starts another for the next event', async () => {
    const name = await aws.deploy('export const handler = async ({ leave }) => { if (leave) process.exit(3); return "alive"; };');
    const { payload } = await aws.invoke(name, { leave: true });
    expect(payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
    });
    expect((await aws.invoke(name, {})).payload).toBe('alive');
  });

  it('reports an uncaught exception by its name, and an unhandled rejection as one', async () => {
    const uncaught = 'export const handler = () => new Promise(() => setTimeout(() => { throw new RangeError("late"); }, 1));';
    expect((await aws.invoke(await aws.deploy(uncaught))).payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'late' });
    const rejected = 'export const handler = () => new Promise(() => { Promise.reject(new Error("lost")); });';
    expect((await aws.invoke(await aws.deploy(rejected))).payload).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: lost',
    });
  });

  it('survives a handler that runs out of memory', async () => {
    const name = await aws.deploy(
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill(Math.random())); };',
      { MemorySize: 128 },
    );
    const { payload } = await aws.invoke(name);
    expect(payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/),
    });
  });

  it('names what is wrong with a module that does not load', async () => {
    expect((await aws.invoke(await aws.deploy('import "./missing.mjs"; export const handler = () => {};'))).payload.errorType).toBe(
      'Runtime.ImportModuleError',
    );
    expect((await aws.invoke(await aws.deploy('export const handler = ;'))).payload.errorType).toBe('Runtime.UserCodeSyntaxError');
    expect((await aws.invoke(await aws.deploy('throw new TypeError("no configuration");'))).payload).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'no configuration',
    });
    expect((await aws.invoke(await aws.deploy('export const other = 1;'))).payload).toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
      errorMessage: 'index.handler is undefined or not exported',
    });
  });

  it("shows the handler Lambda's variables and the template's, and nothing of the host but PATH", async () => {
    process.env.EXAMPLE_HOST_VARIABLE = 'host';
    const name = await aws.deploy('export const handler = async () => process.env;', {
      Environment: { Variables: { TABLE: 'release' } },
      MemorySize: 256,
    });
    const { payload } = await aws.invoke(name);
    delete process.env.EXAMPLE_HOST_VARIABLE;
    expect(payload).toMatchObject({
      PATH: process.env.PATH,
      TABLE: 'release',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: aws.world.endpoint(),
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    });
    expect(payload.EXAMPLE_HOST_VARIABLE).toBeUndefined();
    expect(payload.HOME).toBeUndefined();
    expect(aws.iam.principal(payload.AWS_ACCESS_KEY_ID)?.arn).toBe('arn:aws:iam::111122223333:role/example-role');
  });

  it('gives the handler its context', async () => {
    const source = 'export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });';
    const name = await aws.deploy(source, { Timeout: 9 });
    const { payload } = await aws.invoke(name);
    expect(payload).toMatchObject({
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:111122223333:function:${name}`,
      memoryLimitInMB: '128',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(payload.left).toBeGreaterThan(5000);
    expect(payload.left).toBeLessThanOrEqual(9000);
  });

  it('writes what the handler says between START and END, in order', async () => {
    const source =
      'export const handler = async () => { console.log("one\\ntwo"); process.stdout.write("raw a\\nraw "); process.stdout.write("b\\n"); console.error({ n: 1 }); process.stdout.write("rest"); };';
    const name = await aws.deploy(source);
    await aws.invoke(name);
    const lines = aws.logs.get(`/aws/lambda/${name}`)!;
    const id = /^START RequestId: (\S+) Version: \$LATEST$/.exec(lines[0]!)![1];
    expect(lines.slice(1, -2)).toEqual([
      expect.stringMatching(new RegExp(`^\\d{4}-.*Z\\t${id}\\tINFO\\tone\\ntwo$`)),
      'raw a',
      'raw b',
      expect.stringMatching(/\tERROR\t\{ n: 1 \}$/),
      'rest',
    ]);
    expect(lines.at(-2)).toBe(`END RequestId: ${id}`);
    expect(lines.at(-1)).toMatch(
      new RegExp(
        `^REPORT RequestId: ${id}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tInit Duration: [\\d.]+ ms\\t$`,
      ),
    );
  });

  it('leaves no log when its role may not write one, and the rehearsal says so', async () => {
    const LogGroup = '/elsewhere/example';
    const name = await aws.deploy('export const handler = async () => console.log("unseen");', { LoggingConfig: { LogGroup } });
    await aws.invoke(name);
    expect(aws.logs.has(LogGroup)).toBe(false);
    expect(aws.world.lines.at(-1)).toMatch(/^lambda \S+: no log is written: User: \S+ is not authorized to perform: logs:CreateLogGroup/);
  });

  it('keeps a worker warm between invocations, and at most two in all', async () => {
    const names = [];
    for (let n = 0; n < 6; n++) names.push(await aws.deploy('let calls = 0; export const handler = async () => ++calls;'));
    for (const name of names) await aws.invoke(name);
    expect(aws.parts.lambda.warm).toBe(2);
    expect((await aws.invoke(names[5]!)).payload).toBe(2);
    expect((await aws.invoke(names[0]!)).payload).toBe(1);
  });

  it('runs two invocations of one function side by side, each in a worker of its own', async () => {
    const name = await aws.deploy(
      'let busy = 0; export const handler = async () => { const seen = busy++; await new Promise((r) => setTimeout(r, 50)); busy--; return seen; };',
    );
    const answers = await Promise.all([aws.invoke(name), aws.invoke(name)]);
    expect(answers.map(({ payload }) => payload)).toEqual([0, 0]);
  });
});

describe('workers that are idle', () => {
  const counting = 'let calls = 0; export const handler = async () => { await new Promise((r) => setTimeout(r, 50)); return ++calls; };';
  const withWarm = async (warm: number, work: (aws: LambdaStandIn) => Promise<void>) => {
    const aws = await startLambda(warm);
    await work(aws).finally(() => aws.close());
  };
  const payloads = async (answers: Promise<{ payload: unknown }>[]) => (await Promise.all(answers)).map(({ payload }) => payload);

  it('stay warm, also two of one function that were at work at once', () =>
    withWarm(2, async (aws) => {
      const name = await aws.deploy(counting);
      const both = () => payloads([aws.invoke(name), aws.invoke(name)]);
      expect(await both()).toEqual([1, 1]);
      expect(await both()).toEqual([2, 2]);
    }));

  it('give their place to one of another function when they are two of one', () =>
    withWarm(2, async (aws) => {
      const [alone, twice] = [await aws.deploy(counting), await aws.deploy(counting)];
      await aws.invoke(alone);
      await payloads([aws.invoke(twice), aws.invoke(twice)]);
      expect(aws.parts.lambda.warm).toBe(2);
      const [first, ...others] = await payloads([aws.invoke(alone), aws.invoke(twice), aws.invoke(twice)]);
      expect([first, others.sort()]).toEqual([2, [1, 2]]);
    }));
});
