import { DynamoDb } from '../../../rehearsal/aws/dynamodb/dynamodb.ts';
import { table } from '../../../steps/clients/table.ts';
import { type StandIn, startStandIn } from '../../rehearsal/stand-in.ts';
import { leadTo } from './endpoint.ts';

let standIn: StandIn<{ dynamodb: DynamoDb }>;
const release = table('release');
const [pk, sk] = ['STAGE#staging', 'LOCK'];

beforeAll(async () => {
  standIn = await startStandIn((world) => ({ dynamodb: new DynamoDb(world) }));
  const { endpoint, credentials } = standIn.client();
  leadTo({ endpoint, ...credentials });
  standIn.parts.dynamodb.createTable('release', {
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  });
});
afterAll(() => standIn.stop());
beforeEach(async () => {
  await release.put({ pk, sk });
  await release.remove(pk, sk, {});
});

it('gives back what was put, and null for what is not there', async () => {
  const item = { pk, sk, holder: 'v1', attempt: 2, changes: ['a', null, true], proven: { at: 'now', list: [] } };
  await release.put(item);
  expect(await release.get(pk, sk)).toEqual(item);
  expect(await release.get(pk, 'STATE')).toBeNull();
});

it('leaves out what is undefined', async () => {
  await release.put({ pk, sk, decidedBy: undefined, inner: { cause: undefined, kept: 1 } });
  expect(await release.get(pk, sk)).toEqual({ pk, sk, inner: { kept: 1 } });
});

it('lets one of two insert', async () => {
  const both = await Promise.all([release.insert({ pk, sk, holder: 'v1' }), release.insert({ pk, sk, holder: 'v2' })]);
  expect(both.sort()).toEqual([false, true]);
  const holder = (await release.get(pk, sk))?.['holder'];
  expect(await release.insert({ pk, sk, holder: 'v3' })).toBe(false);
  expect(await release.get(pk, sk)).toMatchObject({ holder });
});

it('reads all items of a partition, page by page, and none of another', async () => {
  const text = 'example '.repeat(40_000);
  for (const attempt of [1, 2, 3, 4]) await release.put({ pk: 'RELEASE#v1.4.0', sk: `ATTEMPT#${attempt}`, text });
  await release.put({ pk: 'RELEASE#v1.4.1', sk: 'ATTEMPT#1' });
  expect((await release.query('RELEASE#v1.4.0')).map((item) => item.sk)).toEqual(['ATTEMPT#1', 'ATTEMPT#2', 'ATTEMPT#3', 'ATTEMPT#4']);
  expect(await release.query('RELEASE#v9.9.9')).toEqual([]);
});

describe('update', () => {
  it('writes attributes of an item that need not be there yet, whatever their names', async () => {
    // name, status and value are reserved words of DynamoDB.
    expect(await release.update(pk, sk, { name: 'v1', status: 'running', value: { count: 1 } })).toBe(true);
    expect(await release.update(pk, sk, { status: 'released' })).toBe(true);
    expect(await release.get(pk, sk)).toEqual({ pk, sk, name: 'v1', status: 'released', value: { count: 1 } });
  });

  it('removes what is undefined, and keeps what is null', async () => {
    await release.put({ pk, sk, holder: 'v1', blocked: { reason: 'example' }, cause: 'example' });
    await release.update(pk, sk, { holder: 'v2', blocked: null, cause: undefined });
    expect(await release.get(pk, sk)).toEqual({ pk, sk, holder: 'v2', blocked: null });
    await release.update(pk, sk, { blocked: undefined });
    expect(await release.get(pk, sk)).toEqual({ pk, sk, holder: 'v2' });
  });

  it('does so only while the attributes are as expected', async () => {
    await release.put({ pk, sk, name: 'v1', attempt: 1 });
    expect(await release.update(pk, sk, { outcome: 'released' }, { name: 'v2' })).toBe(false);
    expect(await release.update(pk, sk, { outcome: 'released' }, { name: 'v1', attempt: 2 })).toBe(false);
    expect(await release.get(pk, sk)).toEqual({ pk, sk, name: 'v1', attempt: 1 });
    expect(await release.update(pk, sk, { outcome: 'released' }, { name: 'v1', attempt: 1 })).toBe(true);
  });

  it('can expect the value that it replaces', async () => {
    await release.put({ pk, sk, decision: 'pending' });
    const decide = (decision: string) => release.update(pk, sk, { decision }, { decision: 'pending' });
    expect([await decide('approved'), await decide('rejected')]).toEqual([true, false]);
    expect(await release.get(pk, sk)).toMatchObject({ decision: 'approved' });
  });

  it('can expect that there is no such attribute', async () => {
    await release.put({ pk, sk });
    const first = () => release.update(pk, sk, { decidedBy: 'example' }, { decidedBy: undefined });
    expect([await first(), await first()]).toEqual([true, false]);
  });

  it('makes no item of an expectation that fails', async () => {
    expect(await release.update(pk, sk, { outcome: 'released' }, { name: 'v1' })).toBe(false);
    expect(await release.get(pk, sk)).toBeNull();
  });
});

it('removes for the holder alone', async () => {
  await release.put({ pk, sk, holder: 'v1' });
  expect(await release.remove(pk, sk, { holder: 'v2' })).toBe(false);
  expect(await release.get(pk, sk)).not.toBeNull();
  expect(await release.remove(pk, sk, { holder: 'v1' })).toBe(true);
  expect(await release.get(pk, sk)).toBeNull();
  expect(await release.remove(pk, sk, { holder: 'v1' })).toBe(false);
});

it('takes an error for no refusal', async () => {
  const absent = table('absent');
  await expect(absent.insert({ pk, sk })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(absent.get(pk, sk)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
