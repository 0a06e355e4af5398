import { ContractBroken } from '../contract/errors.ts';

/** One broken rule of a JSON Schema. `rule` never repeats a value: some are secrets. */
export interface SchemaProblem {
  path: string;
  keyword: string;
  rule: string;
}
type Schema = Readonly<Record<string, unknown>>;
type Rule = (value: unknown, wanted: never, path: string, schema: Schema) => SchemaProblem[];

const annotations = ['$schema', 'title', 'description', 'default', 'examples', 'deprecated', 'x-key-spellings'];
const types: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
};

/**
 * Checks a value against the part of JSON Schema (2020-12) in which tags export their contracts. A keyword outside of that part is refused
 * by name: to skip it would pass what the tag forbids.
 */
export function checkSchema(value: unknown, schema: unknown, path = ''): SchemaProblem[] {
  if (!isObject(schema)) throw new ContractBroken(`The tag's JSON Schema has no object at ${path || 'its root'}.`);
  return Object.entries(schema).flatMap(([keyword, wanted]) => {
    if (annotations.includes(keyword)) return [];
    const rule = rules[keyword];
    if (!rule)
      throw new ContractBroken(`The tag's JSON Schema uses ${keyword} at ${path || 'its root'}, which this pipeline cannot check.`);
    return rule(value, wanted as never, path, schema);
  });
}

const problem = (holds: boolean, path: string, keyword: string, rule: string): SchemaProblem[] => (holds ? [] : [{ path, keyword, rule }]);
const at = (path: string, key: string) => (path ? `${path}.${key}` : key);

/** As the standard has it, a keyword about strings or objects says nothing about values of another type; `type` does. */
const rules: Readonly<Record<string, Rule>> = {
  type(value, wanted: string, path) {
    const is = types[wanted];
    if (!is) throw new ContractBroken(`The tag's JSON Schema names the type ${JSON.stringify(wanted)}, which this pipeline cannot check.`);
    return problem(is(value), path, 'type', `must be of type ${wanted}`);
  },
  enum: (value, wanted: unknown[], path) => problem(wanted.includes(value), path, 'enum', `must be one of ${wanted.join(', ')}`),
  const: (value, wanted: unknown, path) => problem(value === wanted, path, 'const', `must be ${JSON.stringify(wanted)}`),
  pattern: (value, wanted: string, path) =>
    problem(typeof value !== 'string' || new RegExp(wanted, 'u').test(value), path, 'pattern', `must match ${wanted}`),
  minLength: (value, wanted: number, path) =>
    problem(typeof value !== 'string' || [...value].length >= wanted, path, 'minLength', `must have at least ${wanted} characters`),
  maxLength: (value, wanted: number, path) =>
    problem(typeof value !== 'string' || [...value].length <= wanted, path, 'maxLength', `must have at most ${wanted} characters`),
  required: (value, wanted: string[], path) =>
    isObject(value)
      ? wanted.filter((key) => !Object.hasOwn(value, key)).map((key) => ({ path: at(path, key), keyword: 'required', rule: 'is missing' }))
      : [],
  properties: (value, wanted: Schema, path) =>
    isObject(value)
      ? Object.entries(wanted).flatMap(([key, schema]) => (Object.hasOwn(value, key) ? checkSchema(value[key], schema, at(path, key)) : []))
      : [],
  additionalProperties(value, wanted: unknown, path, schema) {
    if (typeof wanted !== 'boolean')
      throw new ContractBroken("The tag's JSON Schema gives additionalProperties a schema; expected a boolean.");
    if (wanted || !isObject(value)) return [];
    const known = Object.keys((schema['properties'] as object | undefined) ?? {});
    const others = Object.keys(value).filter((key) => !known.includes(key));
    return others.map((key) => ({ path: at(path, key), keyword: 'additionalProperties', rule: 'is not known' }));
  },
  anyOf: (value, wanted: unknown[], path) =>
    problem(
      wanted.some((schema) => checkSchema(value, schema, path).length === 0),
      path,
      'anyOf',
      'fits none of the allowed forms',
    ),
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
