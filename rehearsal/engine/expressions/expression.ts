import jsonata from 'jsonata';
import type { Json } from '../definition.ts';
import { EvaluationError } from '../errors.ts';
import { addFunctions } from './functions.ts';

/** What an expression may name: the variables, and `states`. */
export type Bindings = Readonly<Record<string, unknown>>;

const compiled = new Map<string, jsonata.Expression>();

/** The JSONata inside `{% … %}`, or undefined when the text is a literal. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/** Parses an expression. Throws an Error that says what JSONata 2.0.6 found wrong. */
export function compile(source: string): jsonata.Expression {
  let expression = compiled.get(source);
  if (!expression) {
    try {
      expression = jsonata(source);
    } catch (error) {
      // JSONata throws plain objects, not Errors.
      throw new Error((error as { message: string }).message);
    }
    addFunctions(expression);
    compiled.set(source, expression);
  }
  return expression;
}

// JSONata hands out its functions as marked objects; as JSON they would look like data.
const isFunction = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value));

async function evaluateExpression(source: string, field: string, bindings: Bindings): Promise<Json> {
  const failed = (what: string) =>
    new EvaluationError(field, `The JSONata expression '${source}' specified for the field '${field}' ${what}`);
  let value: unknown;
  try {
    value = await compile(source).evaluate(undefined, bindings);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    throw failed(`threw an error during evaluation. ${code ? `${code}: ` : ''}${message}`);
  }
  // JSON has no word for undefined, so nothing is an error and never a silent null.
  if (value === undefined) throw failed('returned nothing (undefined).');
  if (isFunction(value)) throw failed('returned an unsupported result type.');
  return JSON.parse(JSON.stringify(value));
}

/** Evaluates every `{% … %}` in a JSON value. `field` names it in errors: `Output`, then `Output/a`, then `Output/a[0]`. */
export async function evaluate(value: Json, field: string, bindings: Bindings): Promise<Json> {
  if (typeof value === 'string') {
    const source = expressionIn(value);
    return source === undefined ? value : evaluateExpression(source, field, bindings);
  }
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const [index, item] of value.entries()) items.push(await evaluate(item, `${field}[${index}]`, bindings));
    return items;
  }
  if (value !== null && typeof value === 'object') {
    const members: Record<string, Json> = {};
    for (const [key, member] of Object.entries(value)) members[key] = await evaluate(member, `${field}/${key}`, bindings);
    return members;
  }
  return value;
}

/** Evaluates a field that must give whole seconds or a count, at least `least`. */
export async function evaluateCount(value: Json, field: string, bindings: Bindings, least: number): Promise<number> {
  const count = await evaluate(value, field, bindings);
  if (typeof count === 'number' && Number.isInteger(count) && count >= least) return count;
  throw new EvaluationError(field, `The field '${field}' must be an integer of at least ${least}, got ${JSON.stringify(count)}.`);
}

/** Evaluates a field that must give text. */
export async function evaluateText(value: Json, field: string, bindings: Bindings): Promise<string> {
  const text = await evaluate(value, field, bindings);
  if (typeof text === 'string') return text;
  throw new EvaluationError(field, `The field '${field}' must be a string, got ${JSON.stringify(text)}.`);
}
