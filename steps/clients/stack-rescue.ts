import {
  CancelUpdateStackCommand,
  type CloudFormationClient,
  CloudFormationServiceException,
  ContinueUpdateRollbackCommand,
  RollbackStackCommand,
  TokenAlreadyExistsException,
} from '@aws-sdk/client-cloudformation';
import type { Stacks } from '../contract/ports.ts';

/** The three operations that turn a stack back. Each is legal in few states only, and the state may change while we ask. */
export function stackRescue(client: CloudFormationClient): Pick<Stacks, 'cancelUpdate' | 'rollBack' | 'continueRollback'> {
  return {
    cancelUpdate: (StackName, ClientRequestToken) => asked(client.send(new CancelUpdateStackCommand({ StackName, ClientRequestToken }))),
    rollBack: (StackName, ClientRequestToken) => asked(client.send(new RollbackStackCommand({ StackName, ClientRequestToken }))),
    continueRollback: (StackName, ClientRequestToken, skip) =>
      asked(
        client.send(
          new ContinueUpdateRollbackCommand({
            StackName,
            ClientRequestToken,
            ResourcesToSkip: skip.length > 0 ? [...skip] : undefined,
          }),
        ),
      ),
  };
}

async function asked(operation: Promise<unknown>): Promise<'accepted' | 'refused'> {
  try {
    await operation;
    return 'accepted';
  } catch (error) {
    // An earlier try of this very step came through.
    if (error instanceof TokenAlreadyExistsException) return 'accepted';
    const refused = error instanceof CloudFormationServiceException && error.name === 'ValidationError';
    // The texts differ by operation, all of them speak of the stack's state or status; a missing stack or a bad argument is no refusal.
    if (refused && /\b(state|status)\b/i.test(error.message) && !/does not exist/.test(error.message)) return 'refused';
    throw error;
  }
}
