import type { Engine } from './engine.ts';
import { reversed, walkGraph } from './graph.ts';
import { deleteResource, skipResource } from './resource.ts';
import type { Resource, Stack } from './stack.ts';
import type { Policy } from './template.ts';

/** Why physical resources go: their policies mean different things at different times. */
export type Occasion = 'delete' | 'replace' | 'rollback of a creation';

function isKept({ definition }: Resource, occasion: Occasion, retainExceptOnCreate: boolean): boolean {
  const policy: Policy = (occasion === 'replace' ? definition.UpdateReplacePolicy : definition.DeletionPolicy) ?? 'Delete';
  if (occasion === 'rollback of a creation') return policy === 'Retain' && !retainExceptOnCreate;
  return policy !== 'Delete';
}

export interface Removal {
  readonly occasion: Occasion;
  /** Logical ids that are left behind whatever their policy says. */
  readonly retain?: readonly string[];
  /** Deletes also what is marked Retain, where the rolled back operation has created it. @default false */
  readonly retainExceptOnCreate?: boolean;
  /** Told of each resource and what has become of it. */
  note(after: Resource): void;
}

/** Deletes resources, what refers to a resource before it. One that fails keeps what it refers to. @returns those that failed */
export async function removeAll(engine: Engine, stack: Stack, resources: readonly Resource[], removal: Removal): Promise<Resource[]> {
  const { occasion, retain = [], retainExceptOnCreate = false, note } = removal;
  // A replaced resource and its successor share their logical id: the physical one tells them apart.
  const key = (resource: Resource) => `${resource.logicalId} ${resource.physicalId}`;
  const byKey = new Map(resources.map((resource) => [key(resource), resource]));
  const keysOf = (logicalId: string) => [...byKey].filter(([, resource]) => resource.logicalId === logicalId).map(([each]) => each);
  const edges = new Map([...byKey].map(([each, resource]) => [each, resource.dependsOn.flatMap(keysOf)]));
  const failed: Resource[] = [];
  await walkGraph({
    edges: reversed(edges),
    keepGoing: true,
    visit: async (each) => {
      const resource = byKey.get(each)!;
      const kept = retain.includes(resource.logicalId) || isKept(resource, occasion, retainExceptOnCreate);
      if (kept && resource.physicalId !== undefined) return skipResource(engine, stack, resource, note);
      await deleteResource(engine, stack, resource, (after) => {
        note(after);
        if (after.status === 'DELETE_FAILED') failed.push(after);
      });
    },
  });
  return failed;
}

/**
 * What follows an update or its rollback: deletes what belongs to the stack no longer. A failure does not change the outcome, in AWS too.
 * @returns whether everything could be deleted
 */
export async function cleanUp(
  engine: Engine,
  stack: Stack,
  unwanted: readonly Resource[],
  occasion: Occasion,
  retainExceptOnCreate = false,
): Promise<boolean> {
  const replaced = stack.superseded;
  stack.superseded = [];
  const forget = (resource: Resource) => {
    if (resource.status !== 'DELETE_IN_PROGRESS') stack.resources.delete(resource.logicalId);
  };
  const leftBehind = [
    // A replacement that is rolled back is no replaced resource: UpdateReplacePolicy speaks of the old one.
    ...(await removeAll(engine, stack, replaced, {
      occasion: occasion === 'rollback of a creation' ? occasion : 'replace',
      retainExceptOnCreate,
      note: () => undefined,
    })),
    ...(await removeAll(engine, stack, unwanted, { occasion, retainExceptOnCreate, note: forget })),
  ];
  return leftBehind.length === 0;
}
