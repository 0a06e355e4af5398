import * as sdk from '@aws-sdk/client-dynamodb';
import { saying } from '../sdk-words.ts';
import { canonical, type Item } from './attribute-value.ts';
import { validation } from './errors.ts';
import type { Tables } from './tables.ts';
import { decideCheck, decideDelete, decidePut, decideUpdate, type Write } from './writing.ts';

function decide(tables: Tables, { Put, Update, Delete, ConditionCheck }: sdk.TransactWriteItem): Write {
  if (Put) return decidePut(tables.get(Put.TableName!), Put.Item!, Put);
  if (Update) return decideUpdate(tables.get(Update.TableName!), Update.Key!, Update);
  if (Delete) return decideDelete(tables.get(Delete.TableName!), Delete.Key!, Delete);
  if (ConditionCheck) return decideCheck(tables.get(ConditionCheck.TableName!), ConditionCheck.Key!, ConditionCheck);
  throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
}

/** Which item an entry is about. */
function target(tables: Tables, { Put, ...others }: sdk.TransactWriteItem): string {
  const { TableName, Key } = (Put ? { TableName: Put.TableName, Key: Put.Item } : Object.values(others)[0]) as {
    TableName: string;
    Key: Item;
  };
  const key = tables.get(TableName).keyOf(Key);
  return [TableName, ...Object.values(key).map(canonical)].join();
}

/** All or none: every condition is looked at before anything is written. */
export function transactWrite(tables: Tables, { TransactItems: entries = [] }: sdk.TransactWriteItemsInput): void {
  if (new Set(entries.map((entry) => target(tables, entry))).size < entries.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
  const writes: Write[] = [];
  const reasons = entries.map((entry): sdk.CancellationReason => {
    try {
      writes.push(decide(tables, entry));
      return { Code: 'None' };
    } catch (error) {
      if (!(error instanceof sdk.ConditionalCheckFailedException)) throw error;
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...(error.Item && { Item: error.Item }) };
    }
  });
  if (writes.length < entries.length) {
    const codes = reasons.map(({ Code }) => Code).join(', ');
    throw new sdk.TransactionCanceledException({
      ...saying(`Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`),
      CancellationReasons: reasons,
    });
  }
  for (const { commit } of writes) commit();
}
