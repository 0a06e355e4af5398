import { executionStates } from '../../../steps/clients/execution-states.ts';
import { type Answers, serveJson } from './endpoint.ts';

describe('whether an execution still runs', () => {
  const arn = 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0-0123456-1';
  let wire: Awaited<ReturnType<typeof serveJson>>;
  const answers = (given: Answers) => Object.assign(wire.answers, given);
  const refusal = (__type: string) => () => {
    throw { __type, message: 'example' };
  };
  beforeAll(async () => {
    wire = await serveJson({});
  });
  afterAll(() => wire.stop());

  it('is told by its status', async () => {
    answers({ DescribeExecution: () => ({ executionArn: arn, status: 'RUNNING' }) });
    expect(await executionStates.status(arn)).toBe('RUNNING');
    expect(wire.calls[0]?.input).toEqual({ executionArn: arn });
  });

  it('is null when Step Functions knows none, and only then: unknown is not ended', async () => {
    answers({ DescribeExecution: refusal('ExecutionDoesNotExist') });
    expect(await executionStates.status(arn)).toBeNull();
    answers({ DescribeExecution: refusal('AccessDeniedException') });
    await expect(executionStates.status(arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
