import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Handler } from '../kernel.ts';
import { getItem, query, scan } from './reading.ts';
import { keyNames, type Table } from './table.ts';
import type { Tables } from './tables.ts';
import { transactWrite } from './transaction.ts';
import { decideDelete, decidePut, decideUpdate, refuseLegacy, returned, type Write } from './writing.ts';

const done = (write: Write, which: sdk.ReturnValue | undefined) => {
  write.commit();
  return returned(write, which);
};

const description = (table: Table): sdk.TableDescription => ({
  TableName: table.name,
  TableArn: table.arn,
  TableStatus: 'ACTIVE',
  CreationDateTime: table.created,
  ItemCount: table.size,
  KeySchema: keyNames(table.key).map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  AttributeDefinitions: Object.entries(table.key.types).map(([AttributeName, AttributeType]) => ({
    AttributeName,
    AttributeType: AttributeType as sdk.ScalarAttributeType,
  })),
});

export function tableHandlers(tables: Tables): Record<string, Handler> {
  const of = ({ TableName }: { TableName?: string }) => tables.get(TableName!);
  return {
    CreateTable: (input: sdk.CreateTableInput) => ({ TableDescription: description(tables.create(input.TableName!, input)) }),
    DescribeTable: (input: sdk.DescribeTableInput) => ({ Table: description(of(input)) }),
    ListTables: () => ({ TableNames: tables.all().map(({ name }) => name) }),
    GetItem(input: sdk.GetItemInput) {
      refuseLegacy('GetItem', input);
      const Item = getItem(of(input), input.Key!, input);
      return Item ? { Item } : {};
    },
    BatchGetItem({ RequestItems = {} }: sdk.BatchGetItemInput) {
      const found = Object.entries(RequestItems).map(([name, { Keys = [], ...input }]) => {
        const table = tables.get(name);
        const items = Keys.map((key) => getItem(table, key, input)).filter((item) => item !== undefined);
        return [name, items];
      });
      return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
    },
    PutItem(input: sdk.PutItemInput) {
      refuseLegacy('PutItem', input);
      return done(decidePut(of(input), input.Item!, input), input.ReturnValues);
    },
    UpdateItem(input: sdk.UpdateItemInput) {
      refuseLegacy('UpdateItem', input);
      return done(decideUpdate(of(input), input.Key!, input), input.ReturnValues);
    },
    DeleteItem(input: sdk.DeleteItemInput) {
      refuseLegacy('DeleteItem', input);
      return done(decideDelete(of(input), input.Key!, input), input.ReturnValues);
    },
    Query: (input: sdk.QueryInput) => query(of(input), input),
    Scan: (input: sdk.ScanInput) => scan(of(input), input),
    TransactWriteItems: (input: sdk.TransactWriteItemsInput) => transactWrite(tables, input),
  };
}
