import { failureSentence } from './apply.ts';
import type { Engine } from './engine.ts';
import { walkGraph } from './graph.ts';
import { cleanUp, removeAll } from './removal.ts';
import { changedProperties } from './replacement.ts';
import { updateResource } from './resource.ts';
import type { Resource, Stack } from './stack.ts';

/** AWS seconds between the statuses of a rollback: long enough to be seen, as they are there. */
const PAUSE = 2;

export interface RollbackOptions {
  /** Why, as the stack's status reason tells it. */
  readonly reason: string;
  /** Logical ids that ContinueUpdateRollback leaves as they are. */
  readonly skip?: readonly string[];
  readonly retainExceptOnCreate?: boolean;
}

/**
 * Returns a stack to what it was when it was last complete: the same physical resources, and what was changed in place is changed
 * back through its provisioner (for a service that is a second, cold copy of the old version).
 */
export async function rollBackUpdate(engine: Engine, stack: Stack, options: RollbackOptions): Promise<void> {
  const { log, world } = engine;
  const stable = stack.stable!;
  stack.operation!.nextPhase();
  log.enter(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', options.reason);
  stack.goal = stable.goal;
  await world.clock.wait(PAUSE);
  const failed = await walkGraph({
    edges: new Map([...stable.resources].map(([id, resource]) => [id, resource.dependsOn])),
    visit: (id) => restore(engine, stack, stable.resources.get(id)!, options.skip ?? []),
    onFailure: () => stack.operation!.stop(),
  });
  if (failed.length > 0) {
    return log.enter(stack, 'UPDATE_ROLLBACK_FAILED', failureSentence(failed.map((id) => stack.resources.get(id)!)));
  }
  log.enter(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  await world.clock.wait(PAUSE);
  stack.superseded = stack.superseded.filter(({ logicalId, physicalId }) => stable.resources.get(logicalId)?.physicalId !== physicalId);
  const created = stack.liveResources().filter(({ logicalId }) => !stable.resources.has(logicalId));
  await cleanUp(engine, stack, created, 'rollback of a creation', options.retainExceptOnCreate);
  stack.outputs = stable.outputs;
  stack.imports = stable.imports;
  log.enter(stack, 'UPDATE_ROLLBACK_COMPLETE');
  stack.markStable();
}

async function restore(engine: Engine, stack: Stack, was: Resource, skip: readonly string[]): Promise<void> {
  const now = stack.resources.get(was.logicalId) ?? was;
  const replaced = now.physicalId !== was.physicalId;
  const changed = changedProperties(now.properties, was.properties).length > 0;
  if (!replaced && !changed && !now.status.endsWith('_FAILED')) return;
  const say = (resource: Resource) => engine.log.resource(stack, stack.put({ ...resource, changedAt: new Date() }));
  if (skip.includes(was.logicalId)) {
    // The template says one thing from now on and reality another, as on AWS.
    const actual = now.actual ?? now.properties;
    return say({ ...was, physicalId: now.physicalId, attributes: now.attributes, actual, status: 'UPDATE_COMPLETE', reason: undefined });
  }
  if (!replaced && changed) return updateResource(engine, stack, now, was, true);
  say({ ...now, status: 'UPDATE_IN_PROGRESS', reason: undefined });
  await checkFault(engine, stack, now, say);
  if (replaced) stack.superseded.push(now);
  say({ ...was, status: 'UPDATE_COMPLETE', reason: undefined });
}

/** A way back that calls no provisioner can still be made to fail. */
async function checkFault(engine: Engine, stack: Stack, now: Resource, say: (resource: Resource) => void): Promise<void> {
  const { signal } = stack.operation!;
  const at = { stackName: stack.name, stackId: stack.id, logicalId: now.logicalId, signal, tags: stack.goal!.tags };
  const reason = await engine.world.hooks.resource?.(at, 'rollback', now.type);
  if (reason === undefined) return;
  say({ ...now, status: 'UPDATE_FAILED', reason, rollbackFailed: true });
  throw new Error(reason);
}

/** Deletes what a failed creation has made, but for what is marked Retain. */
export async function rollBackCreation(engine: Engine, stack: Stack, options: RollbackOptions): Promise<void> {
  stack.operation!.nextPhase();
  engine.log.enter(stack, 'ROLLBACK_IN_PROGRESS', options.reason);
  await engine.world.clock.wait(PAUSE);
  const failed = await removeAll(engine, stack, [...stack.superseded, ...stack.liveResources()], {
    occasion: 'rollback of a creation',
    retainExceptOnCreate: options.retainExceptOnCreate,
    note: (after) => stack.put(after),
  });
  stack.superseded = [];
  stack.imports = new Set();
  engine.log.enter(stack, failed.length > 0 ? 'ROLLBACK_FAILED' : 'ROLLBACK_COMPLETE', failureSentence(failed) || undefined);
}
