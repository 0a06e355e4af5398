import type * as sdk from '@aws-sdk/client-dynamodb';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { refuseMembers, saying } from '../sdk-words.ts';
import { equal, type Item } from './attribute-value.ts';
import { validation } from './errors.ts';
import { compile, type Expressions } from './expressions.ts';
import type { Table } from './table.ts';

/** From before expressions; to ignore them would be to write without the check. */
const LEGACY = ['Expected', 'ConditionalOperator', 'AttributeUpdates', 'AttributesToGet', 'KeyConditions', 'QueryFilter', 'ScanFilter'];

/** One write, decided but not done: a transaction does all of them or none. */
export interface Write {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  /** Names of the attributes that an update touched. */
  readonly touched: readonly string[];
  commit(): void;
}

interface Guarded extends Expressions {
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

export const refuseLegacy = (operation: string, input: object) => refuseMembers(operation, { ...input }, ...LEGACY);

function check(condition: ((item: Item) => boolean) | undefined, before: Item | undefined, input: Guarded): void {
  if (!condition || condition(before ?? {})) return;
  const told = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before ? { Item: before } : {};
  throw new ConditionalCheckFailedException({ ...saying('The conditional request failed'), ...told });
}

export function decidePut(table: Table, item: Item, input: Guarded): Write {
  const { condition } = compile(input);
  const before = table.get(table.keyOf(item));
  check(condition, before, input);
  return { before, after: item, touched: [], commit: () => table.put(item) };
}

export function decideDelete(table: Table, key: Item, input: Guarded): Write {
  const { condition } = compile(input);
  const before = table.get(key);
  check(condition, before, input);
  return { before, after: undefined, touched: [], commit: () => table.remove(key) };
}

export function decideUpdate(table: Table, key: Item, input: Guarded): Write {
  const { condition, update } = compile(input);
  const before = table.get(key);
  check(condition, before, input);
  const touched = update?.paths.map(([name]) => name) ?? [];
  const after = update?.apply(before ?? key) ?? before ?? key;
  for (const [name, value] of Object.entries(table.keyOf(key, true))) {
    if (touched.includes(name) || !equal(value, after[name] ?? { NULL: true })) {
      throw validation(`One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
  return { before, after, touched, commit: () => table.put(after) };
}

/** Nothing is written; the condition alone counts. */
export function decideCheck(table: Table, key: Item, input: Guarded): Write {
  const before = table.get(key);
  check(compile(input).condition, before, input);
  return { before, after: before, touched: [], commit: () => undefined };
}

/** What a write answers of the item, by ReturnValues. */
export function returned({ before, after, touched }: Write, which: sdk.ReturnValue | undefined): { Attributes?: Item } {
  const some = (item: Item | undefined) => item && Object.fromEntries(Object.entries(item).filter(([name]) => touched.includes(name)));
  const attributes = { NONE: undefined, ALL_OLD: before, ALL_NEW: after, UPDATED_OLD: some(before), UPDATED_NEW: some(after) }[
    which ?? 'NONE'
  ];
  return attributes ? { Attributes: attributes } : {};
}
