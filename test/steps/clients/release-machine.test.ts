import { describeExecution, historyAfter, newestExecution } from '../../../steps/clients/execution-history.ts';
import { executions } from '../../../steps/clients/executions.ts';
import { wake } from '../../../steps/clients/task-tokens.ts';
import { type Answers, serveJson } from './endpoint.ts';

const machine = 'arn:aws:states:us-east-1:111122223333:stateMachine:example';
const execution = 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0-0123456-1';
let wire: Awaited<ReturnType<typeof serveJson>>;
beforeAll(async () => {
  wire = await serveJson({});
});
afterAll(() => wire.stop());
const answers = (given: Answers) => Object.assign(wire.answers, given);
const refuses = (operation: string, __type: string) =>
  answers({
    [operation]: () => {
      throw { __type, message: 'example' };
    },
  });

describe('starting a release', () => {
  const start = () => executions(machine).start('v1.4.0-0123456-1', { tag: 'v1.4.0' });

  it('starts the machine under the name, with the input as JSON', async () => {
    wire.calls.length = 0;
    answers({ StartExecution: () => ({ executionArn: execution, startDate: 1767268800 }) });
    expect(await start()).toBe('started');
    expect(wire.calls[0]?.input).toEqual({ stateMachineArn: machine, name: 'v1.4.0-0123456-1', input: '{"tag":"v1.4.0"}' });
  });

  it('tells a name that is taken from an error', async () => {
    refuses('StartExecution', 'ExecutionAlreadyExists');
    expect(await start()).toBe('exists');
    refuses('StartExecution', 'StateMachineDoesNotExist');
    await expect(start()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('waking a state that waits', () => {
  it('hands the output to the token', async () => {
    wire.calls.length = 0;
    answers({ SendTaskSuccess: () => ({}) });
    expect(await wake('example-token', { id: 'example' })).toBe('woken');
    expect(wire.calls[0]?.input).toEqual({ taskToken: 'example-token', output: '{"id":"example"}' });
  });

  it.each(['TaskTimedOut', 'TaskDoesNotExist'])('is late for one that waits no more: %s', async (type) => {
    refuses('SendTaskSuccess', type);
    expect(await wake('example-token', {})).toBe('late');
  });

  it('is not late because AWS refuses', async () => {
    refuses('SendTaskSuccess', 'InvalidToken');
    await expect(wake('example-token', {})).rejects.toMatchObject({ name: 'InvalidToken' });
  });
});

describe('the history of an execution', () => {
  const entered = (id: number) => ({
    id,
    timestamp: 1767268800,
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: `State${id}` },
  });
  /** Newest first, three to a page, as AWS answers to reverseOrder. */
  const pages = (newest: number) =>
    answers({
      GetExecutionHistory({ nextToken }: { nextToken?: string }) {
        const first = Number(nextToken ?? newest);
        const events = [first, first - 1, first - 2].filter((id) => id > 0).map(entered);
        return { events, ...(first > 3 && { nextToken: String(first - 3) }) };
      },
    });

  it('is told oldest first, from all pages', async () => {
    pages(8);
    expect((await historyAfter(execution, 0)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is read no further back than what was read before', async () => {
    pages(8);
    wire.calls.length = 0;
    expect((await historyAfter(execution, 6)).map(({ id }) => id)).toEqual([7, 8]);
    expect(wire.calls).toHaveLength(1);
    expect(await historyAfter(execution, 8)).toEqual([]);
  });

  it('tells states, what they assigned, and what failed', async () => {
    answers({
      GetExecutionHistory: () => ({
        events: [
          { id: 3, timestamp: 1767268802, type: 'ExecutionFailed', executionFailedEventDetails: { error: 'TagMoved', cause: 'example' } },
          { id: 2, timestamp: 1767268801, type: 'TaskTimedOut', taskTimedOutEventDetails: { error: 'States.Timeout' } },
          {
            id: 1,
            timestamp: 1767268800,
            type: 'TaskStateExited',
            stateExitedEventDetails: { name: 'AcceptTag', assignedVariables: { release: '{"tag":"v1.4.0"}' } },
          },
        ],
      }),
    });
    expect(await historyAfter(execution, 0)).toMatchObject([
      { id: 1, at: '2026-01-01T12:00:00.000Z', type: 'TaskStateExited', state: 'AcceptTag', assigned: { release: { tag: 'v1.4.0' } } },
      { id: 2, at: '2026-01-01T12:00:01.000Z', type: 'TaskTimedOut', assigned: {}, error: 'States.Timeout', cause: '' },
      { id: 3, at: '2026-01-01T12:00:02.000Z', type: 'ExecutionFailed', assigned: {}, error: 'TagMoved', cause: 'example' },
    ]);
  });
});

describe('executions', () => {
  it('are found by the beginning of their name, on whatever page', async () => {
    answers({
      ListExecutions: ({ nextToken }: { nextToken?: string }) =>
        nextToken
          ? { executions: [{ executionArn: execution, name: 'v1.4.0-0123456-1' }] }
          : { executions: [{ executionArn: 'other', name: 'v1.5.0-0123456-1' }], nextToken: 'more' },
    });
    expect(await newestExecution(machine, (name) => name.startsWith('v1.4.0-'))).toBe(execution);
    expect(await newestExecution(machine, () => false)).toBeNull();
  });

  it('are described while they run and after they failed', async () => {
    answers({ DescribeExecution: () => ({ executionArn: execution, name: 'example', status: 'RUNNING', startDate: 1767268800 }) });
    const running = { arn: execution, name: 'example', status: 'RUNNING', startedAt: '2026-01-01T12:00:00.000Z' };
    expect(await describeExecution(execution)).toEqual({ ...running, stoppedAt: null, error: null, cause: null });
    answers({
      DescribeExecution: () => ({
        name: 'example',
        status: 'FAILED',
        startDate: 1767268800,
        stopDate: 1767268860,
        error: 'TagMoved',
        cause: 'example',
      }),
    });
    expect(await describeExecution(execution)).toEqual({
      ...running,
      status: 'FAILED',
      stoppedAt: '2026-01-01T12:01:00.000Z',
      error: 'TagMoved',
      cause: 'example',
    });
  });
});
