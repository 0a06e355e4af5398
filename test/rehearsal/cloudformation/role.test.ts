import { deployer, deployRole, exampleCloud, operator, service, THING, template } from './example-cloud.ts';

describe('the role of a stack', () => {
  it('is who may make resources, now and at every later operation', async () => {
    const cloud = exampleCloud();
    await cloud.create(service('one'), { RoleARN: deployRole });
    await cloud.update(service('two'));
    const example = cloud.asked.filter(({ permission }) => permission.action.startsWith('example:'));
    expect(new Set(example.map(({ who }) => who))).toEqual(new Set([deployRole]));
    expect(example.map(({ permission }) => permission.action)).toEqual(
      ['create', 'create', 'create', 'update', 'delete'].map((verb) => `example:${verb}`),
    );
    expect((await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0].RoleARN).toBe(deployRole);
    cloud.remove();
  });

  it('fails the resource for a right that it lacks, with what was denied', async () => {
    const cloud = exampleCloud();
    await cloud.create(service('one'), { RoleARN: deployRole });
    cloud.denied.add(`${deployRole} example:update`);
    expect(await cloud.update(service('two'))).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await cloud.resources())['Service']!.reason).toMatch(
      /^Resource handler returned message: "User: .*example-deploy is not authorized to perform: example:update" \(RequestToken: [0-9a-f-]+, HandlerErrorCode: AccessDenied\)$/,
    );
    expect(cloud.actions.some((action) => action.startsWith('update'))).toBe(false);
    cloud.remove();
  });

  it('without one, is the caller', async () => {
    const cloud = exampleCloud();
    cloud.denied.add(`${deployer.arn} example:create`);
    const { ChangeSetId } = await cloud.changeSet(template({ One: { Type: THING } }), { type: 'CREATE' });
    await cloud.call('ExecuteChangeSet', { ChangeSetName: ChangeSetId }, deployer);
    expect(await cloud.settled()).toBe('ROLLBACK_COMPLETE');
    cloud.remove();
  });

  it('is refused when CloudFormation cannot assume it', async () => {
    const cloud = exampleCloud();
    await expect(cloud.changeSet(service('one'), { type: 'CREATE', RoleARN: `${deployRole}-unknown` })).rejects.toThrow(
      `Role ${deployRole}-unknown is invalid or cannot be assumed`,
    );
    cloud.remove();
  });
});

describe('the permissions of a call', () => {
  const cloud = exampleCloud();
  afterAll(() => cloud.remove());
  const asks = (operation: string, input: object) => cloud.cloudFormation.service.permissions[operation]!(input);

  it('are declared for every operation', () => {
    const { handlers, permissions } = cloud.cloudFormation.service;
    expect(Object.keys(permissions).sort()).toEqual(Object.keys(handlers).sort());
  });

  it('name the stack, by name, by id and by its change set', async () => {
    const { ChangeSetId, StackId } = await cloud.changeSet(service('one'), { type: 'CREATE' });
    for (const input of [{ StackName: 'example' }, { StackName: StackId }, { ChangeSetName: ChangeSetId }]) {
      expect(asks('ExecuteChangeSet', input)).toEqual([
        expect.objectContaining({ action: 'cloudformation:ExecuteChangeSet', resource: StackId }),
      ]);
    }
  });

  it('name a stack that does not exist yet by what it would be', () => {
    const [{ resource } = { resource: '' }] = asks('CreateChangeSet', { StackName: 'new', ChangeSetName: 'first' });
    expect(resource).toMatch(/^arn:aws:cloudformation:us-east-1:111122223333:stack\/new\/[0-9a-f-]{36}$/);
  });

  it('ask for everything where no stack is named', () => {
    expect(asks('DescribeStacks', {})).toEqual([expect.objectContaining({ action: 'cloudformation:DescribeStacks', resource: '*' })]);
  });

  it('include handing over the role', () => {
    expect(asks('CreateChangeSet', { StackName: 'new', ChangeSetName: 'first', RoleARN: deployRole })).toContainEqual({
      action: 'iam:PassRole',
      resource: deployRole,
      context: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
    });
  });
});

it('lets the operator deploy and wait, once more without changes, and tells every reason of a failure', async () => {
  const cloud = exampleCloud();
  const outputs = { Outputs: { Id: { Value: { Ref: 'Version' } } } };
  const first = await cloud.cloudFormation.deploy({ stackName: 'example', template: service('one', outputs), tags: { owner: 'example' } });
  expect(
    await cloud.cloudFormation.deploy({ stackName: 'example', template: service('one', outputs), tags: { owner: 'example' } }),
  ).toEqual(first);
  expect(cloud.asked.every(({ who }) => who === operator.arn)).toBe(true);
  cloud.fail('create', 'Version', 'no such image');
  await expect(cloud.cloudFormation.deploy({ stackName: 'example', template: service('two') })).rejects.toThrow(
    /UPDATE_ROLLBACK_COMPLETE[\s\S]*Version \(AWS::Example::Version\) UPDATE_FAILED: no such image/,
  );
  cloud.remove();
});

it('lets the operator deploy a stack that others already know by its id, and refuses it a second one', async () => {
  const cloud = exampleCloud();
  const stackId = `arn:aws:cloudformation:us-east-1:111122223333:stack/known/11111111-1111-1111-1111-111111111111`;
  await cloud.cloudFormation.deploy({ stackName: 'known', stackId, template: service('one') });
  expect((await cloud.call('DescribeStacks', { StackName: stackId })).Stacks[0]).toMatchObject({ StackId: stackId, StackName: 'known' });
  const other = stackId.replaceAll('1-', '2-');
  await expect(cloud.cloudFormation.deploy({ stackName: 'known', stackId: other, template: service('one') })).rejects.toThrow(
    `Stack known exists as ${stackId}, not as ${other}`,
  );
  await expect(cloud.cloudFormation.deploy({ stackName: 'another', stackId, template: service('one') })).rejects.toThrow(
    `A stack another cannot have the id ${stackId}`,
  );
  cloud.remove();
});
