import type {
  CancelUpdateStackInput,
  ContinueUpdateRollbackInput,
  DeleteStackInput,
  ExecuteChangeSetInput,
  RollbackStackInput,
  UpdateTerminationProtectionInput,
} from '@aws-sdk/client-cloudformation';
import type { Call, Handler, Principal } from '../../kernel.ts';
import { type ChangeSet, makeObsolete } from '../change-set.ts';
import type { Engine } from '../engine.ts';
import { invalidChangeSetStatus, validationError } from '../errors.ts';
import { requireLegal, requireRetryable } from '../legal-moves.ts';
import type { Operation } from '../operation.ts';
import { continueRollback, deleteStack, execute, rollBackStack } from '../operations.ts';
import type { Stack } from '../stack.ts';
import { isRepeated, principalFor, refuseOptions, remember } from './request.ts';

/** What moves a stack from one status to another. Each answers as soon as the stack is at work. */
export function operationHandlers(engine: Engine): Record<string, Handler> {
  const { stacks } = engine;
  return {
    async ExecuteChangeSet(input: ExecuteChangeSetInput, { principal }: Call) {
      await executeChangeSet(engine, input, principal);
      return {};
    },
    CancelUpdateStack(input: CancelUpdateStackInput) {
      const stack = stacks.get(input.StackName);
      if (isRepeated(stack, input.ClientRequestToken, 'CancelUpdateStack')) return {};
      requireLegal(stack, 'cancel');
      remember(stack, input.ClientRequestToken, 'CancelUpdateStack');
      stack.operation!.interrupt('cancel');
      return {};
    },
    async RollbackStack(input: RollbackStackInput, call: Call) {
      refuseOptions(input, 'RollbackStack', ['DeploymentConfig']);
      const stack = stacks.get(input.StackName);
      await start(engine, stack, 'RollbackStack', 'rollback', input, call, (begin) =>
        rollBackStack(engine, stack, begin, input.RetainExceptOnCreate ?? false),
      );
      return { StackId: stack.id, OperationId: stack.operation?.id };
    },
    async ContinueUpdateRollback(input: ContinueUpdateRollbackInput, call: Call) {
      const stack = stacks.get(input.StackName);
      refuseOptions(input, 'ContinueUpdateRollback', ['DeploymentConfig', 'ForceRollback']);
      const skip = input.ResourcesToSkip ?? [];
      await start(engine, stack, `ContinueUpdateRollback ${skip}`, 'continue', input, call, (begin) => {
        checkSkippable(stack, skip);
        return continueRollback(engine, stack, begin, skip);
      });
      return {};
    },
    async DeleteStack(input: DeleteStackInput, call: Call) {
      refuseOptions(input, 'DeleteStack', ['DeploymentConfig']);
      await deleteIt(engine, input, call);
      return {};
    },
    UpdateTerminationProtection(input: UpdateTerminationProtectionInput) {
      const stack = stacks.get(input.StackName);
      stack.terminationProtection = input.EnableTerminationProtection ?? false;
      return { StackId: stack.id };
    },
  };
}

/** Throws for a change set that cannot be executed now. @returns what is under way; undefined when the same request came before */
export async function executeChangeSet(engine: Engine, input: ExecuteChangeSetInput, caller: Principal): Promise<Operation | undefined> {
  const changeSet = engine.stacks.changeSet(input.ChangeSetName, input.StackName);
  const { stack, request } = changeSet;
  const token = input.ClientRequestToken;
  const what = `ExecuteChangeSet ${changeSet.id}`;
  const roleArn = request.roleArn ?? stack.roleArn;
  const principal = await principalFor(engine, roleArn, caller);
  if (isRepeated(stack, token, what)) return undefined;
  checkExecutable(changeSet);
  if (request.onStackFailure !== undefined && input.DisableRollback !== undefined) {
    throw validationError('DisableRollback cannot be specified when OnStackFailure was specified in CreateChangeSet.');
  }
  const disableRollback = input.DisableRollback ?? request.onStackFailure === 'DO_NOTHING';
  requireLegal(stack, 'update', 'create', 'retry');
  requireRetryable(stack, disableRollback);
  remember(stack, token, what);
  stack.roleArn = roleArn;
  stack.doNothingOnFailure = stack.status === 'REVIEW_IN_PROGRESS' ? request.onStackFailure === 'DO_NOTHING' : stack.doNothingOnFailure;
  makeObsolete(stack, changeSet);
  changeSet.executionStatus = 'EXECUTE_IN_PROGRESS';
  const operation = execute(engine, stack, request.goal, {
    principal,
    token,
    disableRollback,
    retainExceptOnCreate: input.RetainExceptOnCreate ?? false,
    deleteOnFailure: request.onStackFailure === 'DELETE',
  });
  void operation.done.then(() => {
    const done = stack.status === 'CREATE_COMPLETE' || stack.status === 'UPDATE_COMPLETE';
    changeSet.executionStatus = done ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED';
  });
  return operation;
}

function checkExecutable({ id, status, executionStatus }: ChangeSet): void {
  if (status !== 'CREATE_COMPLETE')
    throw invalidChangeSetStatus(`ChangeSet [${id}] cannot be executed in its current status of [${status}]`);
  if (executionStatus === 'AVAILABLE') return;
  throw invalidChangeSetStatus(`ChangeSet [${id}] cannot be executed in its current execution status of [${executionStatus}]`);
}

interface RoleAndToken {
  readonly RoleARN?: string;
  readonly ClientRequestToken?: string;
}

/** Starts an operation once, in the name of the stack's role. */
async function start(
  engine: Engine,
  stack: Stack,
  what: string,
  move: 'rollback' | 'continue',
  { RoleARN, ClientRequestToken: token }: RoleAndToken,
  { principal: caller }: Call,
  begin: (start: { principal: Principal; token?: string }) => Operation,
): Promise<void> {
  const roleArn = RoleARN ?? stack.roleArn;
  const principal = await principalFor(engine, roleArn, caller);
  if (isRepeated(stack, token, what)) return;
  requireLegal(stack, move);
  begin({ principal, token });
  stack.roleArn = roleArn;
  remember(stack, token, what);
  makeObsolete(stack);
}

/** Only what failed because a rollback did may be skipped. AWS's wording was not seen; nothing should depend on more than ValidationError. */
function checkSkippable(stack: Stack, skip: readonly string[]): void {
  const wrong = skip.filter((logicalId) => !stack.live(logicalId)?.rollbackFailed);
  if (wrong.length > 0) {
    throw validationError(
      `Resources [${wrong.join(', ')}] cannot be skipped: only resources that are UPDATE_FAILED because a rollback failed can be.`,
    );
  }
}

async function deleteIt(engine: Engine, input: DeleteStackInput, { principal: caller }: Call): Promise<void> {
  const { StackName = '', RetainResources = [], DeletionMode, ClientRequestToken: token } = input;
  const stack = engine.stacks.find(StackName);
  // AWS answers a deletion of nothing as one of something.
  if (!stack || stack.status === 'DELETE_COMPLETE') return;
  const roleArn = input.RoleARN ?? stack.roleArn;
  const principal = await principalFor(engine, roleArn, caller);
  if (stack.status === 'DELETE_IN_PROGRESS' || isRepeated(stack, token, 'DeleteStack')) return;
  if (stack.terminationProtection) throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  requireLegal(stack, 'delete');
  const forced = DeletionMode === 'FORCE_DELETE_STACK';
  if ((RetainResources.length > 0 || forced) && stack.status !== 'DELETE_FAILED') {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. Specify resources to retain only when the current stack state is DELETE_FAILED.`,
    );
  }
  const stuck = stack.liveResources().filter(({ status }) => status === 'DELETE_FAILED');
  stack.roleArn = roleArn;
  remember(stack, token, 'DeleteStack');
  makeObsolete(stack);
  deleteStack(engine, stack, { principal, token }, forced ? stuck.map(({ logicalId }) => logicalId) : RetainResources);
}
