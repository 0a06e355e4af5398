import * as sdk from '@aws-sdk/client-dynamodb';
import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

const TableName = 'release';
const schema = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: ['pk', 'sk', 'stage'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: [{ IndexName: 'by-stage', KeySchema: [{ AttributeName: 'stage', KeyType: 'HASH' }] }],
};

let standIn: StandIn<{ dynamodb: DynamoDb }>;
let client: sdk.DynamoDBClient;
beforeEach(async () => {
  standIn = await startStandIn((world) => ({ dynamodb: new DynamoDb(world) }));
  client = new sdk.DynamoDBClient(standIn.client());
  standIn.parts.dynamodb.createTable(TableName, schema);
});
afterEach(() => standIn.stop());

const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
const put = (pk: string, sk: string, rest: Record<string, sdk.AttributeValue> = {}, options: object = {}) =>
  client.send(new sdk.PutItemCommand({ TableName, Item: { ...key(pk, sk), ...rest }, ...options }));
const get = async (pk: string, sk: string, options: object = {}) =>
  (await client.send(new sdk.GetItemCommand({ TableName, Key: key(pk, sk), ...options }))).Item;

it('gives back what was put, bytes and all', async () => {
  const rest = { bytes: { B: Buffer.from([1, 2]) }, map: { M: { members: { L: [{ NULL: true as const }, { BOOL: false }] } } } };
  await put('a', '1', rest);
  const found = await get('a', '1');
  expect(found).toMatchObject({ ...key('a', '1'), map: rest.map });
  expect([...found!['bytes']!.B!]).toEqual([1, 2]);
  expect(await get('a', '2')).toBeUndefined();
  expect(await get('a', '1', { ProjectionExpression: '#m.members', ExpressionAttributeNames: { '#m': 'map' } })).toEqual({ map: rest.map });
});

it('refuses a write whose condition fails, and shows the item that is there', async () => {
  const once = { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
  await put('STAGE#prod', 'LOCK', { holder: { S: 'v1' } }, once);
  const second = put('STAGE#prod', 'LOCK', { holder: { S: 'v2' } }, once);
  await expect(second).rejects.toBeInstanceOf(sdk.ConditionalCheckFailedException);
  await expect(second).rejects.toMatchObject({ message: 'The conditional request failed', Item: { holder: { S: 'v1' } } });
  expect((await get('STAGE#prod', 'LOCK'))!['holder']).toEqual({ S: 'v1' });
});

it('updates what is there and what is not, and returns what was asked', async () => {
  const update = (UpdateExpression: string, ReturnValues: sdk.ReturnValue, value: sdk.AttributeValue) =>
    client.send(
      new sdk.UpdateItemCommand({
        TableName,
        Key: key('a', '1'),
        UpdateExpression,
        ReturnValues,
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':v': value },
      }),
    );
  expect((await update('ADD #c :v', 'ALL_NEW', { N: '2' })).Attributes).toEqual({ ...key('a', '1'), count: { N: '2' } });
  expect((await update('SET #c = #c + :v', 'UPDATED_OLD', { N: '3' })).Attributes).toEqual({ count: { N: '2' } });
  expect((await update('SET #c = #c + :v', 'UPDATED_NEW', { N: '1' })).Attributes).toEqual({ count: { N: '6' } });
  const other = client.send(
    new sdk.UpdateItemCommand({
      TableName,
      Key: key('a', '1'),
      UpdateExpression: 'SET sk = :v',
      ExpressionAttributeValues: { ':v': { S: '2' } },
    }),
  );
  await expect(other).rejects.toThrow('Cannot update attribute sk. This attribute is part of the key');
});

it('deletes under a condition', async () => {
  await put('a', '1', { holder: { S: 'v1' } });
  const remove = (holder: string) =>
    client.send(
      new sdk.DeleteItemCommand({
        TableName,
        Key: key('a', '1'),
        ConditionExpression: 'holder = :h',
        ExpressionAttributeValues: { ':h': { S: holder } },
        ReturnValues: 'ALL_OLD',
      }),
    );
  await expect(remove('v2')).rejects.toBeInstanceOf(sdk.ConditionalCheckFailedException);
  expect((await remove('v1')).Attributes).toMatchObject({ holder: { S: 'v1' } });
  expect(await get('a', '1')).toBeUndefined();
});

describe('queries', () => {
  beforeEach(async () => {
    for (const sk of ['ATTEMPT#2', 'ATTEMPT#10', 'ATTEMPT#1', 'NOTE'])
      await put('RELEASE#v1', sk, { stage: { S: sk === 'NOTE' ? 'x' : 'prod' } });
    await put('RELEASE#v2', 'ATTEMPT#1');
  });
  const query = (KeyConditionExpression: string, values: Record<string, string>, rest: Partial<sdk.QueryInput> = {}): sdk.QueryInput => ({
    TableName,
    KeyConditionExpression,
    ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }])),
    ...rest,
  });
  const sorts = (items: Record<string, sdk.AttributeValue>[] | undefined) => items?.map(({ sk }) => sk!.S);

  it('read one partition in the order of the sort key, by page, either way', async () => {
    for (const forward of [true, false]) {
      const found: unknown[] = [];
      const input = query('pk = :p AND begins_with(sk, :a)', { ':p': 'RELEASE#v1', ':a': 'ATTEMPT#' }, { ScanIndexForward: forward });
      for await (const page of sdk.paginateQuery({ client, pageSize: 2 }, input)) found.push(...(sorts(page.Items) ?? []));
      const ordered = ['ATTEMPT#1', 'ATTEMPT#10', 'ATTEMPT#2'];
      expect(found).toEqual(forward ? ordered : ordered.reverse());
    }
  });

  it('go on after the last item even when it is gone', async () => {
    const input = query('pk = :p', { ':p': 'RELEASE#v1' }, { Limit: 2 });
    const { LastEvaluatedKey } = await client.send(new sdk.QueryCommand(input));
    expect(LastEvaluatedKey).toEqual(key('RELEASE#v1', 'ATTEMPT#10'));
    await client.send(new sdk.DeleteItemCommand({ TableName, Key: LastEvaluatedKey }));
    const rest = await client.send(new sdk.QueryCommand({ ...input, ExclusiveStartKey: LastEvaluatedKey }));
    expect(sorts(rest.Items)).toEqual(['ATTEMPT#2', 'NOTE']);
  });

  it('filter after they have counted what they looked at', async () => {
    const filtered = query('pk = :p', { ':p': 'RELEASE#v1', ':x': 'x' }, { FilterExpression: 'stage = :x', Limit: 3 });
    const answer = await client.send(new sdk.QueryCommand(filtered));
    expect(answer).toMatchObject({ Count: 0, ScannedCount: 3, Items: [] });
    expect(answer.LastEvaluatedKey).toBeDefined();
  });

  it('read an index', async () => {
    const answer = await client.send(new sdk.QueryCommand(query('stage = :s', { ':s': 'prod' }, { IndexName: 'by-stage' })));
    expect(sorts(answer.Items)).toEqual(['ATTEMPT#1', 'ATTEMPT#10', 'ATTEMPT#2']);
  });

  it('are refused when they are not about one partition', async () => {
    await expect(client.send(new sdk.QueryCommand(query('sk = :s', { ':s': 'NOTE' })))).rejects.toThrow(
      'Query condition missed key schema element: pk',
    );
    await expect(client.send(new sdk.QueryCommand(query('pk > :s', { ':s': 'A' })))).rejects.toThrow('Query key condition not supported');
    const withFilter = query('pk = :s AND stage = :s', { ':s': 'RELEASE#v1' });
    await expect(client.send(new sdk.QueryCommand(withFilter))).rejects.toThrow('Query key condition not supported');
  });

  it('scan everything, by page', async () => {
    let count = 0;
    for await (const page of sdk.paginateScan({ client, pageSize: 2 }, { TableName })) count += page.Count!;
    expect(count).toBe(5);
  });

  it('get several items at once', async () => {
    const Keys = [key('RELEASE#v1', 'NOTE'), key('RELEASE#v2', 'ATTEMPT#1'), key('nobody', 'x')];
    const { Responses } = await client.send(new sdk.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(sorts(Responses![TableName])).toEqual(['NOTE', 'ATTEMPT#1']);
  });
});

describe('transactions', () => {
  const transact = (...TransactItems: sdk.TransactWriteItem[]) => client.send(new sdk.TransactWriteItemsCommand({ TransactItems }));
  const Put = (pk: string, rest: object = {}) => ({ Put: { TableName, Item: key(pk, '1'), ...rest } });

  it('write all', async () => {
    await transact(Put('a'), Put('b'));
    expect([await get('a', '1'), await get('b', '1')]).toEqual([key('a', '1'), key('b', '1')]);
  });

  it('or write nothing, and say which condition failed', async () => {
    await put('b', '1', { holder: { S: 'v1' } });
    const guard = { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
    const failed = transact(Put('a'), Put('b', guard));
    await expect(failed).rejects.toBeInstanceOf(sdk.TransactionCanceledException);
    await expect(failed).rejects.toMatchObject({
      message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { holder: { S: 'v1' } } }],
    });
    expect(await get('a', '1')).toBeUndefined();
  });

  it('touch an item once', () => expect(transact(Put('a'), Put('a'))).rejects.toThrow('multiple operations on one item'));
});

it('holds keys against the schema, and knows what is not there', async () => {
  const item = (Item: Record<string, sdk.AttributeValue>) => client.send(new sdk.PutItemCommand({ TableName, Item }));
  await expect(item({ pk: { S: 'a' } })).rejects.toThrow('Missing the key sk in the item');
  await expect(item({ pk: { S: 'a' }, sk: { N: '1' } })).rejects.toThrow('Type mismatch for key sk expected: S actual: N');
  const read = client.send(new sdk.GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }));
  await expect(read).rejects.toThrow('The provided key element does not match the schema');
  await expect(client.send(new sdk.DescribeTableCommand({ TableName: 'nobody' }))).rejects.toBeInstanceOf(sdk.ResourceNotFoundException);
});

it('makes tables for stacks', async () => {
  const made = await standIn.parts.dynamodb.provisioners['AWS::DynamoDB::Table']!.create(schema, at('Table'));
  expect(made.attributes).toMatchObject({ Arn: `arn:aws:dynamodb:us-east-1:111122223333:table/${made.physicalId}` });
  const { Table } = await client.send(new sdk.DescribeTableCommand({ TableName: made.physicalId }));
  expect(Table).toMatchObject({ TableStatus: 'ACTIVE', KeySchema: schema.KeySchema });
  const taken = () => standIn.parts.dynamodb.provisioners['AWS::DynamoDB::Table']!.create({ ...schema, TableName }, at('Table'));
  expect(taken).toThrow('Table already exists: release');
});

it('keeps a protected table until it is protected no more', async () => {
  const provisioner = standIn.parts.dynamodb.provisioners['AWS::DynamoDB::Table']!;
  const guarded = { ...schema, DeletionProtectionEnabled: true };
  const { physicalId } = await provisioner.create(guarded, at('Guarded'));
  expect(() => provisioner.remove!(physicalId, guarded, at('Guarded'))).toThrow('currently protected against deletion');
  await provisioner.update!(physicalId, schema, guarded, at('Guarded'));
  await provisioner.remove!(physicalId, schema, at('Guarded'));
  await expect(client.send(new sdk.DescribeTableCommand({ TableName: physicalId }))).rejects.toThrow('not found');
});

it('asks for the actions of what a transaction holds', () => {
  const ask = standIn.parts.dynamodb.service.permissions['TransactWriteItems']!;
  const TransactItems = [{ Put: { TableName } }, { ConditionCheck: { TableName } }];
  expect(ask({ TransactItems }).map(({ action }) => action)).toEqual(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem']);
});
