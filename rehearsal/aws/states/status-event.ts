import type { Execution, Outcome } from '../../engine/execution.ts';
import type { CloudEvent } from '../kernel.ts';

/** What EventBridge is told of an execution: `Step Functions Execution Status Change`, with times in milliseconds and null for what is not yet. */
export function statusEvent({ props, startDate }: Execution, outcome?: Outcome): CloudEvent {
  const { executionArn, stateMachineArn, name, input } = props;
  const status = outcome?.status ?? 'RUNNING';
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name,
      status,
      startDate: startDate.getTime(),
      stopDate: outcome?.stopDate.getTime() ?? null,
      input: JSON.stringify(input),
      inputDetails: { included: true },
      output: outcome?.output ?? null,
      outputDetails: outcome?.output === undefined ? null : { included: true },
      error: outcome?.error ?? null,
      cause: outcome?.cause ?? null,
      redriveCount: 0,
      redriveDate: null,
      ...redrive(outcome?.status),
    },
  };
}

/** Whether AWS would let the execution be taken up again. This stand-in never does: RedriveExecution is refused by name. */
export function redrive(status: Outcome['status'] | undefined): { redriveStatus: string; redriveStatusReason: string | null } {
  if (status && status !== 'SUCCEEDED') return { redriveStatus: 'REDRIVABLE', redriveStatusReason: null };
  return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: `Execution is ${status ?? 'RUNNING'} and cannot be redriven` };
}
