import { conditionHolds } from './conditions.ts';
import { type Engine, provisionerOf } from './engine.ts';
import { messageOf } from './errors.ts';
import { walkGraph } from './graph.ts';
import { resolve, type Scope } from './intrinsics.ts';
import { type Branch, dependencies } from './references.ts';
import { changedProperties, replaces } from './replacement.ts';
import { createResource, deleteResource, restoreQuietly, updateResource, type Wanted } from './resource.ts';
import type { Resource, Stack } from './stack.ts';

export const NO_REPLACEMENTS = 'Replacement type updates not supported on stack with disable-rollback.';

/** The resources that a template asks for, with its conditions as they are. */
export function wantedIds({ template }: Pick<Scope, 'template'>, branch: NonNullable<Branch>): string[] {
  return Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || branch(Condition))
    .map(([logicalId]) => logicalId);
}

/**
 * Brings a stack's resources to its goal, each after those it refers to. What is no longer wanted stays for the cleanup.
 * @param disableRollback what does not depend on a failure still goes on, and nothing may be replaced
 * @returns the sentence that becomes the stack's reason; undefined when all is well
 */
export async function apply(engine: Engine, stack: Stack, scope: Scope, disableRollback: boolean): Promise<string | undefined> {
  const operation = stack.operation!;
  const branch = (condition: string) => conditionHolds(condition, scope);
  const ids = wantedIds(scope, branch);
  const edges = new Map(ids.map((id) => [id, dependencies(scope.template.Resources[id]!, scope.template, branch)]));
  const failed = await walkGraph({
    edges,
    visit: (id) => converge(engine, stack, scope, id, edges.get(id)!, disableRollback),
    onFailure: () => operation.stop(),
    keepGoing: disableRollback,
    stopped: () => operation.interruption !== undefined,
  });
  return failed.length > 0 ? failureSentence(failed.map((id) => stack.resources.get(id)!)) : undefined;
}

/** The text that stands behind CREATE_FAILED and UPDATE_FAILED of a stack, with the space that AWS leaves at its end. */
export function failureSentence(resources: readonly Resource[]): string {
  return ['create', 'update', 'delete']
    .map((verb) => {
      const ids = resources.filter(({ status }) => status === `${verb.toUpperCase()}_FAILED`).map(({ logicalId }) => logicalId);
      return ids.length > 0 ? `The following resource(s) failed to ${verb}: [${ids.join(', ')}]. ` : '';
    })
    .join('');
}

async function converge(
  engine: Engine,
  stack: Stack,
  scope: Scope,
  logicalId: string,
  dependsOn: readonly string[],
  disableRollback: boolean,
): Promise<void> {
  const definition = scope.template.Resources[logicalId]!;
  const was = stack.live(logicalId);
  const wanted = { logicalId, type: definition.Type, definition, dependsOn, properties: {} } satisfies Wanted;
  let properties: Wanted['properties'];
  try {
    properties = resolve(definition.Properties ?? {}, scope) as Wanted['properties'];
  } catch (error) {
    throw refuse(engine, stack, wanted, was, messageOf(error));
  }
  return bring(engine, stack, { ...wanted, properties }, was, disableRollback);
}

async function bring(engine: Engine, stack: Stack, wanted: Wanted, was: Resource | undefined, disableRollback: boolean): Promise<void> {
  if (!was) return createResource(engine, stack, wanted);
  if (was.status === 'CREATE_FAILED') {
    // Without a state to return to, what is left of it goes before the next try.
    await deleteResource(engine, stack, was, (after) => stack.put(after));
    return createResource(engine, stack, wanted);
  }
  const changed = changedProperties(was.properties, wanted.properties);
  const provisioner = provisionerOf(engine, wanted.type);
  if (was.type !== wanted.type) throw refuse(engine, stack, wanted, was, 'Update of resource type is not permitted.');
  if (changed.some((property) => replaces(provisioner, property))) {
    if (disableRollback) throw refuse(engine, stack, wanted, was, NO_REPLACEMENTS);
    return createResource(engine, stack, wanted, was);
  }
  if (changed.length === 0 && !was.status.endsWith('_FAILED')) {
    stack.put({ ...was, definition: wanted.definition, dependsOn: wanted.dependsOn });
    return;
  }
  try {
    await updateResource(engine, stack, was, wanted);
  } catch (error) {
    if (disableRollback) await restoreQuietly(engine, stack, was, stack.resources.get(wanted.logicalId)!);
    throw error;
  }
}

/** A resource fails before anything was tried. */
function refuse(engine: Engine, stack: Stack, wanted: Wanted, was: Resource | undefined, reason: string): Error {
  const word = was ? 'UPDATE' : 'CREATE';
  const before = was ?? { ...wanted, attributes: {} };
  engine.log.resource(stack, stack.put({ ...before, status: `${word}_FAILED`, reason, changedAt: new Date() }));
  return new Error(reason);
}
