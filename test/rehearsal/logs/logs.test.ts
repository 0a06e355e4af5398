import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { parseFilterPattern } from '../../../rehearsal/aws/logs/filter-pattern.ts';
import { Logs } from '../../../rehearsal/aws/logs/logs.ts';
import { at, type StandIn, startStandIn } from '../stand-in.ts';

let standIn: StandIn<{ logs: Logs }>;
let client: sdk.CloudWatchLogsClient;
let logs: Logs;
beforeEach(async () => {
  standIn = await startStandIn((world) => ({ logs: new Logs(world) }));
  client = new sdk.CloudWatchLogsClient(standIn.client());
  logs = standIn.parts.logs;
  logs.createGroup('/example');
});
afterEach(() => standIn.stop());

const named = { logGroupName: '/example', logStreamName: 'app/1' };

it('gives back what was written, in the order of time', async () => {
  await client.send(new sdk.CreateLogStreamCommand(named));
  const event = (message: string, timestamp: number) => ({ message, timestamp });
  await client.send(new sdk.PutLogEventsCommand({ ...named, logEvents: [event('b', 2), event('c', 3)] }));
  await client.send(new sdk.PutLogEventsCommand({ ...named, logEvents: [event('a', 1)] }));
  const { events } = await client.send(new sdk.GetLogEventsCommand({ ...named, startTime: 1, endTime: 3 }));
  expect(events).toMatchObject([event('a', 1), event('b', 2)]);
});

it('pages through a stream from its head, and says by the token that it is at the end', async () => {
  for (const line of ['1', '2', '3']) logs.put('/example', 'app/1', line);
  const seen: unknown[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < 3; page += 1) {
    const answer = await client.send(new sdk.GetLogEventsCommand({ ...named, limit: 2, startFromHead: true, nextToken }));
    seen.push(answer.events!.map(({ message }) => message));
    if (page === 2) expect(answer.nextForwardToken).toBe(nextToken);
    nextToken = answer.nextForwardToken;
  }
  expect(seen).toEqual([['1', '2'], ['3'], []]);
  const newest = await client.send(new sdk.GetLogEventsCommand({ ...named, limit: 2 }));
  const older = await client.send(new sdk.GetLogEventsCommand({ ...named, limit: 2, nextToken: newest.nextBackwardToken }));
  expect([newest, older].map(({ events }) => events!.map(({ message }) => message))).toEqual([['2', '3'], ['1']]);
});

it('filters several streams, by page', async () => {
  for (const [at, line] of ['ERROR one', 'fine', 'ERROR two', 'ERROR three'].entries()) logs.put('/example', `app/${at % 2}`, line, at);
  const found: (string | undefined)[] = [];
  for await (const page of sdk.paginateFilterLogEvents({ client, pageSize: 2 }, { logGroupName: '/example', filterPattern: 'ERROR' })) {
    found.push(...page.events!.map(({ message }) => message));
  }
  expect(found).toEqual(['ERROR one', 'ERROR two', 'ERROR three']);
});

it.each([
  ['', 'anything', true],
  ['ERROR', 'an error', false],
  ['a b', 'b then a', true],
  ['a b', 'a only', false],
  ['"a b"', 'b a', false],
  ['?a ?b', 'only b', true],
  ['?x ?z', 'only b', false],
  ['a -b', 'a and b', false],
])('a filter pattern of terms: %j on %j is %p', (pattern, message, matches) => {
  expect(parseFilterPattern(pattern)(message)).toBe(matches);
});

it('refuses filter patterns that it does not read', () =>
  expect(
    client.send(new sdk.FilterLogEventsCommand({ logGroupName: '/example', filterPattern: '{ $.level = 50 }' })),
  ).rejects.toBeInstanceOf(sdk.InvalidParameterException));

it('describes groups and streams', async () => {
  logs.createGroup('/example/two');
  await client.send(new sdk.PutRetentionPolicyCommand({ logGroupName: '/example/two', retentionInDays: 7 }));
  logs.put('/example', 'old', 'x', 1);
  logs.put('/example', 'young', 'x', 2);
  const groups: unknown[] = [];
  for await (const page of sdk.paginateDescribeLogGroups({ client, pageSize: 1 }, { logGroupNamePrefix: '/example' }))
    groups.push(...page.logGroups!);
  expect(groups).toMatchObject([{ logGroupName: '/example' }, { logGroupName: '/example/two', retentionInDays: 7 }]);
  const { logStreams } = await client.send(
    new sdk.DescribeLogStreamsCommand({ logGroupName: '/example', orderBy: 'LastEventTime', descending: true, limit: 1 }),
  );
  expect(logStreams).toMatchObject([{ logStreamName: 'young', lastEventTimestamp: 2 }]);
});

it('takes nothing into a group that was deleted, and keeps nothing of it', async () => {
  logs.put('/example', 'app/1', 'evidence');
  await client.send(new sdk.DeleteLogGroupCommand({ logGroupName: '/example' }));
  expect(logs.put('/example', 'app/1', 'more')).toBe(false);
  await expect(client.send(new sdk.GetLogEventsCommand(named))).rejects.toBeInstanceOf(sdk.ResourceNotFoundException);
  logs.createGroup('/example');
  expect(logs.lines('/example')).toEqual([]);
});

it('makes groups and streams for stacks, and refuses a name that is taken', async () => {
  const group = logs.provisioners['AWS::Logs::LogGroup']!;
  const made = await group.create({ LogGroupName: '/made', RetentionInDays: 30 }, at('Logs'));
  expect(made).toEqual({ physicalId: '/made', attributes: { Arn: 'arn:aws:logs:us-east-1:111122223333:log-group:/made:*' } });
  expect(() => group.create({ LogGroupName: '/made' }, at('Logs'))).toThrow('The specified log group already exists');
  await logs.provisioners['AWS::Logs::LogStream']!.create({ LogGroupName: '/made', LogStreamName: 's' }, at('Stream'));
  await group.remove!('/made', {}, at('Logs'));
  expect(logs.hasGroup('/made')).toBe(false);
});

it('judges calls on a group by a policy on its streams, as CDK grants it', async () => {
  const ask = logs.service.permissions['DescribeLogStreams']!({ logGroupName: '/example' });
  expect(ask).toEqual([
    { action: 'logs:DescribeLogStreams', resource: 'arn:aws:logs:us-east-1:111122223333:log-group:/example:log-stream:' },
  ]);
});
