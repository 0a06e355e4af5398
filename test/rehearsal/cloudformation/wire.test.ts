import {
  ChangeSetNotFoundException,
  CloudFormationClient,
  CloudFormationServiceException,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  DetectStackResourceDriftCommand,
  ExecuteChangeSetCommand,
  InvalidChangeSetStatusException,
  waitUntilChangeSetCreateComplete,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { createWire } from '../../../rehearsal/aws/wire/server.ts';
import { exampleCloud, operator, service } from './example-cloud.ts';

const cloud = exampleCloud();
const wire = createWire(cloud.world, { principal: () => operator, authorize: async () => undefined }, [cloud.cloudFormation.service]);
let client: CloudFormationClient;
beforeAll(async () => {
  client = new CloudFormationClient({
    endpoint: await wire.listen(),
    region: 'us-east-1',
    credentials: { accessKeyId: 'example', secretAccessKey: 'example' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await wire.close();
  cloud.remove();
});
const stack = { StackName: 'example' };
const first = { ...stack, ChangeSetName: 'first' };

it('creates a stack for the real client and its waiters', async () => {
  await client.send(
    new CreateChangeSetCommand({
      ...first,
      ChangeSetType: 'CREATE',
      TemplateBody: service('one', { Outputs: { Id: { Value: { Ref: 'Version' } } } }),
      Tags: [{ Key: 'owner', Value: 'a & b' }],
    }),
  );
  const waiting = { client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.02 };
  await waitUntilChangeSetCreateComplete(waiting, first);
  const { Changes } = await client.send(new DescribeChangeSetCommand(first));
  expect(Changes?.map(({ ResourceChange }) => ResourceChange?.Action)).toEqual(['Add', 'Add']);
  await client.send(new ExecuteChangeSetCommand({ ...first, DisableRollback: false }));
  await waitUntilStackCreateComplete(waiting, stack);
  const { Stacks } = await client.send(new DescribeStacksCommand(stack));
  expect(Stacks?.[0]).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    CreationTime: expect.any(Date),
    Outputs: [{ OutputKey: 'Id', OutputValue: expect.stringMatching(/^version-/) }],
    Tags: [{ Key: 'owner', Value: 'a & b' }],
  });
  const { StackEvents } = await client.send(new DescribeStackEventsCommand(stack));
  expect(StackEvents?.at(-1)).toMatchObject({ ResourceStatus: 'REVIEW_IN_PROGRESS', ResourceType: 'AWS::CloudFormation::Stack' });
});

it('refuses with exceptions that the client knows', async () => {
  const refused = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(await refused(client.send(new DescribeChangeSetCommand({ ...stack, ChangeSetName: 'other' })))).toBeInstanceOf(
    ChangeSetNotFoundException,
  );
  expect(await refused(client.send(new ExecuteChangeSetCommand(first)))).toBeInstanceOf(InvalidChangeSetStatusException);
  const missing = await refused(client.send(new DescribeStacksCommand({ StackName: 'nobody' })));
  expect(missing).toBeInstanceOf(CloudFormationServiceException);
  expect(missing).toMatchObject({ name: 'ValidationError', message: 'Stack with id nobody does not exist' });
});

it('refuses by name to compare a single resource with its template', async () => {
  await expect(client.send(new DetectStackResourceDriftCommand({ StackName: 'example', LogicalResourceId: 'Service' }))).rejects.toThrow(
    /DetectStackResourceDrift/,
  );
});
