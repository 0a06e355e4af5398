import type { DescribeExecutionOutput, DescribeStateMachineOutput, ExecutionListItem } from '@aws-sdk/client-sfn';
import type { Execution } from '../../engine/execution.ts';
import type { HistoryEvent } from '../../engine/history.ts';
import type { StateMachine } from './machines.ts';
import { redrive } from './status-event.ts';

export function listItem({ props, startDate, outcome }: Execution): ExecutionListItem {
  const { executionArn, stateMachineArn, name } = props;
  return {
    executionArn,
    stateMachineArn,
    name,
    status: outcome?.status ?? 'RUNNING',
    startDate,
    stopDate: outcome?.stopDate,
    redriveCount: 0,
  };
}

export function describeExecution(execution: Execution): DescribeExecutionOutput {
  const { outcome } = execution;
  const { redriveStatus, redriveStatusReason } = redrive(outcome?.status);
  return {
    ...listItem(execution),
    input: JSON.stringify(execution.props.input),
    inputDetails: { included: true },
    output: outcome?.output,
    outputDetails: outcome?.output === undefined ? undefined : { included: true },
    error: outcome?.error,
    cause: outcome?.cause,
    redriveStatus: redriveStatus as DescribeExecutionOutput['redriveStatus'],
    redriveStatusReason: redriveStatusReason ?? undefined,
  };
}

export function describeMachine(machine: StateMachine, arn = machine.arn): DescribeStateMachineOutput {
  return {
    stateMachineArn: arn,
    name: machine.name,
    status: 'ACTIVE',
    definition: machine.text,
    roleArn: machine.roleArn,
    type: 'STANDARD',
    creationDate: machine.creationDate,
    revisionId: machine.revisionId,
    loggingConfiguration: machine.logging,
    tracingConfiguration: { enabled: false },
  };
}

const DATA = ['input', 'inputDetails', 'output', 'outputDetails', 'parameters', 'assignedVariables', 'assignedVariablesDetails'];

/** An event without its payloads, for callers that asked for none. */
export function withoutData(event: HistoryEvent): HistoryEvent {
  const members = Object.entries(event).map(([name, value]) => {
    if (!name.endsWith('EventDetails')) return [name, value];
    return [name, Object.fromEntries(Object.entries(value as object).filter(([member]) => !DATA.includes(member)))];
  });
  return Object.fromEntries(members) as HistoryEvent;
}
