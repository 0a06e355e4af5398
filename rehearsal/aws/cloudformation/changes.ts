import { isDeepStrictEqual } from 'node:util';
import type { Change, ResourceAttribute, ResourceChange } from '@aws-sdk/client-cloudformation';
import { wantedIds } from './apply.ts';
import { conditionHolds } from './conditions.ts';
import { type Engine, provisionerOf } from './engine.ts';
import { importedNames } from './exports.ts';
import type { Scope } from './intrinsics.ts';
import { type Comparison, compareProperties, contextOf } from './property-changes.ts';
import { dependencies } from './references.ts';
import { scopeOf } from './scope.ts';
import type { Goal, Resource, Stack } from './stack.ts';
import type { Policy, ResourceDefinition } from './template.ts';

export interface Plan {
  readonly changes: readonly Change[];
  /** Nothing would happen, not even to outputs or tags. */
  readonly empty: boolean;
}

/** What executing a goal would do to a stack. Throws ValidationError where that cannot be told, for an export that does not exist. */
export function planChanges(engine: Engine, stack: Stack, goal: Goal): Plan {
  const scope = scopeOf(engine, stack, goal);
  for (const name of importedNames(scope)) scope.importValue(name);
  const planned = new Planner(engine, stack, goal, scope).all();
  const removed = stack.liveResources().filter(({ logicalId }) => !planned.has(logicalId));
  const changes = [...[...planned.values()].filter((change) => change !== undefined), ...removed.map(removal)].map(
    (ResourceChange): Change => ({ Type: 'Resource', ResourceChange }),
  );
  const before = stack.goal;
  const sameAround =
    isDeepStrictEqual(before?.template.Outputs ?? {}, goal.template.Outputs ?? {}) && isDeepStrictEqual(before?.tags ?? {}, goal.tags);
  return { changes, empty: changes.length === 0 && sameAround };
}

/** Goes through the resources of a template, what is referred to first: whether it is replaced decides about those that refer to it. */
class Planner {
  readonly #engine: Engine;
  readonly #stack: Stack;
  readonly #goal: Goal;
  readonly #scope: Scope;
  readonly #planned = new Map<string, ResourceChange | undefined>();

  constructor(engine: Engine, stack: Stack, goal: Goal, scope: Scope) {
    this.#engine = engine;
    this.#stack = stack;
    this.#goal = goal;
    this.#scope = scope;
  }

  all(): ReadonlyMap<string, ResourceChange | undefined> {
    for (const id of wantedIds(this.#scope, this.#branch)) this.#plan(id);
    return this.#planned;
  }

  readonly #branch = (condition: string) => conditionHolds(condition, this.#scope);

  #plan(logicalId: string): ResourceChange | undefined {
    if (this.#planned.has(logicalId)) return this.#planned.get(logicalId);
    const definition = this.#goal.template.Resources[logicalId]!;
    for (const each of dependencies(definition, this.#goal.template, this.#branch)) this.#plan(each);
    const before = this.#stack.live(logicalId);
    const comparison: Comparison = {
      // What could not be created is made anew.
      before: before?.status === 'CREATE_FAILED' ? undefined : before,
      definition,
      provisioner: provisionerOf(this.#engine, definition.Type),
      scope: this.#scope,
      branch: this.#branch,
      changeOf: (id) => this.#planned.get(id),
      previousParameters: this.#stack.goal?.parameters ?? {},
      parameters: this.#goal.parameters,
    };
    const change = comparison.before ? modification(logicalId, comparison.before, comparison) : addition(logicalId, comparison);
    this.#planned.set(logicalId, change);
    return change;
  }
}

const addition = (LogicalResourceId: string, comparison: Comparison): ResourceChange => ({
  Action: 'Add',
  LogicalResourceId,
  ResourceType: comparison.definition.Type,
  Scope: [],
  Details: [],
  AfterContext: contextOf(comparison),
});

function modification(LogicalResourceId: string, before: Resource, comparison: Comparison): ResourceChange | undefined {
  const { definition } = comparison;
  const details = compareProperties(comparison);
  const around = attributesThatDiffer(before.definition, definition);
  const failed = before.status.endsWith('_FAILED');
  if (details.length === 0 && around.length === 0 && !failed) return undefined;
  const always = details.filter(({ Target }) => Target?.RequiresRecreation === 'Always');
  const replaced = before.type !== definition.Type || always.some(({ Evaluation }) => Evaluation === 'Static');
  const kept = (definition.UpdateReplacePolicy ?? 'Delete') !== 'Delete';
  return {
    Action: 'Modify',
    LogicalResourceId,
    PhysicalResourceId: before.physicalId,
    ResourceType: definition.Type,
    Replacement: replaced ? 'True' : always.length > 0 ? 'Conditional' : 'False',
    PolicyAction: replaced ? (kept ? 'ReplaceAndRetain' : 'ReplaceAndDelete') : undefined,
    Scope: [...(details.length > 0 ? (['Properties'] as const) : []), ...around],
    Details: [
      ...details,
      ...around.map((Attribute) => ({
        Target: { Attribute, RequiresRecreation: 'Never' as const },
        Evaluation: 'Static' as const,
        ChangeSource: 'DirectModification' as const,
      })),
    ],
    BeforeContext: JSON.stringify({ Properties: before.properties }),
    AfterContext: contextOf(comparison),
  };
}

const ATTRIBUTES = ['Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'] as const satisfies ResourceAttribute[];

const attributesThatDiffer = (before: ResourceDefinition, after: ResourceDefinition): (typeof ATTRIBUTES)[number][] =>
  ATTRIBUTES.filter((attribute) => !isDeepStrictEqual(before[attribute], after[attribute]));

function removal({ logicalId, physicalId, type, definition, properties }: Resource): ResourceChange {
  const policy: Policy = definition.DeletionPolicy ?? 'Delete';
  return {
    Action: 'Remove',
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    PolicyAction: policy === 'Delete' ? 'Delete' : 'Retain',
    Scope: [],
    Details: [],
    BeforeContext: JSON.stringify({ Properties: properties }),
  };
}
