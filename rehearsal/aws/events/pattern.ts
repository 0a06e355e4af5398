/** EventBridge's event patterns: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Matcher = (value: Json | undefined) => boolean;
export type EventPattern = { readonly [key: string]: Json };

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a pattern. Throws when a matcher is not known: a rule that never fires is worse than none. */
export function compilePattern(pattern: EventPattern): (event: unknown) => boolean {
  const checks = Object.entries(pattern).map(([key, expected]) => {
    if (key === '$or') return any((expected as readonly EventPattern[]).map(compilePattern));
    if (Array.isArray(expected)) return field(key, anyElement(any(expected.map(compileMatcher))));
    if (!isObject(expected)) throw new Error(`Event pattern is not valid. Reason: "${key}" must be an object or an array`);
    // Several objects in an array: one of them must match as a whole.
    return field(key, anyElement(compilePattern(expected)));
  });
  return (event) => checks.every((check) => check(event as Json));
}

const any =
  (checks: readonly Matcher[]): Matcher =>
  (value) =>
    checks.some((check) => check(value));

const field =
  (key: string, check: Matcher): Matcher =>
  (value) =>
    check(isObject(value) ? value[key] : undefined);

/** An empty array is as good as no field. */
const anyElement =
  (check: Matcher): Matcher =>
  (value) =>
    Array.isArray(value) ? (value.length === 0 ? check(undefined) : value.some((element) => check(element))) : check(value);

const onString =
  (check: (text: string) => boolean): Matcher =>
  (value) =>
    typeof value === 'string' && check(value);

function compileMatcher(expected: Json): Matcher {
  if (!isObject(expected)) return (value) => value === expected;
  const entries = Object.entries(expected);
  const [name, argument] = entries[0] ?? [];
  const compile = name === undefined || entries.length > 1 ? undefined : MATCHERS[name];
  if (!compile) throw new Error(`Event pattern is not valid. Reason: Unrecognized match type ${JSON.stringify(expected)}`);
  return compile(argument!);
}

const fold = (argument: Json) => (isObject(argument) ? argument['equals-ignore-case'] : undefined);

const MATCHERS: Readonly<Record<string, (argument: Json) => Matcher>> = {
  prefix: (argument) => {
    const folded = fold(argument);
    return folded === undefined
      ? onString((text) => text.startsWith(String(argument)))
      : onString((text) => text.toLowerCase().startsWith(String(folded).toLowerCase()));
  },
  suffix: (argument) => {
    const folded = fold(argument);
    return folded === undefined
      ? onString((text) => text.endsWith(String(argument)))
      : onString((text) => text.toLowerCase().endsWith(String(folded).toLowerCase()));
  },
  'equals-ignore-case': (argument) => onString((text) => text.toLowerCase() === String(argument).toLowerCase()),
  wildcard: (argument) => onString((text) => wildcard(String(argument)).test(text)),
  exists: (argument) => (value) => (value !== undefined) === argument,
  numeric: (argument) => numeric(argument as readonly Json[]),
  'anything-but': anythingBut,
};

/** A field that is not there is not anything but something. */
function anythingBut(argument: Json): Matcher {
  const refused = any(
    isObject(argument)
      ? Object.entries(argument).flatMap(([name, values]) => [values].flat().map((value) => compileMatcher({ [name]: value as Json })))
      : [argument].flat().map((value) => compileMatcher(value as Json)),
  );
  return (value) => value !== undefined && !isObject(value) && !refused(value);
}

/** `*` is any text; a backslash takes the meaning from `*` and from itself. */
const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern.replace(/\\([*\\])|\*|[.+?^${}()|[\]\\]/g, (found, escaped?: string) =>
      escaped ? `\\${escaped}` : found === '*' ? '[^]*' : `\\${found}`,
    )}$`,
  );

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** `['>', 0, '<=', 5]` */
function numeric(argument: readonly Json[]): Matcher {
  const bounds = Array.from({ length: argument.length / 2 }, (_, at) => {
    const compare = COMPARE[String(argument[2 * at])];
    if (!compare) throw new Error(`Event pattern is not valid. Reason: Unrecognized numeric range operator: ${argument[2 * at]}`);
    return (value: number) => compare(value, Number(argument[2 * at + 1]));
  });
  return (value) => typeof value === 'number' && bounds.every((bound) => bound(value));
}
