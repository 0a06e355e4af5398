import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';
import { ConflictException } from '@aws-sdk/client-ecs';
import type { Hooks } from '../aws/kernel.ts';
import { isBy } from './calls.ts';

const $metadata = { httpStatusCode: 400 };
const refusals: Readonly<Record<string, () => Error>> = {
  StopServiceDeployment: () => new ConflictException({ message: 'The service deployment cannot be stopped.', $metadata }),
  CancelUpdateStack: () =>
    new CloudFormationServiceException({
      name: 'ValidationError',
      $fault: 'client',
      message: 'CancelUpdateStack cannot be called from current stack status',
      $metadata,
    }),
};

/** RollBack asks, and AWS says that it is too late for that. */
export const refuse = (...operations: (keyof typeof refusals & string)[]): Pick<Hooks, 'call'> => ({
  call(call) {
    if (operations.includes(call.operation) && isBy('RollBack', call)) throw refusals[call.operation]!();
  },
});
