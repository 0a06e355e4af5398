import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CloudTrail } from '../../../rehearsal/aws/cloudtrail/cloudtrail.ts';
import type { DeniedCall } from '../../../rehearsal/aws/iam/iam.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';

const call = (id: string, session: string, action: string, second: number): DeniedCall => ({
  id,
  at: new Date(Date.UTC(2026, 0, 1, 12, 0, second)),
  who: `arn:aws:sts::111122223333:assumed-role/example/${session}`,
  action,
  message: `is not authorized to perform: ${action}`,
});
const denied = [
  call('1', 'task-1', 'kms:Sign', 1),
  call('2', 'task-2', 'kms:Sign', 2),
  call('3', 'task-1', 's3:GetObject', 3),
  call('4', 'task-1', 'glue:GetDatabase', 4),
];

let cloud: StandIn<{ cloudtrail: CloudTrail }>;
let client: CloudTrailClient;
beforeAll(async () => {
  cloud = await startStandIn(() => ({ cloudtrail: new CloudTrail({ denied: () => denied }) }));
  client = new CloudTrailClient(cloud.client());
});
afterAll(() => cloud.stop());

const of = (AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey: 'Username' as const, AttributeValue }] });

it('tells what a session was refused, newest first, and no calls on data', async () => {
  const { Events = [] } = await client.send(new LookupEventsCommand(of('task-1')));
  expect(Events.map(({ EventName }) => EventName)).toEqual(['GetDatabase', 'Sign']);
  expect(JSON.parse(Events[1]?.CloudTrailEvent ?? '')).toMatchObject({
    eventSource: 'kms.amazonaws.com',
    errorCode: 'AccessDenied',
    errorMessage: 'is not authorized to perform: kms:Sign',
    userIdentity: { arn: 'arn:aws:sts::111122223333:assumed-role/example/task-1' },
  });
});

it('begins where it is asked to', async () => {
  const { Events = [] } = await client.send(new LookupEventsCommand({ ...of('task-1'), StartTime: denied[2]!.at }));
  expect(Events.map(({ EventName }) => EventName)).toEqual(['GetDatabase']);
});

it('refuses to look up by anything else', async () => {
  await expect(client.send(new LookupEventsCommand({}))).rejects.toThrow('one Username only');
});
