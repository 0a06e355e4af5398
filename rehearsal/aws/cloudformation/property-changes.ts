import { isDeepStrictEqual } from 'node:util';
import type { ResourceChange, ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import type { Provisioner } from '../kernel.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { ParameterValues } from './parameters.ts';
import { type Branch, type Reference, references } from './references.ts';
import { replaces } from './replacement.ts';
import type { Resource } from './stack.ts';
import type { ResourceDefinition } from './template.ts';

/** A resource as it is and as a template wants it. */
export interface Comparison {
  readonly before?: Resource;
  readonly definition: ResourceDefinition;
  readonly provisioner: Provisioner;
  readonly scope: Scope;
  readonly branch: Branch;
  /** The planned change of another resource; undefined when it stays as it is. */
  changeOf(logicalId: string): ResourceChange | undefined;
  readonly previousParameters: ParameterValues;
  readonly parameters: ParameterValues;
}

/** What AWS shows for a value that only the execution will know. */
const LATER = '{{changeSet:KNOWN_AFTER_APPLY}}';

/** One entry for each reason why a property changes or may change. */
export function compareProperties(comparison: Comparison): ResourceChangeDetail[] {
  const { before, definition } = comparison;
  const names = new Set([...Object.keys(before?.properties ?? {}), ...Object.keys(definition.Properties ?? {})]);
  return [...names].flatMap((name) => compareProperty(comparison, name));
}

function compareProperty(comparison: Comparison, name: string): ResourceChangeDetail[] {
  const { before, definition, scope } = comparison;
  const raw = definition.Properties?.[name];
  const rewritten = !isDeepStrictEqual(before?.definition.Properties?.[name], raw);
  const causes = unsettled(comparison, raw);
  if (causes.length > 0) {
    return [
      ...(rewritten ? [detail(comparison, name, LATER, { Evaluation: 'Static', ChangeSource: 'DirectModification' })] : []),
      ...causes.map((cause) => detail(comparison, name, LATER, { Evaluation: 'Dynamic', ...sourceOf(cause) })),
    ];
  }
  const after = resolve(raw, scope);
  if (isDeepStrictEqual(before?.properties[name], after)) return [];
  const parameters = rewritten ? [] : changedParameters(comparison, raw);
  if (parameters.length === 0) return [detail(comparison, name, after, { Evaluation: 'Static', ChangeSource: 'DirectModification' })];
  return parameters.map((CausingEntity) =>
    detail(comparison, name, after, { Evaluation: 'Static', ChangeSource: 'ParameterReference', CausingEntity }),
  );
}

/** References to what does not exist yet, is or may be replaced, or whose attributes may change with it. */
function unsettled({ changeOf, branch }: Comparison, raw: unknown): Reference[] {
  return references(raw, branch).filter(({ name, attribute }) => {
    const change = changeOf(name);
    if (!change) return false;
    return change.Action === 'Add' || change.Replacement !== 'False' || attribute !== undefined;
  });
}

const sourceOf = ({ name, attribute }: Reference): ResourceChangeDetail =>
  attribute === undefined
    ? { ChangeSource: 'ResourceReference', CausingEntity: name }
    : { ChangeSource: 'ResourceAttribute', CausingEntity: `${name}.${attribute}` };

const changedParameters = ({ branch, parameters, previousParameters }: Comparison, raw: unknown): string[] => [
  ...new Set(
    references(raw, branch)
      .map(({ name }) => name)
      .filter((name) => name in parameters && parameters[name] !== previousParameters[name]),
  ),
];

function detail({ before, provisioner }: Comparison, Name: string, after: unknown, why: ResourceChangeDetail): ResourceChangeDetail {
  const was = before?.properties[Name];
  return {
    Target: {
      Attribute: 'Properties',
      Name,
      Path: `/Properties/${Name}`,
      RequiresRecreation: replaces(provisioner, Name) ? 'Always' : 'Never',
      BeforeValue: told(was),
      AfterValue: told(after),
      AttributeChangeType: was === undefined ? 'Add' : after === undefined ? 'Remove' : 'Modify',
    },
    ...why,
  };
}

const told = (value: unknown): string | undefined => (value === undefined || typeof value === 'string' ? value : JSON.stringify(value));

/** All properties as they will be, as far as that is known now. */
export function contextOf(comparison: Comparison): string {
  const properties = Object.entries(comparison.definition.Properties ?? {}).map(([name, raw]) => [
    name,
    unsettled(comparison, raw).length > 0 ? LATER : resolve(raw, comparison.scope),
  ]);
  return JSON.stringify({ Properties: Object.fromEntries(properties) });
}
