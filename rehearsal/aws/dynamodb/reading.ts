import type * as sdk from '@aws-sdk/client-dynamodb';
import { refuseMembers } from '../sdk-words.ts';
import { canonical, type Item } from './attribute-value.ts';
import { validation } from './errors.ts';
import { type Compiled, compile } from './expressions.ts';
import { project } from './paths.ts';
import { type KeySchema, keyNames, type Table } from './table.ts';
import { refuseLegacy } from './writing.ts';

/** Items that one answer looks at when the caller sets no limit. AWS stops at 1 MB; few enough here that callers must page. */
const PAGE = 100;

/** Looks at no more than `Limit` items, then filters: a page may be empty and still not the last. */
function readPage(table: Table, schema: KeySchema, input: sdk.QueryInput, { filter, projection }: Compiled, candidates: readonly Item[]) {
  const names = [...new Set([...keyNames(table.key), ...keyNames(schema)])];
  const direction = input.ScanIndexForward === false ? -1 : 1;
  const start = input.ExclusiveStartKey;
  const order = table.order(schema);
  // By order, not by identity: the item that ended the last page may be gone.
  const rest = start ? candidates.filter((item) => order(item, start) * direction > 0) : candidates;
  const seen = rest.slice(0, input.Limit ?? PAGE);
  const last = seen.at(-1);
  const found = filter ? seen.filter(filter) : seen;
  return {
    Count: found.length,
    ScannedCount: seen.length,
    ...(input.Select === 'COUNT' ? {} : { Items: projection ? found.map((item) => project(item, projection)) : found }),
    ...(last && seen.length < rest.length && { LastEvaluatedKey: Object.fromEntries(names.map((name) => [name, last[name]!])) }),
  };
}

export function query(table: Table, input: sdk.QueryInput): sdk.QueryOutput {
  refuseLegacy('Query', input);
  const compiled = compile(input);
  const schema = table.index(input.IndexName);
  const { holds } = checkKeys(compiled.keys, schema);
  const found = table.all(schema).filter(holds);
  const partitions = new Set(found.map((item) => canonical(item[schema.partition]!)));
  if (partitions.size > 1) throw validation('Query key condition not supported');
  return readPage(table, schema, input, compiled, input.ScanIndexForward === false ? found.reverse() : found);
}

/** A query is about one partition and, at most, its sort key; everything else is a filter. */
function checkKeys(keys: Compiled['keys'], { partition, sort }: KeySchema): NonNullable<Compiled['keys']> {
  if (!keys) throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  if (!keys.attributes.has(partition)) throw validation(`Query condition missed key schema element: ${partition}`);
  const other = [...keys.attributes].some((name) => name !== partition && name !== sort);
  if (other) throw validation('Query key condition not supported');
  return keys;
}

export function scan(table: Table, input: sdk.ScanInput): sdk.ScanOutput {
  refuseLegacy('Scan', input);
  refuseMembers('Scan', { ...input }, 'Segment', 'TotalSegments');
  const schema = table.index(input.IndexName);
  return readPage(table, schema, input, compile(input), table.all(schema));
}

export function getItem(
  table: Table,
  key: Item,
  input: Pick<sdk.GetItemInput, 'ProjectionExpression' | 'ExpressionAttributeNames'>,
): Item | undefined {
  const { projection } = compile({
    ProjectionExpression: input.ProjectionExpression,
    ExpressionAttributeNames: input.ExpressionAttributeNames,
  });
  const item = table.get(key);
  return item && projection ? project(item, projection) : item;
}
