import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { equal, type Item } from './attribute-value.ts';
import { validation } from './errors.ts';
import type { Parser, Path } from './parser.ts';
import { get, put } from './paths.ts';

type Value = (old: Item) => AttributeValue;
/** Changes the new item; values are read from the old one, whatever the order of the clauses. */
type Action = { readonly path: Path; readonly apply: (item: Record<string, AttributeValue>, old: Item) => void };

export interface Update {
  readonly paths: readonly Path[];
  /** The item after all actions; the given one is not touched. */
  apply(old: Item): Item;
}

export function parseUpdate(parser: Parser): Update {
  const actions: Action[] = [];
  while (parser.peek().kind !== 'end') {
    const clause = CLAUSES[parser.next().text.toUpperCase()] ?? parser.fail();
    do actions.push(clause(parser));
    while (parser.accept(','));
  }
  return {
    paths: actions.map(({ path }) => path),
    apply(old) {
      const item: Record<string, AttributeValue> = structuredClone({ ...old });
      for (const { apply } of actions) apply(item, old);
      return item;
    },
  };
}

const CLAUSES: Readonly<Record<string, (parser: Parser) => Action>> = {
  SET(parser) {
    const path = parser.path();
    parser.expect('=');
    const value = parseSum(parser);
    return { path, apply: (item, old) => put(item, path, value(old)) };
  },
  REMOVE(parser) {
    const path = parser.path();
    return { path, apply: (item) => put(item, path, undefined) };
  },
  ADD(parser) {
    const path = parser.path();
    const value = parser.value();
    return { path, apply: (item, old) => put(item, path, added(get(old, path), value)) };
  },
  DELETE(parser) {
    const path = parser.path();
    const value = parser.value();
    return { path, apply: (item, old) => put(item, path, without(get(old, path), value)) };
  },
};

function parseSum(parser: Parser): Value {
  const left = parseValue(parser);
  const sign = parser.accept('+') ? 1 : parser.accept('-') ? -1 : 0;
  if (sign === 0) return left;
  const right = parseValue(parser);
  return (old) => ({ N: String(number(left(old)) + sign * number(right(old))) });
}

function number({ N }: AttributeValue): number {
  if (N === undefined) throw validation('An operand in the update expression has an incorrect data type');
  return Number(N);
}

function parseValue(parser: Parser): Value {
  if (parser.peek().kind === 'value') {
    const value = parser.value();
    return () => value;
  }
  const name = parser.peek(1).text === '(' ? parser.next().text : undefined;
  if (name === undefined) {
    const path = parser.path();
    return (old) => present(get(old, path));
  }
  parser.expect('(');
  const value = (FUNCTIONS[name] ?? parser.fail())(parser);
  parser.expect(')');
  return value;
}

const FUNCTIONS: Readonly<Record<string, (parser: Parser) => Value>> = {
  if_not_exists(parser) {
    const path = parser.path();
    parser.expect(',');
    const otherwise = parseValue(parser);
    return (old) => get(old, path) ?? otherwise(old);
  },
  list_append(parser) {
    const first = parseValue(parser);
    parser.expect(',');
    const last = parseValue(parser);
    return (old) => ({ L: [...list(first(old)), ...list(last(old))] });
  },
};

function present(value: AttributeValue | undefined): AttributeValue {
  if (!value) throw validation('The provided expression refers to an attribute that does not exist in the item');
  return value;
}

function list({ L }: AttributeValue): AttributeValue[] {
  if (!L) throw validation('An operand in the update expression has an incorrect data type');
  return L;
}

/** ADD: to a number, or into a set; what is not there counts as zero or empty. */
function added(old: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (value.N !== undefined) return { N: String(Number(old?.N ?? 0) + Number(value.N)) };
  for (const type of ['SS', 'NS', 'BS'] as const) {
    const extra = value[type];
    if (!extra) continue;
    const members = [...(old?.[type] ?? [])] as (string | Uint8Array)[];
    for (const member of extra) if (!members.some((known) => sameMember(type, known, member))) members.push(member);
    return { [type]: members } as unknown as AttributeValue;
  }
  throw validation('Incorrect operand type for operator or function; operator: ADD');
}

/** DELETE: out of a set; an empty set is no attribute. */
function without(old: AttributeValue | undefined, value: AttributeValue): AttributeValue | undefined {
  for (const type of ['SS', 'NS', 'BS'] as const) {
    const gone = value[type];
    if (!gone) continue;
    const members = ((old?.[type] ?? []) as (string | Uint8Array)[]).filter(
      (known) => !gone.some((member) => sameMember(type, known, member)),
    );
    return members.length > 0 ? ({ [type]: members } as unknown as AttributeValue) : undefined;
  }
  throw validation('Incorrect operand type for operator or function; operator: DELETE');
}

const sameMember = (type: 'SS' | 'NS' | 'BS', a: unknown, b: unknown) =>
  equal({ [type[0]!]: a } as unknown as AttributeValue, { [type[0]!]: b } as unknown as AttributeValue);
