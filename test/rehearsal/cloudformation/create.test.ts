import { exampleCloud, service, THING, template } from './example-cloud.ts';

const cloud = exampleCloud();
afterAll(() => cloud.remove());

describe('a creation', () => {
  it('creates what is referred to first and tells each step in the words of AWS', async () => {
    expect(await cloud.create(service('one', { Outputs: { Version: { Value: { 'Fn::GetAtt': ['Version', 'Arn'] } } } }))).toBe(
      'CREATE_COMPLETE',
    );
    expect(await cloud.events()).toEqual([
      'example REVIEW_IN_PROGRESS: User Initiated',
      'example CREATE_IN_PROGRESS: User Initiated',
      'Version CREATE_IN_PROGRESS -',
      expect.stringMatching(/^Version CREATE_IN_PROGRESS version-\d+: Resource creation Initiated$/),
      expect.stringMatching(/^Version CREATE_COMPLETE version-\d+$/),
      'Service CREATE_IN_PROGRESS -',
      expect.stringMatching(/^Service CREATE_IN_PROGRESS service-\d+: Resource creation Initiated$/),
      expect.stringMatching(/^Service CREATE_COMPLETE service-\d+$/),
      'example CREATE_COMPLETE',
    ]);
    const { Outputs } = (await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0];
    expect(Outputs).toEqual([
      expect.objectContaining({ OutputKey: 'Version', OutputValue: expect.stringMatching(/^arn:aws:example:::version-/) }),
    ]);
  });

  it('shows a resource by its physical id while it is still being created', async () => {
    const release = cloud.hold('create', 'Slow');
    await cloud.start(template({ Slow: { Type: THING } }), { type: 'CREATE', StackName: 'slow' });
    await cloud.until(async () => (await cloud.resources('slow'))['Slow']?.physicalId !== undefined);
    expect((await cloud.resources('slow'))['Slow']).toMatchObject({ status: 'CREATE_IN_PROGRESS', reason: 'Resource creation Initiated' });
    release();
    expect(await cloud.settled('slow')).toBe('CREATE_COMPLETE');
  });

  it('creates independent resources side by side', async () => {
    const releases = [cloud.hold('create', 'Left'), cloud.hold('create', 'Right')];
    await cloud.start(template({ Left: { Type: THING }, Right: { Type: THING } }), { type: 'CREATE', StackName: 'both' });
    await cloud.until(async () => Object.values(await cloud.resources('both')).filter(({ physicalId }) => physicalId).length === 2);
    for (const release of releases) release();
    expect(await cloud.settled('both')).toBe('CREATE_COMPLETE');
  });

  it('tells EventBridge of stack and resource in AWS shapes, with the token of the request', async () => {
    await cloud.create(template({ One: { Type: THING } }), { StackName: 'told', execute: { ClientRequestToken: 'example-token' } });
    const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'told' })).Stacks[0];
    const told = cloud.emitted.filter(({ resources }) => resources?.[0] === StackId);
    expect(told.at(-1)).toEqual({
      source: 'aws.cloudformation',
      'detail-type': 'CloudFormation Stack Status Change',
      resources: [StackId],
      detail: {
        'stack-id': StackId,
        'status-details': { status: 'CREATE_COMPLETE', 'status-reason': '' },
        'client-request-token': 'example-token',
      },
    });
    expect(told.at(-2)).toMatchObject({
      'detail-type': 'CloudFormation Resource Status Change',
      detail: {
        'logical-resource-id': 'One',
        'physical-resource-id': expect.stringMatching(/^one-/),
        'resource-type': THING,
        'status-details': { status: 'CREATE_COMPLETE' },
      },
    });
  });
});

describe('a creation that fails', () => {
  it('cancels what is under way, deletes what was made and keeps what is marked Retain', async () => {
    const failing = exampleCloud();
    failing.fail('create', 'Bad', 'it is broken');
    failing.hold('create', 'Slow');
    const status = await failing.create(
      template({
        Kept: { Type: THING, DeletionPolicy: 'Retain' },
        Fresh: { Type: THING, DeletionPolicy: 'RetainExceptOnCreate' },
        Plain: { Type: THING },
        Bad: { Type: THING, DependsOn: ['Kept', 'Fresh', 'Plain'] },
        Slow: { Type: THING },
        After: { Type: THING, DependsOn: 'Bad' },
      }),
    );
    expect(status).toBe('ROLLBACK_COMPLETE');
    const events = await failing.events();
    expect(events).toContainEqual(expect.stringMatching(/^Bad CREATE_FAILED bad-\d+: it is broken$/));
    expect(events).toContainEqual(expect.stringMatching(/^Slow CREATE_FAILED slow-\d+: Resource creation cancelled$/));
    expect(events).toContain(
      'example ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Bad, Slow]. Rollback requested by user.',
    );
    const resources = await failing.resources();
    expect(
      Object.entries(resources)
        .map(([id, { status }]) => `${id} ${status}`)
        .sort(),
    ).toEqual(['Bad DELETE_COMPLETE', 'Fresh DELETE_COMPLETE', 'Kept DELETE_SKIPPED', 'Plain DELETE_COMPLETE', 'Slow DELETE_COMPLETE']);
    // What failed exists half-made and is deleted too, before what it refers to.
    const removed = failing.actions
      .filter((action) => action.startsWith('remove'))
      .map((action) => action.replace(/remove (\w+)-\d+/, '$1'));
    expect(removed).toEqual(expect.arrayContaining(['bad', 'slow', 'fresh', 'plain']));
    expect(removed.indexOf('bad')).toBeLessThan(removed.indexOf('plain'));
    expect(removed).not.toContain('kept');
    failing.remove();
  });

  it('deletes what is marked Retain too when it was asked to', async () => {
    const failing = exampleCloud();
    failing.fail('create', 'Bad', 'it is broken');
    const body = template({ Kept: { Type: THING, DeletionPolicy: 'Retain' }, Bad: { Type: THING, DependsOn: 'Kept' } });
    await failing.create(body, { execute: { RetainExceptOnCreate: true } });
    expect((await failing.resources())['Kept']!.status).toBe('DELETE_COMPLETE');
    failing.remove();
  });

  it('ends in ROLLBACK_FAILED when something cannot be deleted', async () => {
    const failing = exampleCloud();
    failing.fail('create', 'Bad', 'it is broken');
    failing.fail('remove', 'Good', 'it is in use');
    expect(await failing.create(template({ Good: { Type: THING }, Bad: { Type: THING, DependsOn: 'Good' } }))).toBe('ROLLBACK_FAILED');
    expect((await failing.resources())['Good']).toMatchObject({ status: 'DELETE_FAILED', reason: 'it is in use' });
    failing.remove();
  });

  it('stays as it is with DisableRollback, and independent resources are finished', async () => {
    const failing = exampleCloud();
    failing.fail('create', 'Bad', 'it is broken');
    const body = template({ Bad: { Type: THING }, Good: { Type: THING }, Better: { Type: THING, DependsOn: 'Good' } });
    expect(await failing.create(body, { execute: { DisableRollback: true } })).toBe('CREATE_FAILED');
    expect(await failing.resources()).toMatchObject({ Bad: { status: 'CREATE_FAILED' }, Better: { status: 'CREATE_COMPLETE' } });
    failing.fail('create', 'Bad', undefined);
    expect(await failing.update(body, { execute: { DisableRollback: true } })).toBe('UPDATE_COMPLETE');
    expect(await failing.resources()).toMatchObject({ Bad: { status: 'CREATE_COMPLETE' } });
    failing.remove();
  });

  it('takes the stack with it when OnStackFailure is DELETE', async () => {
    const failing = exampleCloud();
    failing.fail('create', 'Bad', 'it is broken');
    const { StackId } = await failing.changeSet(template({ Bad: { Type: THING } }), {
      type: 'CREATE',
      name: 'gone',
      OnStackFailure: 'DELETE',
    });
    await failing.call('ExecuteChangeSet', { ChangeSetName: 'gone', StackName: 'example' });
    expect(await failing.settled(StackId)).toBe('DELETE_COMPLETE');
    failing.remove();
  });
});
