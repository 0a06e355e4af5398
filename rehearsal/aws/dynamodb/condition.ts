import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { compare, equal, type Item, sizeOf, typed } from './attribute-value.ts';
import type { Parser } from './parser.ts';
import { get } from './paths.ts';

export type Condition = (item: Item) => boolean;
type Operand = (item: Item) => AttributeValue | undefined;

/** condition := and (OR and)* ; and := not (AND not)* ; not := NOT not | primary */
export function parseCondition(parser: Parser): Condition {
  const parts = [parseAnd(parser)];
  while (parser.accept('OR')) parts.push(parseAnd(parser));
  return (item) => parts.some((part) => part(item));
}

function parseAnd(parser: Parser): Condition {
  const parts = [parseNot(parser)];
  while (parser.accept('AND')) parts.push(parseNot(parser));
  return (item) => parts.every((part) => part(item));
}

function parseNot(parser: Parser): Condition {
  if (!parser.accept('NOT')) return parsePrimary(parser);
  const negated = parseNot(parser);
  return (item) => !negated(item);
}

function parsePrimary(parser: Parser): Condition {
  if (parser.accept('(')) {
    const inner = parseCondition(parser);
    parser.expect(')');
    return inner;
  }
  const test = parser.peek(1).text === '(' ? TESTS[parser.peek().text] : undefined;
  if (!test) return parseComparison(parser);
  parser.next();
  parser.expect('(');
  const condition = test(parser);
  parser.expect(')');
  return condition;
}

/** The functions that are true or false; they begin with a path. */
const TESTS: Readonly<Record<string, (parser: Parser) => Condition>> = {
  attribute_exists: (parser) => {
    const path = parser.path();
    return (item) => get(item, path) !== undefined;
  },
  attribute_not_exists: (parser) => {
    const path = parser.path();
    return (item) => get(item, path) === undefined;
  },
  attribute_type: (parser) => {
    const [path, type] = [parser.path(), second(parser)];
    return (item) => {
      const [found, wanted] = [get(item, path), type(item)];
      return found !== undefined && typed(found)[0] === wanted?.S;
    };
  },
  begins_with: (parser) => {
    const [path, prefix] = [parser.path(), second(parser)];
    return (item) => get(item, path)?.S?.startsWith(prefix(item)?.S ?? '\0') ?? false;
  },
  contains: (parser) => {
    const [path, part] = [parser.path(), second(parser)];
    return (item) => contains(get(item, path), part(item));
  },
};

const second = (parser: Parser): Operand => {
  parser.expect(',');
  return parseOperand(parser);
};

function contains(whole: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (!whole || !part) return false;
  if (whole.S !== undefined) return part.S !== undefined && whole.S.includes(part.S);
  const members: AttributeValue[] =
    whole.L ?? whole.SS?.map((S) => ({ S })) ?? whole.NS?.map((N) => ({ N })) ?? whole.BS?.map((B) => ({ B })) ?? [];
  return members.some((member) => equal(member, part));
}

function parseOperand(parser: Parser): Operand {
  if (parser.peek().kind === 'value') {
    const value = parser.value();
    return () => value;
  }
  if (parser.peek().text === 'size' && parser.peek(1).text === '(') {
    parser.next();
    parser.expect('(');
    const path = parser.path();
    parser.expect(')');
    return (item) => {
      const value = get(item, path);
      const size = value && sizeOf(value);
      return size === undefined ? undefined : { N: String(size) };
    };
  }
  const path = parser.path();
  return (item) => get(item, path);
}

const ORDER: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function parseComparison(parser: Parser): Condition {
  const left = parseOperand(parser);
  if (parser.accept('BETWEEN')) {
    const low = parseOperand(parser);
    parser.expect('AND');
    const high = parseOperand(parser);
    return (item) => ordered(left(item), low(item), (order) => order >= 0) && ordered(left(item), high(item), (order) => order <= 0);
  }
  if (parser.accept('IN')) return parseIn(parser, left);
  const { kind, text } = parser.next();
  if (kind !== 'symbol') parser.fail();
  const right = parseOperand(parser);
  // What is missing equals nothing, and so differs from everything that is there.
  if (text === '=') return (item) => same(left(item), right(item));
  if (text === '<>') return (item) => !same(left(item), right(item));
  const order = ORDER[text] ?? parser.fail();
  return (item) => ordered(left(item), right(item), order);
}

function parseIn(parser: Parser, left: Operand): Condition {
  parser.expect('(');
  const choices = [parseOperand(parser)];
  while (parser.accept(',')) choices.push(parseOperand(parser));
  parser.expect(')');
  return (item) => choices.some((choice) => same(left(item), choice(item)));
}

const same = (a: AttributeValue | undefined, b: AttributeValue | undefined) => a !== undefined && b !== undefined && equal(a, b);

function ordered(a: AttributeValue | undefined, b: AttributeValue | undefined, check: (order: number) => boolean): boolean {
  const order = a && b && compare(a, b);
  return order !== undefined && check(order);
}
