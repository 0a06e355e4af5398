import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { keys } from '../../steps/contract/records.ts';
import { asPerson } from './as-person.ts';
import type { Fault, FaultContext } from './fault.ts';

/** The request is written a moment after its state is entered; tries, 100 ms apart. */
const tries = 600;

/** Somebody who can read the table wakes the machine by the token, and writes no decision. */
export const approvalTokenStolen: Fault = {
  name: 'approval-token-stolen',
  summary: 'somebody answers with the token of the request, and nobody decided',
  cause: 'ApprovalRejected',
  failedStep: 'LockStage',
  on: 'update',
  at: 'approval',
  approve: 'nobody',
  inject: (context) => ({
    async hear({ state, event }) {
      if (state !== 'RequestApproval' || event !== 'entered') return;
      const { id, token } = await readRequest(context);
      const states = new SFNClient(asPerson(context));
      await states.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify({ id }) }));
      states.destroy();
    },
  }),
};

async function readRequest(context: FaultContext): Promise<{ id: string; token: string }> {
  const table = new DynamoDBClient(asPerson(context));
  const text = async ({ pk, sk }: { pk: string; sk: string }, attribute: string) => {
    const item = { TableName: context.pipeline['ReleaseTable'], Key: { pk: { S: pk }, sk: { S: sk } } };
    return (await table.send(new GetItemCommand(item))).Item?.[attribute]?.S;
  };
  try {
    for (let left = tries; left > 0; left--, await sleep(100)) {
      const id = await text(keys.release(context.tag, 1), 'approvalId');
      const token = id && (await text(keys.approval(id), 'token'));
      if (token) return { id, token };
    }
    throw new Error(`no request for approval of ${context.tag} was written`);
  } finally {
    table.destroy();
  }
}
