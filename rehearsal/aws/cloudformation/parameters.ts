import type { Parameter } from '@aws-sdk/client-cloudformation';
import { notSupported, validationError } from './errors.ts';
import type { ParameterDefinition, Template } from './template.ts';

export type ParameterValues = Readonly<Record<string, string>>;

/**
 * The values a stack operation works with: given, previous or default. Throws ValidationError for what is missing, unknown or out of bounds.
 * @param previous of the stack as it is; undefined when it is new
 */
export function parameterValues(template: Template, given: readonly Parameter[], previous: ParameterValues | undefined): ParameterValues {
  const definitions = template.Parameters ?? {};
  const unknown = given.map(({ ParameterKey }) => ParameterKey!).filter((key) => !(key in definitions));
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [key, definition] of Object.entries(definitions)) {
    const value = chosen(key, definition, given, previous);
    if (value === undefined) missing.push(key);
    else values[key] = value;
  }
  if (missing.length > 0) throw validationError(`Parameters: [${missing.join(', ')}] must have values`);
  for (const [key, value] of Object.entries(values)) check(key, value, definitions[key]!);
  return values;
}

function chosen(key: string, definition: ParameterDefinition, given: readonly Parameter[], previous: ParameterValues | undefined) {
  const parameter = given.find(({ ParameterKey }) => ParameterKey === key);
  if (parameter?.UsePreviousValue) {
    if (previous?.[key] === undefined)
      throw validationError(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    return previous[key];
  }
  return parameter?.ParameterValue ?? (definition.Default === undefined ? undefined : String(definition.Default));
}

function check(key: string, value: string, definition: ParameterDefinition): void {
  const { Type, AllowedPattern, AllowedValues, MinLength, MaxLength, MinValue, MaxValue } = definition;
  if (Type !== 'String' && Type !== 'Number' && Type !== 'CommaDelimitedList' && !Type.startsWith('List<')) {
    throw notSupported(`Parameter type ${Type} of ${key}`);
  }
  const refuse = (rule: string) =>
    validationError(
      definition.ConstraintDescription
        ? `Parameter ${key} failed to satisfy constraint: ${definition.ConstraintDescription}`
        : `Parameter '${key}' must ${rule}`,
    );
  const each = isList(Type) ? value.split(',') : [value];
  if (AllowedValues && !each.every((item) => AllowedValues.map(String).includes(item))) throw refuse('be one of AllowedValues');
  if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value)) throw refuse(`match pattern ${AllowedPattern}`);
  if (MinLength !== undefined && value.length < Number(MinLength)) throw refuse(`contain at least ${MinLength} characters`);
  if (MaxLength !== undefined && value.length > Number(MaxLength)) throw refuse(`contain at most ${MaxLength} characters`);
  if (Type !== 'Number') return;
  if (value.trim() === '' || Number.isNaN(Number(value))) throw validationError(`Parameter '${key}' must be a number`);
  if (MinValue !== undefined && Number(value) < Number(MinValue)) throw refuse(`be a number not less than ${MinValue}`);
  if (MaxValue !== undefined && Number(value) > Number(MaxValue)) throw refuse(`be a number not greater than ${MaxValue}`);
}

const isList = (type: string): boolean => type === 'CommaDelimitedList' || type.startsWith('List<');

/** What `Ref` of each parameter gives: lists are split. */
export function referable(template: Template, values: ParameterValues): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      isList(template.Parameters?.[key]?.Type ?? 'String') ? value.split(',').map((item) => item.trim()) : value,
    ]),
  );
}
