import * as sdk from '@aws-sdk/client-sfn';
import type { Execution } from '../../engine/execution.ts';
import type { Answer } from '../../engine/tokens.ts';
import type { Handler, Permission } from '../kernel.ts';
import { page } from '../paging.ts';
import { describeExecution, describeMachine, listItem, withoutData } from './describe.ts';
import type { Executions } from './executions.ts';
import type { StateMachines } from './machines.ts';

const $metadata = {};
const PAGE = 100;
// A page holds at most 1000 whatever is asked; 0 asks for the default.
const size = (asked: number | undefined) => Math.min(asked || PAGE, 1000);

export function operations(machines: StateMachines, executions: Executions): Record<string, Handler> {
  return {
    StartExecution: (input: sdk.StartExecutionInput) => {
      const execution = executions.start(machines.resolve(input.stateMachineArn ?? ''), input.name, input.input);
      return { executionArn: execution.props.executionArn, startDate: execution.startDate };
    },
    DescribeExecution: (input: sdk.DescribeExecutionInput) => describeExecution(executions.get(input.executionArn ?? '')),
    StopExecution: (input: sdk.StopExecutionInput) => stop(executions.get(input.executionArn ?? ''), input),
    GetExecutionHistory: (input: sdk.GetExecutionHistoryInput) => history(executions.get(input.executionArn ?? ''), input),
    ListExecutions: (input: sdk.ListExecutionsInput) => {
      const all = executions.of(machines.resolve(input.stateMachineArn ?? '').arn).map(listItem);
      const wanted = all.filter(({ status }) => !input.statusFilter || status === input.statusFilter);
      const { items, nextToken } = page(wanted, input.nextToken, size(input.maxResults));
      return { executions: items, nextToken };
    },
    DescribeStateMachine: (input: sdk.DescribeStateMachineInput) =>
      describeMachine(machines.resolve(input.stateMachineArn ?? ''), input.stateMachineArn),
    ListStateMachines: (input: sdk.ListStateMachinesInput) => {
      const { items, nextToken } = page(machines.all(), input.nextToken, size(input.maxResults));
      const told = items.map(({ arn, name, creationDate }) => ({ stateMachineArn: arn, name, type: 'STANDARD', creationDate }));
      return { stateMachines: told, nextToken };
    },
    ListTagsForResource: (input: sdk.ListTagsForResourceInput) => {
      const { tags } = machines.resolve(input.resourceArn ?? '');
      return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
    },
    SendTaskSuccess: ({ taskToken = '', output = '' }: sdk.SendTaskSuccessInput) => {
      answered(executions.tokens.succeed(taskToken, parseOutput(output)));
      return {};
    },
    SendTaskFailure: ({ taskToken = '', error, cause }: sdk.SendTaskFailureInput) => {
      answered(executions.tokens.fail(taskToken, error, cause));
      return {};
    },
    SendTaskHeartbeat: ({ taskToken = '' }: sdk.SendTaskHeartbeatInput) => {
      answered(executions.tokens.heartbeat(taskToken));
      return {};
    },
  };
}

export function permissions(): Record<string, (input: Record<string, string | undefined>) => Permission[]> {
  const on = (operation: string, member: string) => (input: Record<string, string | undefined>) => [
    { action: `states:${operation}`, resource: input[member] ?? '*' },
  ];
  // IAM knows no resource for these: whoever holds a token may answer it.
  const byToken = (operation: string) => () => [{ action: `states:${operation}`, resource: '*' }];
  return {
    StartExecution: on('StartExecution', 'stateMachineArn'),
    DescribeExecution: on('DescribeExecution', 'executionArn'),
    StopExecution: on('StopExecution', 'executionArn'),
    GetExecutionHistory: on('GetExecutionHistory', 'executionArn'),
    ListExecutions: on('ListExecutions', 'stateMachineArn'),
    DescribeStateMachine: on('DescribeStateMachine', 'stateMachineArn'),
    ListStateMachines: () => [{ action: 'states:ListStateMachines', resource: '*' }],
    ListTagsForResource: on('ListTagsForResource', 'resourceArn'),
    SendTaskSuccess: byToken('SendTaskSuccess'),
    SendTaskFailure: byToken('SendTaskFailure'),
    SendTaskHeartbeat: byToken('SendTaskHeartbeat'),
  };
}

/** Stopping what has ended changes nothing. */
async function stop(execution: Execution, { error, cause }: sdk.StopExecutionInput) {
  if (!execution.outcome) execution.abort(error, cause);
  // The abort takes effect before the answer is given: a describe that follows must see it.
  while (!execution.outcome) await new Promise(setImmediate);
  return { stopDate: execution.outcome.stopDate };
}

function history({ history: { events } }: Execution, input: sdk.GetExecutionHistoryInput) {
  const ordered = input.reverseOrder ? events.toReversed() : events;
  const { items, nextToken } = page(ordered, input.nextToken, size(input.maxResults));
  return { events: input.includeExecutionData === false ? items.map(withoutData) : items, nextToken };
}

function parseOutput(output: string) {
  try {
    return JSON.parse(output);
  } catch (error) {
    throw new sdk.InvalidOutput({ message: `Invalid Output: '${(error as Error).message}'`, $metadata });
  }
}

function answered(answer: Answer): void {
  if (answer === 'malformed') throw new sdk.InvalidToken({ message: "Invalid Token: 'Invalid token'", $metadata });
  if (answer === 'unknown') throw new sdk.TaskDoesNotExist({ message: "Task Does Not Exist: 'Provided task does not exist'", $metadata });
  if (answer === 'timed out') throw new sdk.TaskTimedOut({ message: "Task Timed Out: 'Provided task does not exist anymore'", $metadata });
}
