import { type ExampleCloud, exampleCloud, THING, template } from './example-cloud.ts';

let cloud: ExampleCloud;
const producer = (value: unknown = { 'Fn::GetAtt': ['One', 'Arn'] }) =>
  template({ One: { Type: THING } }, { Outputs: { One: { Value: value, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:One' } } } } });
const consumer = (name = 'producer:One') => template({ User: { Type: THING, Properties: { Uses: { 'Fn::ImportValue': name } } } });

beforeEach(async () => {
  cloud = exampleCloud();
  await cloud.create(producer(), { StackName: 'producer' });
  await cloud.create(consumer(), { StackName: 'consumer' });
});
afterEach(() => cloud.remove());

const reason = async (StackName: string) => (await cloud.call('DescribeStacks', { StackName })).Stacks[0].StackStatusReason;

it('is listed with the stack that exports it', async () => {
  const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'producer' })).Stacks[0];
  expect((await cloud.call('ListExports')).Exports).toEqual([
    { Name: 'producer:One', Value: expect.stringMatching(/^arn:aws:example:::one-/), ExportingStackId: StackId },
  ]);
});

it('cannot be imported when nobody exports it', async () => {
  await expect(cloud.create(consumer('nobody:One'), { StackName: 'other' })).rejects.toThrow('No export named nobody:One found');
});

it('fails the stack when it vanishes between plan and execution', async () => {
  await cloud.create(producer(), { StackName: 'brief' });
  const { ChangeSetId, StackId } = await cloud.changeSet(consumer('brief:One'), { type: 'CREATE', StackName: 'late' });
  await cloud.call('DeleteStack', { StackName: 'brief' });
  await cloud.until(async () => (await cloud.call('ListExports')).Exports.length === 1);
  await cloud.call('ExecuteChangeSet', { ChangeSetName: ChangeSetId });
  expect(await cloud.settled(StackId)).toBe('ROLLBACK_COMPLETE');
  expect(await cloud.events('late')).toContain('late ROLLBACK_IN_PROGRESS: No export named brief:One found. Rollback requested by user.');
});

it('keeps the stack that exports it from being deleted, which goes back to where it was', async () => {
  await cloud.call('DeleteStack', { StackName: 'producer' });
  expect(await cloud.settled('producer')).toBe('CREATE_COMPLETE');
  expect(await reason('producer')).toBe('Delete canceled. Cannot delete export producer:One as it is in use by consumer.');
  expect((await cloud.events('producer')).at(-2)).toBe('producer DELETE_IN_PROGRESS: User Initiated');
});

it('cannot be changed or dropped while it is in use', async () => {
  expect(await cloud.update(producer('another value'), { StackName: 'producer' })).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await cloud.events('producer')).toContain(
    'producer UPDATE_ROLLBACK_IN_PROGRESS: Export producer:One cannot be updated as it is in use by consumer. ',
  );
  expect(await cloud.update(template({ One: { Type: THING } }), { StackName: 'producer' })).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await cloud.call('ListExports')).Exports).toHaveLength(1);
});

it('is free again once its user is gone', async () => {
  const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'consumer' })).Stacks[0];
  await cloud.call('DeleteStack', { StackName: 'consumer' });
  await cloud.settled(StackId);
  expect(await cloud.update(producer('another value'), { StackName: 'producer' })).toBe('UPDATE_COMPLETE');
});

it('cannot be exported twice', async () => {
  const twin = template({ One: { Type: THING } }, { Outputs: { One: { Value: 'value', Export: { Name: 'producer:One' } } } });
  expect(await cloud.create(twin, { StackName: 'twin' })).toBe('ROLLBACK_COMPLETE');
  expect(await cloud.events('twin')).toContain(
    'twin ROLLBACK_IN_PROGRESS: Export with name producer:One is already exported by stack producer. Rollback requested by user.',
  );
});
