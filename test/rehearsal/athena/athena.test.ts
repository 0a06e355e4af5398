import { AthenaClient, GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { linkedPackagesQuery, literal } from '../../../container/src/packaging/linked-packages.ts';
import { Athena } from '../../../rehearsal/aws/athena/athena.ts';
import { S3 } from '../../../rehearsal/aws/s3/s3.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';

let standIn: StandIn<{ s3: S3; athena: Athena }>;
let client: AthenaClient;

beforeAll(async () => {
  standIn = await startStandIn((world, iam) => {
    const s3 = new S3(world, { iam });
    return { s3, athena: new Athena(world, { s3 }) };
  });
  standIn.parts.s3.createBucket('example-bucket');
  standIn.parts.athena.packagesView('example', 'example-bucket', [
    { pkg_name: 'b/two', user_meta: { experiment_id: "EXP'1" } },
    { pkg_name: 'a/one', user_meta: { experiment_id: "EXP'1", other: 'x' } },
    { pkg_name: 'a/one', user_meta: { experiment_id: "EXP'1" } },
    { pkg_name: 'c/three', user_meta: { experiment_id: 'EXP-2' } },
  ]);
  client = new AthenaClient(standIn.client());
});
afterAll(() => standIn.stop());

const query = linkedPackagesQuery('example', 'example-bucket', 'experiment_id');
const start = (QueryString: string, ...ExecutionParameters: string[]) =>
  client.send(
    new StartQueryExecutionCommand({
      QueryString,
      ExecutionParameters,
      ResultConfiguration: { OutputLocation: 's3://example-bucket/results/' },
    }),
  );
const state = async (QueryExecutionId?: string) =>
  (await client.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution?.Status?.State;

it('answers who has a value in its metadata, once the query has run', async () => {
  const { QueryExecutionId } = await start(query, literal("EXP'1"));
  await expect(client.send(new GetQueryResultsCommand({ QueryExecutionId }))).rejects.toThrow('not yet finished');
  expect(await state(QueryExecutionId)).toBe('RUNNING');
  expect(await state(QueryExecutionId)).toBe('SUCCEEDED');
  const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
  expect(ResultSet?.Rows?.map(({ Data }) => Data?.[0]?.VarCharValue)).toEqual(['pkg_name', 'a/one', 'b/two']);
  expect(standIn.parts.s3.keys('example-bucket')).toContain(`results/${QueryExecutionId}.csv`);
});

it('fails a query of a view that is not there', async () => {
  const { QueryExecutionId } = await start(linkedPackagesQuery('absent', 'example-bucket', 'experiment_id'), literal('EXP-1'));
  await state(QueryExecutionId);
  expect(await state(QueryExecutionId)).toBe('FAILED');
});

it('refuses what it would have to guess at', async () => {
  await expect(start('SELECT 1')).rejects.toThrow('It does not know: SELECT 1');
  await expect(start(query, 'EXP-1')).rejects.toThrow('a literal in single quotes');
  await expect(start(query, literal('a'), literal('b'))).rejects.toThrow('one execution parameter');
});

it('asks for the rights on all that Athena reads and writes for its caller', async () => {
  const { QueryExecutionId } = await start(query, literal('EXP-2'));
  const needed = (input: object, operation: string) =>
    standIn.parts.athena.service.permissions[operation]?.(input).map(({ action }) => action);
  const input = {
    QueryString: query,
    ExecutionParameters: [literal('EXP-2')],
    ResultConfiguration: { OutputLocation: 's3://example-bucket/results/' },
  };
  expect(new Set(needed(input, 'StartQueryExecution'))).toEqual(
    new Set([
      'athena:StartQueryExecution',
      'glue:GetDatabase',
      'glue:GetTable',
      's3:ListBucket',
      's3:GetObject',
      's3:GetBucketLocation',
      's3:PutObject',
    ]),
  );
  expect(needed({ QueryExecutionId }, 'GetQueryResults')).toEqual(['athena:GetQueryResults', 's3:GetObject']);
});
