import { validationError } from './errors.ts';
import { splitAttribute } from './intrinsics.ts';
import type { ResourceDefinition, Template } from './template.ts';

export interface Reference {
  readonly name: string;
  /** Absent for `Ref`. */
  readonly attribute?: string;
}

/** Which side of an `Fn::If` counts; both when undefined. */
export type Branch = ((condition: string) => boolean) | undefined;

/** Every `Ref`, `Fn::GetAtt` and `${…}` in a piece of a template. */
export function references(value: unknown, branch?: Branch): Reference[] {
  if (Array.isArray(value)) return value.flatMap((each) => references(each, branch));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Ref' && typeof argument === 'string') return [{ name: argument }];
    if (key === 'Fn::GetAtt') return [attributeOf(splitAttribute(argument))];
    if (key === 'Fn::Sub') return substitutions(argument, branch);
    if (key === 'Fn::If' && branch) return references(branch(argument[0]) ? argument[1] : argument[2], branch);
    return references(argument, branch);
  });
}

const attributeOf = ([name, attribute]: [string, string]): Reference => ({ name, attribute });

function substitutions(argument: string | [string, Record<string, unknown>], branch: Branch): Reference[] {
  const [template, variables] = typeof argument === 'string' ? [argument, {}] : argument;
  const names = [...template.matchAll(/\$\{([^!}][^}]*)\}/g)].map((match) => match[1]!.trim());
  return [
    ...references(variables, branch),
    ...names
      .filter((name) => !Object.hasOwn(variables, name))
      .map((name) => (name.includes('.') ? attributeOf(splitAttribute(name)) : { name })),
  ];
}

/** The resources that must exist before this one. */
export function dependencies(definition: ResourceDefinition, template: Template, branch?: Branch): string[] {
  const named = [definition.DependsOn ?? []].flat();
  const referred = references(definition.Properties, branch).map(({ name }) => name);
  return [...new Set([...named, ...referred])].filter((name) => name in template.Resources);
}

/** Throws ValidationError for a reference to nothing and for a circle. */
export function checkReferences(template: Template): void {
  const known = (name: string) => name in template.Resources || name in (template.Parameters ?? {}) || name.startsWith('AWS::');
  const unknown = (value: unknown) => [...new Set(references(value).map(({ name }) => name))].filter((name) => !known(name));
  for (const [block, value] of [
    ['Resources', Object.values(template.Resources).map((definition) => definition.Properties)],
    ['Outputs', template.Outputs],
  ] as const) {
    const missing = unknown(value);
    if (missing.length > 0) {
      throw validationError(
        `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the ${block} block of the template`,
      );
    }
  }
  for (const definition of Object.values(template.Resources)) {
    const missing = [definition.DependsOn ?? []].flat().filter((name) => !(name in template.Resources));
    if (missing.length > 0) {
      throw validationError(
        `Template format error: Unresolved resource dependencies [${missing.join(', ')}] in the Resources block of the template`,
      );
    }
  }
  checkCircles(template);
}

function checkCircles(template: Template): void {
  const open = new Map(Object.entries(template.Resources).map(([id, definition]) => [id, dependencies(definition, template)]));
  for (;;) {
    const free = [...open].filter(([, needs]) => needs.every((need) => !open.has(need)));
    if (free.length === 0) break;
    for (const [id] of free) open.delete(id);
  }
  if (open.size > 0) throw validationError(`Circular dependency between resources: [${[...open.keys()].join(', ')}]`);
}
