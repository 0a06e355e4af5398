import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { asPerson } from './as-person.ts';
import type { Fault, FaultContext } from './fault.ts';

/** Somebody aborts the execution while tasks are being replaced: nothing in it can go back any more. */
export const machineDies: Fault = {
  name: 'machine-dies',
  summary: 'the execution of the release is aborted while its deployment is being watched',
  cause: 'MachineDied',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const { stage } = context;
    let dead = false;
    return {
      async hear({ state, stage: at, event }) {
        if (dead || state !== 'WatchDeployment' || at !== stage.name || event !== 'waiting') return;
        dead = true;
        await abortRunning(context);
      },
    };
  },
};

async function abortRunning({ pipeline, environment }: FaultContext): Promise<void> {
  const stateMachineArn = pipeline['StateMachineArn'];
  const client = new SFNClient(asPerson({ environment }));
  try {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    for (const { executionArn } of executions)
      await client.send(new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'aborted by mistake' }));
  } finally {
    client.destroy();
  }
}
