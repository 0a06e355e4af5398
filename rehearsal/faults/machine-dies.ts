import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Fault } from './fault.ts';

/** Somebody aborts the execution while tasks are being replaced: nothing in it can go back any more. */
export const machineDies: Fault = {
  name: 'machine-dies',
  summary: 'the execution of the release is aborted while its deployment is being watched',
  cause: 'MachineDied',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject({ stage, pipeline, environment }) {
    let dead = false;
    return {
      async hear({ state, stage: at, event }) {
        if (dead || state !== 'WatchDeployment' || at !== stage.name || event !== 'waiting') return;
        dead = true;
        await abortRunning(pipeline['StateMachineArn'] ?? '', environment);
      },
    };
  },
};

async function abortRunning(stateMachineArn: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = environment;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = environment;
  const client = new SFNClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  try {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    for (const { executionArn } of executions)
      await client.send(new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'aborted by mistake' }));
  } finally {
    client.destroy();
  }
}
