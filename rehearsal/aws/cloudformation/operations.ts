import type { OperationType } from '@aws-sdk/client-cloudformation';
import type { Principal } from '../kernel.ts';
import { apply, failureSentence, wantedIds } from './apply.ts';
import { conditionHolds } from './conditions.ts';
import type { Engine } from './engine.ts';
import { messageOf } from './errors.ts';
import { checkExports, exportsOf, importedNames, importersOf, outputsOf } from './exports.ts';
import { Operation } from './operation.ts';
import { cleanUp, removeAll } from './removal.ts';
import { type RollbackOptions, rollBackCreation, rollBackUpdate } from './rollback.ts';
import { scopeOf } from './scope.ts';
import type { Goal, Stack } from './stack.ts';

/** AWS seconds between the last resource and the end of an update. */
const PAUSE = 2;

export interface Start {
  readonly principal: Principal;
  readonly token?: string;
}

export interface Execution extends Start {
  readonly disableRollback: boolean;
  readonly retainExceptOnCreate: boolean;
  /** A creation that fails takes the stack with it. */
  readonly deleteOnFailure: boolean;
}

/** Starts an operation: the stack has its first status when this returns, and its last when `done` settles. */
function begin(engine: Engine, stack: Stack, type: OperationType, start: Start, work: () => Promise<void>): Operation {
  const operation = new Operation(type, start.principal, start.token);
  stack.operation = operation;
  stack.operations.push(operation);
  stack.drift = undefined;
  if (type !== 'CREATE_STACK') stack.updatedAt = new Date();
  operation.done = work().catch((error: unknown) => {
    // Only a defect of the stand-in comes here. It must not look like a stack that works for ever.
    engine.world.log(`cloudformation: ${stack.name}: ${error instanceof Error ? error.stack : error}`);
    const status = type === 'CREATE_STACK' ? 'CREATE_FAILED' : type === 'DELETE_STACK' ? 'DELETE_FAILED' : 'UPDATE_ROLLBACK_FAILED';
    engine.log.enter(stack, status, `Internal Failure: ${messageOf(error)}`);
  });
  return operation;
}

/** Creates a stack that is in review, updates any other. */
export function execute(engine: Engine, stack: Stack, goal: Goal, execution: Execution): Operation {
  const creating = stack.status === 'REVIEW_IN_PROGRESS';
  return begin(engine, stack, creating ? 'CREATE_STACK' : 'UPDATE_STACK', execution, async () => {
    stack.goal = goal;
    stack.disableRollback = execution.disableRollback;
    engine.log.enter(stack, creating ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', 'User Initiated');
    const operation = stack.operation!;
    const failure = await bringAbout(engine, stack, operation, goal, execution.disableRollback);
    // Whoever deletes the stack waits for this to end and goes on from here.
    if (operation.interruption === 'delete') return;
    if (operation.interruption === 'cancel') return rollBack(engine, stack, { reason: 'User Initiated', ...execution });
    if (failure !== undefined) return failExecution(engine, stack, creating, failure, execution);
    if (creating) engine.log.enter(stack, 'CREATE_COMPLETE');
    else await finishUpdate(engine, stack);
    stack.markStable();
  });
}

/** @returns why it failed; undefined when the stack is as it should be */
async function bringAbout(engine: Engine, stack: Stack, operation: Operation, goal: Goal, disableRollback: boolean) {
  const imports = new Set<string>();
  const scope = scopeOf(engine, stack, goal, imports);
  try {
    for (const name of importedNames(scope)) scope.importValue(name);
    // What is imported from now on cannot be taken away, even before this operation has ended.
    stack.imports = new Set([...stack.imports, ...imports]);
    const failure = await apply(engine, stack, scope, disableRollback);
    if (failure !== undefined || operation.interruption) return failure;
    const outputs = outputsOf(scope);
    checkExports(engine.stacks, stack, outputs);
    stack.outputs = outputs;
    stack.imports = imports;
    return undefined;
  } catch (error) {
    return `${messageOf(error).replace(/\.?\s*$/, '')}. `;
  }
}

async function finishUpdate(engine: Engine, stack: Stack): Promise<void> {
  engine.log.enter(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  await engine.world.clock.wait(PAUSE);
  const scope = scopeOf(engine, stack, stack.goal!);
  const wanted = wantedIds(scope, (condition) => conditionHolds(condition, scope));
  const unwanted = stack.liveResources().filter(({ logicalId }) => !wanted.includes(logicalId));
  const clean = await cleanUp(engine, stack, unwanted, 'delete');
  engine.log.enter(stack, 'UPDATE_COMPLETE', clean ? undefined : 'Update successful. One or more resources could not be deleted.');
}

async function failExecution(engine: Engine, stack: Stack, creating: boolean, failure: string, execution: Execution): Promise<void> {
  if (execution.disableRollback) return engine.log.enter(stack, creating ? 'CREATE_FAILED' : 'UPDATE_FAILED', failure);
  if (!creating) return rollBack(engine, stack, { reason: failure, ...execution });
  if (execution.deleteOnFailure) {
    stack.operation!.nextPhase();
    return deleteEverything(engine, stack, failure);
  }
  return rollBack(engine, stack, { reason: `${failure}Rollback requested by user.`, ...execution });
}

/** A stack that was never complete has nothing to return to but nothing. */
const rollBack = (engine: Engine, stack: Stack, options: RollbackOptions): Promise<void> =>
  (stack.stable ? rollBackUpdate : rollBackCreation)(engine, stack, options);

/** RollbackStack. Without a state to return to it deletes the stack. */
export function rollBackStack(engine: Engine, stack: Stack, start: Start, retainExceptOnCreate: boolean): Operation {
  return begin(engine, stack, 'ROLLBACK', start, () =>
    stack.stable
      ? rollBackUpdate(engine, stack, { reason: 'User Initiated', retainExceptOnCreate })
      : deleteEverything(engine, stack, 'User Initiated'),
  );
}

/** ContinueUpdateRollback. @param skip logical ids */
export function continueRollback(engine: Engine, stack: Stack, start: Start, skip: readonly string[]): Operation {
  return begin(engine, stack, 'CONTINUE_ROLLBACK', start, () => rollBackUpdate(engine, stack, { reason: 'User Initiated', skip }));
}

/** DeleteStack; a creation that is under way is stopped first. @param retain logical ids */
export function deleteStack(engine: Engine, stack: Stack, start: Start, retain: readonly string[]): Operation {
  const before = stack.status;
  const running = before === 'CREATE_IN_PROGRESS' ? stack.operation : undefined;
  running?.interrupt('delete');
  return begin(engine, stack, 'DELETE_STACK', start, async () => {
    const used = exportsOf(stack).find(({ name }) => importersOf(engine.stacks, name).some((user) => user !== stack.name));
    if (!used) return deleteEverything(engine, stack, 'User Initiated', retain, running?.done);
    // AWS accepts the call and takes the stack back to where it was.
    engine.log.enter(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    const users = importersOf(engine.stacks, used.name).join(', ');
    engine.log.enter(stack, before, `Delete canceled. Cannot delete export ${used.name} as it is in use by ${users}.`);
  });
}

async function deleteEverything(
  engine: Engine,
  stack: Stack,
  reason: string,
  retain: readonly string[] = [],
  after: Promise<void> = Promise.resolve(),
): Promise<void> {
  engine.log.enter(stack, 'DELETE_IN_PROGRESS', reason);
  await after;
  const failed = await removeAll(engine, stack, [...stack.superseded, ...stack.liveResources()], {
    occasion: 'delete',
    retain,
    note: (resource) => stack.put(resource),
  });
  stack.superseded = [];
  if (failed.length > 0) return engine.log.enter(stack, 'DELETE_FAILED', failureSentence(failed));
  stack.deletedAt = new Date();
  stack.changeSets.clear();
  engine.log.enter(stack, 'DELETE_COMPLETE');
}
