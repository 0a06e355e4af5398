import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Condition, parseCondition } from './condition.ts';
import { validation } from './errors.ts';
import { Parser, type Path, type Placeholders } from './parser.ts';
import { parseUpdate, type Update } from './update.ts';

/** What an operation's input says in expressions. */
export interface Expressions {
  readonly ConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ProjectionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

export interface Compiled {
  readonly condition?: Condition;
  readonly filter?: Condition;
  readonly keys?: { readonly holds: Condition; readonly attributes: ReadonlySet<string> };
  readonly projection?: readonly Path[];
  readonly update?: Update;
}

/** Reads all expressions of one input. Throws ValidationException, also for a placeholder that none of them uses. */
export function compile(input: Expressions): Compiled {
  const placeholders: Placeholders = {
    names: input.ExpressionAttributeNames,
    values: input.ExpressionAttributeValues,
    used: new Set(),
  };
  const read = <T>(kind: keyof Expressions, parse: (parser: Parser) => T): T | undefined => {
    const text = input[kind] as string | undefined;
    if (text === undefined) return undefined;
    if (text.trim() === '') throw validation(`Invalid ${kind}: The expression can not be empty;`);
    const parser = new Parser(kind, text, placeholders);
    const result = parse(parser);
    parser.end();
    return result;
  };
  const compiled = {
    condition: read('ConditionExpression', parseCondition),
    filter: read('FilterExpression', parseCondition),
    keys: read('KeyConditionExpression', (parser) => ({ holds: parseCondition(parser), attributes: parser.attributes })),
    projection: read('ProjectionExpression', parseProjection),
    update: read('UpdateExpression', parseUpdate),
  };
  for (const [member, what] of [
    ['ExpressionAttributeNames', 'Names'],
    ['ExpressionAttributeValues', 'Values'],
  ] as const) {
    const unused = Object.keys(input[member] ?? {}).filter((name) => !placeholders.used.has(name));
    if (unused.length > 0)
      throw validation(`Value provided in ExpressionAttribute${what} unused in expressions: keys: {${unused.join(', ')}}`);
  }
  return compiled;
}

function parseProjection(parser: Parser): Path[] {
  const paths = [parser.path()];
  while (parser.accept(',')) paths.push(parser.path());
  return paths;
}
