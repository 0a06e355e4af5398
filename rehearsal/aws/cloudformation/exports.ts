import type { Output } from '@aws-sdk/client-cloudformation';
import { conditionHolds } from './conditions.ts';
import { validationError } from './errors.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { Stack } from './stack.ts';
import type { Stacks } from './stacks.ts';

export interface Exported {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
}

export const exportsOf = (stack: Stack): Exported[] =>
  stack.outputs.flatMap(({ ExportName, OutputValue }) =>
    ExportName === undefined ? [] : [{ name: ExportName, value: OutputValue ?? '', stackId: stack.id }],
  );

export const allExports = (stacks: Stacks): Exported[] => stacks.live().flatMap(exportsOf);

export const exportedBy = (stacks: Stacks, name: string): Exported | undefined => allExports(stacks).find((each) => each.name === name);

/** Names of the stacks that import an export. */
export const importersOf = (stacks: Stacks, name: string): string[] =>
  stacks
    .live()
    .filter(({ imports }) => imports.has(name))
    .map((stack) => stack.name);

/** What a template puts out, now that its resources exist. */
export function outputsOf(scope: Scope): Output[] {
  return Object.entries(scope.template.Outputs ?? {})
    .filter(([, { Condition }]) => Condition === undefined || conditionHolds(Condition, scope))
    .map(([OutputKey, { Value, Description, Export }]) => ({
      OutputKey,
      OutputValue: String(resolve(Value, scope)),
      Description,
      ExportName: Export && String(resolve(Export.Name, scope)),
    }));
}

/** Throws ValidationError, in AWS's words, when another stack stands in the way of these outputs. */
export function checkExports(stacks: Stacks, stack: Stack, outputs: readonly Output[]): void {
  for (const { ExportName: name } of outputs) {
    const other = name === undefined ? undefined : allExports(stacks).find((each) => each.name === name && each.stackId !== stack.id);
    if (other) throw validationError(`Export with name ${name} is already exported by stack ${stacks.find(other.stackId)?.name}`);
  }
  for (const { name, value } of exportsOf(stack)) {
    const users = importersOf(stacks, name).filter((user) => user !== stack.name);
    if (users.length === 0) continue;
    const successor = outputs.find(({ ExportName }) => ExportName === name);
    if (!successor) throw validationError(`Delete canceled. Cannot delete export ${name} as it is in use by ${users.join(', ')}`);
    if (successor.OutputValue !== value) throw validationError(`Export ${name} cannot be updated as it is in use by ${users.join(', ')}`);
  }
}

/** Names of the exports that a template imports, with its conditions as they are. */
export function importedNames(scope: Scope): string[] {
  const { Resources, Outputs = {} } = scope.template;
  const wanted = [...Object.values(Resources), ...Object.values(Outputs)].filter(
    ({ Condition }) => Condition === undefined || conditionHolds(Condition, scope),
  );
  return [...new Set(importsIn(wanted, scope))];
}

function importsIn(value: unknown, scope: Scope): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => importsIn(each, scope));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, argument]) => {
    if (key === 'Fn::ImportValue') return [String(resolve(argument, scope))];
    if (key === 'Fn::If') return importsIn(conditionHolds(argument[0], scope) ? argument[1] : argument[2], scope);
    return importsIn(argument, scope);
  });
}
