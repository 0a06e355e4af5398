import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { executionLookup } from '../../../steps/clients/execution-lookup.ts';
import { sampleKeys } from '../../../steps/clients/sample-keys.ts';
import { request } from '../incidents.ts';
import { type Answers, leadTo, serveJson } from './endpoint.ts';

const refusal = (__type: string) => () => {
  throw { __type, message: 'example' };
};

describe("clients of the operator's commands, over AWS's JSON protocol", () => {
  let wire: Awaited<ReturnType<typeof serveJson>>;
  const answers = (given: Answers) => Object.assign(wire.answers, given);
  beforeAll(async () => {
    wire = await serveJson({});
  });
  afterAll(() => wire.stop());
  beforeEach(() => {
    wire.calls.length = 0;
  });

  describe('the key behind an alias', () => {
    const describeKey = () => sampleKeys.describe('alias/release-sample/example');

    it('is told by its state and what it is for', async () => {
      answers({
        DescribeKey: () => ({ KeyMetadata: { KeyId: 'example', KeyState: 'Enabled', KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } }),
      });
      expect(await describeKey()).toEqual({ state: 'Enabled', spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY' });
    });

    it('is null when there is no such alias, and only then', async () => {
      answers({ DescribeKey: refusal('NotFoundException') });
      expect(await describeKey()).toBeNull();
      answers({ DescribeKey: refusal('AccessDeniedException') });
      await expect(describeKey()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });
  });

  describe('an execution by its name', () => {
    const machine = 'arn:aws:states:us-east-1:111122223333:stateMachine:example';
    const arn = 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0-0123456-1';
    const find = () => executionLookup(machine).find('v1.4.0-0123456-1');

    it('is asked for by the ARN that the name makes', async () => {
      answers({ DescribeExecution: () => ({ executionArn: arn, name: 'v1.4.0-0123456-1', status: 'RUNNING' }) });
      expect(await find()).toEqual({ arn, name: 'v1.4.0-0123456-1', status: 'RUNNING' });
      expect(wire.calls[0]?.input).toEqual({ executionArn: arn });
    });

    it('is null when Step Functions knows none, and only then', async () => {
      answers({ DescribeExecution: refusal('ExecutionDoesNotExist') });
      expect(await find()).toBeNull();
      answers({ DescribeExecution: refusal('AccessDeniedException') });
      await expect(find()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    });

    it('is among those that run, newest first', async () => {
      answers({ ListExecutions: () => ({ executions: [{ executionArn: arn, name: 'v1.4.0-0123456-1', status: 'RUNNING' }] }) });
      expect(await executionLookup(machine).recent('RUNNING')).toEqual([{ arn, name: 'v1.4.0-0123456-1', status: 'RUNNING' }]);
      expect(wire.calls[0]?.input).toMatchObject({ stateMachineArn: machine, statusFilter: 'RUNNING' });
    });
  });
});

describe('the starter, as people reach it', () => {
  const { tag, commit, repository, pushedBy: by } = request;
  const asked = { tag, commit, repository, by, retry: true };
  let server: Server;
  let seen: { path: string; body: unknown }[];
  let answer: { body: string; headers?: Record<string, string> };

  beforeAll(async () => {
    server = createServer(async (call, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of call) chunks.push(chunk as Buffer);
      seen.push({ path: call.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
      response.writeHead(200, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    leadTo({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, accessKeyId: 'example', secretAccessKey: 'example' });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  beforeEach(() => {
    seen = [];
  });
  // Imported late: its client takes the endpoint of the moment at which it is made.
  const ask = async () => (await import('../../../steps/clients/starter.ts')).starter('example-starter:3').ask(asked);

  it('is invoked with what is asked, and answers with the name of the execution', async () => {
    answer = { body: '{"started":"v1.4.0-0123456-2","reason":"example"}' };
    expect(await ask()).toEqual({ started: 'v1.4.0-0123456-2', reason: 'example' });
    expect(seen[0]?.body).toEqual({ asked });
    expect(decodeURIComponent(seen[0]?.path ?? '')).toContain('example-starter:3');
  });

  it('has failed when Lambda says so, whatever its status code', async () => {
    answer = { body: '{"errorType":"AccessDenied","errorMessage":"not allowed"}', headers: { 'x-amz-function-error': 'Unhandled' } };
    await expect(ask()).rejects.toThrow('StartRelease failed: AccessDenied: not allowed');
  });

  it('has failed, in whatever words there are, when it could not say why', async () => {
    answer = { body: '{"errorMessage":"2026-01-01 Task timed out after 30.00 seconds"}', headers: { 'x-amz-function-error': 'Unhandled' } };
    await expect(ask()).rejects.toThrow('StartRelease failed: Unhandled: 2026-01-01 Task timed out');
    answer = { body: '', headers: { 'x-amz-function-error': 'Unhandled' } };
    await expect(ask()).rejects.toThrow('StartRelease failed: Unhandled: no reason was given');
  });

  it('is never believed when it answers nothing', async () => {
    answer = { body: '' };
    await expect(ask()).rejects.toMatchObject({ name: 'ZodError' });
  });

  it('is never believed when it answers something else', async () => {
    answer = { body: '{"name":"v1.4.0-0123456-2"}' };
    await expect(ask()).rejects.toThrow('started');
  });
});
