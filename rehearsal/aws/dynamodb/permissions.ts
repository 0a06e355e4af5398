import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Permission, Service } from '../kernel.ts';
import type { Tables } from './tables.ts';

type OnTable = { readonly TableName?: string; readonly IndexName?: string };

/** A transaction needs the actions of what it holds. */
const TRANSACT = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem' } as const;

export function tablePermissions(tables: Tables, operations: readonly string[]): Service['permissions'] {
  const on = (action: string, name: string, index?: string): Permission => ({
    action: `dynamodb:${action}`,
    resource: tables.arn(name.split('table/').at(-1)!) + (index ? `/index/${index}` : ''),
  });
  return {
    ...Object.fromEntries(operations.map((name) => [name, ({ TableName, IndexName }: OnTable) => [on(name, TableName!, IndexName)]])),
    ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
    BatchGetItem: ({ RequestItems }: sdk.BatchGetItemInput) => Object.keys(RequestItems!).map((name) => on('BatchGetItem', name)),
    TransactWriteItems: ({ TransactItems }: sdk.TransactWriteItemsInput) =>
      TransactItems!.flatMap((entry) =>
        Object.entries(TRANSACT).flatMap(([kind, action]) => {
          const part = entry[kind as keyof typeof TRANSACT];
          return part ? [on(action, part.TableName!)] : [];
        }),
      ),
  };
}
