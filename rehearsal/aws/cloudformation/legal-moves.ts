import type { StackStatus } from '@aws-sdk/client-cloudformation';
import { validationError } from './errors.ts';
import type { Stack } from './stack.ts';

/** What can be asked of a stack. `retry` is an update that must come with DisableRollback. */
export type Move = 'create' | 'update' | 'retry' | 'cancel' | 'rollback' | 'continue' | 'delete';

/** What CloudFormation accepts in each status. What is not here is refused; a stack at work is left alone. */
export const LEGAL_MOVES: Readonly<Record<StackStatus, readonly Move[]>> = {
  REVIEW_IN_PROGRESS: ['create', 'delete'],
  CREATE_IN_PROGRESS: ['delete'],
  CREATE_COMPLETE: ['update', 'delete'],
  CREATE_FAILED: ['retry', 'rollback', 'delete'],
  ROLLBACK_IN_PROGRESS: [],
  ROLLBACK_COMPLETE: ['delete'],
  ROLLBACK_FAILED: ['delete'],
  UPDATE_IN_PROGRESS: ['cancel'],
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: [],
  UPDATE_COMPLETE: ['update', 'delete'],
  UPDATE_FAILED: ['retry', 'rollback', 'delete'],
  UPDATE_ROLLBACK_IN_PROGRESS: [],
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: [],
  UPDATE_ROLLBACK_COMPLETE: ['update', 'delete'],
  UPDATE_ROLLBACK_FAILED: ['continue', 'delete'],
  // To delete again while a deletion runs is accepted and changes nothing.
  DELETE_IN_PROGRESS: ['delete'],
  DELETE_FAILED: ['delete'],
  DELETE_COMPLETE: ['delete'],
  // The rehearsal imports nothing: no stack gets here.
  IMPORT_IN_PROGRESS: [],
  IMPORT_COMPLETE: ['update', 'delete'],
  IMPORT_ROLLBACK_IN_PROGRESS: [],
  IMPORT_ROLLBACK_FAILED: ['delete'],
  IMPORT_ROLLBACK_COMPLETE: ['update', 'delete'],
};

const REFUSALS: Readonly<Record<Move, (stack: Stack) => string>> = {
  create: ({ id, status }) => `Stack:${id} is in ${status} state and can not be updated.`,
  update: ({ id, status }) => `Stack:${id} is in ${status} state and can not be updated.`,
  retry: ({ id, status }) => `Stack:${id} is in ${status} state and can not be updated.`,
  cancel: () => 'CancelUpdateStack cannot be called from current stack status',
  // Inside CloudFormation the operation bears another name than in its API.
  continue: () => 'RollbackUpdatedStack cannot be called from current stack status',
  // The wording of this one was not seen; nothing should depend on more than ValidationError.
  rollback: () => 'RollbackStack cannot be called from current stack status',
  delete: ({ name, status }) => `Stack [${name}] cannot be deleted while in status ${status}`,
};

export const isLegal = ({ status }: Pick<Stack, 'status'>, move: Move): boolean => LEGAL_MOVES[status].includes(move);

/** Throws ValidationError unless one of these moves is legal now. */
export function requireLegal(stack: Stack, ...moves: [Move, ...Move[]]): void {
  if (!moves.some((move) => isLegal(stack, move))) throw validationError(REFUSALS[moves[0]](stack));
}

/** An update from a failed status asks for DisableRollback, and is refused altogether where the creation said DO_NOTHING. */
export function requireRetryable(stack: Stack, disableRollback: boolean): void {
  if (!isLegal(stack, 'retry')) return;
  if (stack.doNothingOnFailure && stack.status === 'CREATE_FAILED') {
    throw validationError(
      `This stack cannot be updated from [${stack.status}] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.`,
    );
  }
  if (disableRollback) return;
  throw validationError(
    `This stack is currently in a non-terminal [${stack.status}] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API`,
  );
}
