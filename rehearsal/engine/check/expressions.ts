import { compile, expressionIn } from '../expressions/expression.ts';
import { isObject, type Problems } from './problems.ts';

/** Compiles every expression in a value, so that a typing error is told at load and not in the middle of a night. */
export function checkExpressions(value: unknown, place: string, problems: Problems): void {
  if (typeof value === 'string') checkText(value, place, problems);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkExpressions(item, `${place}[${index}]`, problems);
  }
  if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      // `"name.$"` is how JSONPath marks an expression: here it would be a literal key.
      if (key.endsWith('.$')) problems.add(`${place}/${key}`, `the JSONPath field '${key}' is not supported in JSONata`);
      checkExpressions(member, `${place}/${key}`, problems);
    }
  }
}

function checkText(text: string, place: string, problems: Problems): void {
  const source = expressionIn(text);
  if (source === undefined) {
    // AWS takes it as a literal because of the blanks around it, which nobody means.
    if (/^\s*\{%[\s\S]*%\}\s*$/.test(text))
      problems.add(place, "an expression must start with '{%' and end with '%}', without blanks around");
    return;
  }
  try {
    if (calls(compile(source).ast(), 'eval')) problems.add(place, '$eval is not available in Step Functions: use $parse');
  } catch (error) {
    problems.add(place, `the JSONata expression '${source}' cannot be parsed: ${(error as Error).message}`);
  }
}

/** Whether a syntax tree names the function anywhere. */
function calls(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((item) => calls(item, name));
  if (!isObject(node)) return false;
  if (node.type === 'variable' && node.value === name) return true;
  return Object.values(node).some((member) => calls(member, name));
}
