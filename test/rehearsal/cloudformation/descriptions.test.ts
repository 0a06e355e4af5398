import { exampleCloud, service, THING, template } from './example-cloud.ts';

const cloud = exampleCloud();
const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`Thing${index}`, { Type: THING, Metadata: { Number: index } }]));
beforeAll(async () => {
  await cloud.create(template(many), { StackName: 'large', Tags: [{ Key: 'owner', Value: 'example' }] });
  await cloud.create(service('one'));
  cloud.fail('update', 'Service', 'the secret lacks a key');
  await cloud.update(service('two'));
});
afterAll(() => cloud.remove());

it('tells events newest first and page by page', async () => {
  const first = await cloud.call('DescribeStackEvents', { StackName: 'large' });
  expect(first.StackEvents).toHaveLength(100);
  expect(first.StackEvents[0]).toMatchObject({ LogicalResourceId: 'large', ResourceStatus: 'CREATE_COMPLETE' });
  const second = await cloud.call('DescribeStackEvents', { StackName: 'large', NextToken: first.NextToken });
  expect(second.StackEvents.at(-1)).toMatchObject({ ResourceStatus: 'REVIEW_IN_PROGRESS' });
  expect(second.StackEvents).toHaveLength(60 * 3 + 3 - 100);
});

it('tells the failures of one operation', async () => {
  const { LastOperations } = (await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0];
  expect(LastOperations[0].OperationType).toBe('UPDATE_STACK');
  const { OperationEvents } = await cloud.call('DescribeEvents', {
    OperationId: LastOperations[0].OperationId,
    Filters: { FailedEvents: true },
  });
  expect(
    OperationEvents.map(({ LogicalResourceId, EventType, ResourceStatusReason }: Record<string, string>) => [
      LogicalResourceId,
      EventType,
      ResourceStatusReason,
    ]),
  ).toEqual([
    ['Service', 'PROVISIONING_ERROR', 'the secret lacks a key'],
    ['Service', 'PROVISIONING_ERROR', 'the secret lacks a key'],
  ]);
  const all = await cloud.call('DescribeEvents', { StackName: 'example', OperationId: LastOperations[0].OperationId });
  expect(all.OperationEvents[0]).toMatchObject({
    EventType: 'STACK_EVENT',
    OperationStatus: 'FAILED',
    ResourceStatus: 'UPDATE_ROLLBACK_FAILED',
  });
});

it('describes a stack as it was asked for', async () => {
  const { Stacks } = await cloud.call('DescribeStacks', { StackName: 'large' });
  expect(Stacks).toEqual([
    expect.objectContaining({
      StackName: 'large',
      StackStatus: 'CREATE_COMPLETE',
      DisableRollback: false,
      EnableTerminationProtection: false,
      Tags: [{ Key: 'owner', Value: 'example' }],
    }),
  ]);
  expect((await cloud.call('DescribeStacks')).Stacks).toHaveLength(2);
});

it('lists stacks by status', async () => {
  const { StackSummaries } = await cloud.call('ListStacks', { StackStatusFilter: ['UPDATE_ROLLBACK_FAILED'] });
  expect(StackSummaries.map(({ StackName }: { StackName: string }) => StackName)).toEqual(['example']);
});

it('describes one resource with its metadata, and finds a stack by what it has made', async () => {
  const { StackResourceDetail } = await cloud.call('DescribeStackResource', { StackName: 'large', LogicalResourceId: 'Thing7' });
  expect(JSON.parse(StackResourceDetail.Metadata)).toEqual({ Number: 7 });
  const { StackResources } = await cloud.call('DescribeStackResources', { PhysicalResourceId: StackResourceDetail.PhysicalResourceId });
  expect(StackResources).toHaveLength(60);
  await expect(cloud.call('DescribeStackResource', { StackName: 'large', LogicalResourceId: 'Nobody' })).rejects.toThrow(
    'Resource Nobody does not exist for stack large',
  );
  expect((await cloud.call('ListStackResources', { StackName: 'large' })).StackResourceSummaries).toHaveLength(60);
});

it.each([
  ['DescribeStacks', 'Stack with id nobody does not exist'],
  ['DescribeStackResources', 'Stack with id nobody does not exist'],
  ['GetTemplate', 'Stack with id nobody does not exist'],
  ['DescribeStackEvents', 'Stack [nobody] does not exist'],
  ['CancelUpdateStack', 'Stack [nobody] does not exist'],
  ['RollbackStack', 'Stack [nobody] does not exist'],
  ['ContinueUpdateRollback', 'Stack [nobody] does not exist'],
])('%s words its refusal of an unknown stack as AWS does', async (operation, message) => {
  await expect(cloud.call(operation, { StackName: 'nobody' })).rejects.toMatchObject({ name: 'ValidationError', message });
});

it('gives templates back as they were sent, of stacks and of change sets', async () => {
  expect((await cloud.call('GetTemplate', { StackName: 'large' })).TemplateBody).toBe(template(many));
  await cloud.changeSet(template({ One: { Type: THING } }), { type: 'CREATE', StackName: 'review', name: 'first' });
  expect((await cloud.call('GetTemplate', { StackName: 'review', ChangeSetName: 'first' })).TemplateBody).toBe(
    template({ One: { Type: THING } }),
  );
  await expect(cloud.call('GetTemplate', { StackName: 'large', TemplateStage: 'Processed' })).rejects.toThrow(
    'not supported by the rehearsal',
  );
});

it('sums up a template without deploying it', async () => {
  const body = template({ One: { Type: THING } }, { Parameters: { Stage: { Type: 'String', Default: 'staging' } } });
  expect(await cloud.call('GetTemplateSummary', { TemplateBody: body })).toMatchObject({
    ResourceTypes: [THING],
    Parameters: [{ ParameterKey: 'Stage', DefaultValue: 'staging', NoEcho: false }],
    Capabilities: [],
  });
});
