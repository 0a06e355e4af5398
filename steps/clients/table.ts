import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Item, Table } from '../contract/ports.ts';
import { fromItem, toAttribute, toItem } from './attribute-values.ts';
import { defaults } from './defaults.ts';

const client = new DynamoDBClient(defaults);

/** @param TableName of the release table */
export function table(TableName: string): Table {
  const itemOf = (item: Parameters<typeof fromItem>[0]) => fromItem(item) as Item;
  return {
    async get(pk, sk) {
      // Locks and decisions are read here: a stale answer would let two releases into one stage.
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: toItem({ pk, sk }), ConsistentRead: true }));
      return Item ? itemOf(Item) : null;
    },
    async query(pk) {
      const items: Item[] = [];
      const input = {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: toItem({ ':pk': pk }),
        ConsistentRead: true,
      };
      for await (const page of paginateQuery({ client }, input)) items.push(...(page.Items ?? []).map(itemOf));
      return items;
    },
    async insert(item) {
      return accepted(client.send(new PutItemCommand({ TableName, Item: toItem(item), ConditionExpression: 'attribute_not_exists(pk)' })));
    },
    async put(item) {
      await client.send(new PutItemCommand({ TableName, Item: toItem(item) }));
    },
    async update(pk, sk, attributes, only = {}) {
      return accepted(client.send(new UpdateItemCommand({ TableName, Key: toItem({ pk, sk }), ...update(attributes, only) })));
    },
    async remove(pk, sk, only) {
      const { ConditionExpression, ...names } = update({}, only);
      return accepted(client.send(new DeleteItemCommand({ TableName, Key: toItem({ pk, sk }), ConditionExpression, ...names })));
    },
  };
}

async function accepted(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Expressions by placeholders only: attribute names of ours may be reserved words of DynamoDB's. */
function update(attributes: Readonly<Record<string, unknown>>, only: Readonly<Record<string, unknown>>) {
  const names = [...new Set([...Object.keys(attributes), ...Object.keys(only)])];
  const name = (key: string) => `#${names.indexOf(key)}`;
  const values: Record<string, unknown> = {};
  const value = (prefix: string, key: string, given: unknown) => {
    values[`:${prefix}${names.indexOf(key)}`] = given;
    return `:${prefix}${names.indexOf(key)}`;
  };
  const set = Object.entries(attributes).filter(([, given]) => given !== undefined);
  const gone = Object.keys(attributes).filter((key) => attributes[key] === undefined);
  const clauses = [
    set.length > 0 && `SET ${set.map(([key, given]) => `${name(key)} = ${value('s', key, given)}`).join(', ')}`,
    gone.length > 0 && `REMOVE ${gone.map(name).join(', ')}`,
  ].filter(Boolean);
  const conditions = Object.entries(only).map(([key, given]) =>
    given === undefined ? `attribute_not_exists(${name(key)})` : `${name(key)} = ${value('c', key, given)}`,
  );
  const bound = Object.entries(values).map(([key, given]) => [key, toAttribute(given)]);
  return {
    UpdateExpression: clauses.join(' ') || undefined,
    ConditionExpression: conditions.join(' AND ') || undefined,
    ExpressionAttributeNames: names.length > 0 ? Object.fromEntries(names.map((key) => [name(key), key])) : undefined,
    ExpressionAttributeValues: bound.length > 0 ? Object.fromEntries(bound) : undefined,
  };
}
