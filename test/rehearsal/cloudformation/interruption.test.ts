import { type ExampleCloud, exampleCloud, service, THING, template } from './example-cloud.ts';

let cloud: ExampleCloud;
beforeEach(() => {
  cloud = exampleCloud();
});
afterEach(() => cloud.remove());

describe('CancelUpdateStack', () => {
  it('aborts what is under way and changes it back through its provisioner', async () => {
    await cloud.create(service('one'));
    const release = cloud.hold('update', 'Service');
    await cloud.start(service('two'));
    await cloud.until(async () => cloud.actions.at(-1)!.startsWith('update service'));
    const aborted = cloud.actions.length;
    await cloud.call('CancelUpdateStack', { StackName: 'example' });
    await cloud.reaches('UPDATE_ROLLBACK_IN_PROGRESS');
    release();
    expect(await cloud.settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
    const events = await cloud.events();
    expect(events).toContainEqual(expect.stringMatching(/^Service UPDATE_FAILED service-\d+: Resource update cancelled$/));
    expect(events).toContain('example UPDATE_ROLLBACK_IN_PROGRESS: User Initiated');
    expect(cloud.actions[aborted]).toMatch(/^update service-\d+ from/);
  });
});

describe('DeleteStack during a creation', () => {
  it('aborts what is under way and deletes everything that was made', async () => {
    cloud.hold('create', 'Service');
    await cloud.start(service('one'), { type: 'CREATE' });
    await cloud.until(async () => cloud.actions.length === 2);
    const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0];
    await cloud.call('DeleteStack', { StackName: 'example' });
    expect(await cloud.status(StackId)).toBe('DELETE_IN_PROGRESS');
    expect(await cloud.settled(StackId)).toBe('DELETE_COMPLETE');
    const [, , ...after] = cloud.actions;
    expect(after).toEqual([expect.stringMatching(/^remove service-/), expect.stringMatching(/^remove version-/)]);
    const statuses = (await cloud.call('DescribeStackEvents', { StackName: StackId })).StackEvents.map(
      ({ ResourceStatus }: { ResourceStatus: string }) => ResourceStatus,
    );
    expect(statuses).not.toContain('ROLLBACK_IN_PROGRESS');
  });
});

describe('DeleteStack', () => {
  const kept = template({ Kept: { Type: THING, DeletionPolicy: 'Retain' }, Plain: { Type: THING } });

  it('leaves what is marked Retain, frees the name, and is found by id afterwards', async () => {
    await cloud.create(kept);
    const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0];
    await cloud.call('DeleteStack', { StackName: 'example' });
    expect(await cloud.settled(StackId)).toBe('DELETE_COMPLETE');
    expect(await cloud.resources(StackId)).toMatchObject({ Kept: { status: 'DELETE_SKIPPED' }, Plain: { status: 'DELETE_COMPLETE' } });
    await expect(cloud.status()).rejects.toThrow('Stack with id example does not exist');
    expect(await cloud.create(kept)).toBe('CREATE_COMPLETE');
  });

  it('answers the deletion of nothing as one of something', async () => {
    expect(await cloud.call('DeleteStack', { StackName: 'nobody' })).toEqual({});
  });

  it('goes on from DELETE_FAILED with what is to be retained, and from there only', async () => {
    await cloud.create(kept);
    const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0];
    const retain = { StackName: StackId, RetainResources: ['Plain'] };
    await expect(cloud.call('DeleteStack', retain)).rejects.toThrow('only when the current stack state is DELETE_FAILED');
    cloud.fail('remove', 'Plain', 'in use');
    await cloud.call('DeleteStack', { StackName: 'example' });
    expect(await cloud.settled(StackId)).toBe('DELETE_FAILED');
    await cloud.call('DeleteStack', retain);
    expect(await cloud.settled(StackId)).toBe('DELETE_COMPLETE');
  });

  it('forces the deletion of a stack that cannot be deleted', async () => {
    await cloud.create(kept);
    const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0];
    cloud.fail('remove', 'Plain', 'in use');
    await cloud.call('DeleteStack', { StackName: 'example' });
    await cloud.settled(StackId);
    await cloud.call('DeleteStack', { StackName: 'example', DeletionMode: 'FORCE_DELETE_STACK' });
    expect(await cloud.settled(StackId)).toBe('DELETE_COMPLETE');
  });

  it('is refused while termination protection is on', async () => {
    await cloud.create(kept);
    await cloud.call('UpdateTerminationProtection', { StackName: 'example', EnableTerminationProtection: true });
    await expect(cloud.call('DeleteStack', { StackName: 'example' })).rejects.toThrow(
      'Stack [example] cannot be deleted while TerminationProtection is enabled',
    );
  });
});

describe('a client request token', () => {
  it('makes a repeated request do nothing', async () => {
    const { ChangeSetId } = await cloud.changeSet(template({ One: { Type: THING } }), { type: 'CREATE' });
    const request = { ChangeSetName: ChangeSetId, ClientRequestToken: 'example-token' };
    await Promise.all([cloud.call('ExecuteChangeSet', request), cloud.call('ExecuteChangeSet', request)]);
    await cloud.settled();
    await cloud.call('ExecuteChangeSet', request);
    expect(cloud.actions).toHaveLength(1);
  });

  it('is refused for another request', async () => {
    await cloud.create(template({ One: { Type: THING } }), { execute: { ClientRequestToken: 'example-token' } });
    await expect(cloud.call('DeleteStack', { StackName: 'example', ClientRequestToken: 'example-token' })).rejects.toMatchObject({
      name: 'TokenAlreadyExistsException',
    });
  });
});
