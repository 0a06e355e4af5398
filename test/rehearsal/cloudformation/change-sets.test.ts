import type { Change } from '@aws-sdk/client-cloudformation';
import { type ExampleCloud, exampleCloud, service, THING, template } from './example-cloud.ts';

let cloud: ExampleCloud;
beforeEach(() => {
  cloud = exampleCloud();
});
afterEach(() => cloud.remove());

const told = (changes: Change[]) =>
  Object.fromEntries(
    changes.map(({ ResourceChange: { Action, LogicalResourceId, Replacement, PolicyAction, Details } = {} }) => [
      LogicalResourceId,
      [
        [Action, Replacement, PolicyAction].filter(Boolean).join(' '),
        ...(Details ?? []).map(({ Target, Evaluation, ChangeSource, CausingEntity }) =>
          [Target?.Name ?? Target?.Attribute, Target?.RequiresRecreation, Evaluation, ChangeSource, CausingEntity]
            .filter(Boolean)
            .join(' '),
        ),
      ],
    ]),
  );

describe('the changes of a change set', () => {
  it('are additions for a stack that does not exist, which then waits in review', async () => {
    const { Changes, ExecutionStatus } = await cloud.changeSet(service('one'), { type: 'CREATE' });
    expect(told(Changes)).toEqual({ Version: ['Add'], Service: ['Add'] });
    expect(ExecutionStatus).toBe('AVAILABLE');
    expect(await cloud.status()).toBe('REVIEW_IN_PROGRESS');
    expect(cloud.actions).toEqual([]);
  });

  it('say what is replaced, and what changes because of that', async () => {
    await cloud.create(service('one'));
    const { Changes } = await cloud.changeSet(service('two'));
    expect(told(Changes)).toEqual({
      Version: ['Modify True ReplaceAndDelete', 'Image Always Static DirectModification'],
      Service: ['Modify False', 'Version Never Dynamic ResourceReference Version'],
    });
    expect(Changes[0].ResourceChange.Details[0].Target).toMatchObject({ BeforeValue: 'one', AfterValue: 'two', Path: '/Properties/Image' });
    expect(Changes[1].ResourceChange.Details[0].Target.AfterValue).toBe('{{changeSet:KNOWN_AFTER_APPLY}}');
  });

  it('are conditional where only an attribute may change', async () => {
    const body = (size: number) =>
      template({
        Role: { Type: THING, Properties: { Size: size } },
        Version: { Type: 'AWS::Example::Version', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
        Reader: { Type: THING, Properties: { Role: { Ref: 'Role' } } },
      });
    await cloud.create(body(1));
    expect(told((await cloud.changeSet(body(2))).Changes)).toEqual({
      Role: ['Modify False', 'Size Never Static DirectModification'],
      Version: ['Modify Conditional', 'Role Always Dynamic ResourceAttribute Role.Arn'],
    });
    // What may be replaced is not, when the value turns out to be the same.
    await cloud.update(body(2));
    expect(cloud.actions.filter((action) => action.startsWith('create version'))).toHaveLength(1);
  });

  it('name the parameter that causes them', async () => {
    const body = template(
      { One: { Type: THING, Properties: { Digest: { Ref: 'Digest' } } } },
      { Parameters: { Digest: { Type: 'String', AllowedPattern: 'sha256:[0-9a-f]{4}' } } },
    );
    const digest = (value: string) => ({ Parameters: [{ ParameterKey: 'Digest', ParameterValue: value }] });
    await cloud.create(body, digest('sha256:aaaa'));
    const { Changes, Parameters } = await cloud.changeSet(body, digest('sha256:bbbb'));
    expect(told(Changes)).toEqual({ One: ['Modify False', 'Digest Never Static ParameterReference Digest'] });
    expect(Parameters).toEqual([{ ParameterKey: 'Digest', ParameterValue: 'sha256:bbbb' }]);
    const previous = await cloud.changeSet('', {
      TemplateBody: undefined,
      UsePreviousTemplate: true,
      Parameters: [{ ParameterKey: 'Digest', UsePreviousValue: true }],
    });
    expect(previous.Status).toBe('FAILED');
  });

  it('are removals with what becomes of the resource', async () => {
    const kept = { Type: THING, DeletionPolicy: 'Retain' };
    await cloud.create(template({ One: { Type: THING }, Two: { Type: THING }, Kept: kept }));
    expect(told((await cloud.changeSet(template({ One: { Type: THING } }))).Changes)).toEqual({
      Two: ['Remove Delete'],
      Kept: ['Remove Retain'],
    });
  });

  it('count a label in the metadata, an output and a tag', async () => {
    const body = template({ One: { Type: THING } });
    await cloud.create(body);
    const labelled = await cloud.changeSet(template({ One: { Type: THING, Metadata: { Release: 'v1.0.0' } } }));
    expect(told(labelled.Changes)).toEqual({ One: ['Modify False', 'Metadata Never Static DirectModification'] });
    const output = await cloud.changeSet(template({ One: { Type: THING } }, { Outputs: { One: { Value: { Ref: 'One' } } } }));
    expect(output).toMatchObject({ Status: 'CREATE_COMPLETE', Changes: [] });
    expect((await cloud.changeSet(body, { Tags: [{ Key: 'release', Value: 'v1.0.0' }] })).Status).toBe('CREATE_COMPLETE');
  });

  it('come without values unless they are asked for', async () => {
    await cloud.create(service('one'));
    const { ChangeSetId } = await cloud.changeSet(service('two'));
    const { Changes } = await cloud.call('DescribeChangeSet', { ChangeSetName: ChangeSetId });
    expect(Changes[0].ResourceChange.Details[0].Target).toEqual({ Attribute: 'Properties', Name: 'Image', RequiresRecreation: 'Always' });
    expect(Changes[0].ResourceChange).not.toHaveProperty('AfterContext');
  });

  it('are told page by page', async () => {
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`Thing${index}`, { Type: THING }]));
    const { ChangeSetId, Changes, NextToken } = await cloud.changeSet(template(many), { type: 'CREATE' });
    expect(Changes).toHaveLength(100);
    const rest = await cloud.call('DescribeChangeSet', { ChangeSetName: ChangeSetId, NextToken });
    expect(rest.Changes).toHaveLength(30);
    expect(rest.NextToken).toBeUndefined();
  });
});

describe('a change set', () => {
  it('is worked out in the background', async () => {
    await cloud.call('CreateChangeSet', {
      StackName: 'example',
      ChangeSetName: 'first',
      ChangeSetType: 'CREATE',
      TemplateBody: service('one'),
    });
    const { Status, ExecutionStatus } = await cloud.call('DescribeChangeSet', { StackName: 'example', ChangeSetName: 'first' });
    expect([Status, ExecutionStatus]).toEqual(['CREATE_PENDING', 'UNAVAILABLE']);
  });

  it('fails without changes, in the words of AWS, and cannot be executed', async () => {
    await cloud.create(service('one'));
    const { ChangeSetId, Status, StatusReason, ExecutionStatus } = await cloud.changeSet(service('one'));
    expect([Status, ExecutionStatus]).toEqual(['FAILED', 'UNAVAILABLE']);
    expect(StatusReason).toBe("The submitted information didn't contain changes. Submit different information to create a change set.");
    await expect(cloud.call('ExecuteChangeSet', { ChangeSetName: ChangeSetId })).rejects.toMatchObject({
      name: 'InvalidChangeSetStatusException',
      message: `ChangeSet [${ChangeSetId}] cannot be executed in its current status of [FAILED]`,
    });
  });

  it('is obsolete once another one was executed', async () => {
    await cloud.create(service('one'));
    const { ChangeSetId } = await cloud.changeSet(service('two'));
    await cloud.update(service('three'));
    await expect(cloud.call('ExecuteChangeSet', { ChangeSetName: ChangeSetId })).rejects.toThrow(
      `ChangeSet [${ChangeSetId}] cannot be executed in its current execution status of [OBSOLETE]`,
    );
  });

  it('tells how its execution went', async () => {
    await cloud.create(service('one'));
    const done = await cloud.start(service('two'));
    await cloud.settled();
    const executionStatus = async (id: string) => (await cloud.call('DescribeChangeSet', { ChangeSetName: id })).ExecutionStatus;
    expect(await executionStatus(done)).toBe('EXECUTE_COMPLETE');
    cloud.fail('create', 'Version', 'broken');
    const failed = await cloud.start(service('three'));
    expect(await executionStatus(failed)).toBe('EXECUTE_IN_PROGRESS');
    await cloud.settled();
    expect(await executionStatus(failed)).toBe('EXECUTE_FAILED');
  });

  it('is refused under a name that is taken, unless the same request is repeated', async () => {
    await cloud.create(service('one'));
    const input = { StackName: 'example', ChangeSetName: 'same', TemplateBody: service('two'), ClientToken: 'example-token' };
    const first = await cloud.call('CreateChangeSet', input);
    expect(await cloud.call('CreateChangeSet', input)).toEqual(first);
    await expect(cloud.call('CreateChangeSet', { ...input, ClientToken: 'other' })).rejects.toMatchObject({
      name: 'AlreadyExistsException',
    });
    await cloud.call('DeleteChangeSet', { StackName: 'example', ChangeSetName: 'same' });
    await expect(cloud.call('DescribeChangeSet', { StackName: 'example', ChangeSetName: 'same' })).rejects.toMatchObject({
      name: 'ChangeSetNotFoundException',
      message: 'ChangeSet [same] does not exist',
    });
  });

  it('of type CREATE is refused for a stack that exists, of type UPDATE for one that does not', async () => {
    await expect(cloud.changeSet(service('one'))).rejects.toThrow('Stack [example] does not exist');
    await cloud.create(service('one'));
    await expect(cloud.changeSet(service('one'), { type: 'CREATE', name: 'again' })).rejects.toThrow(
      'Stack [example] already exists and cannot be created again with the changeSet [again].',
    );
  });

  it('refuses DisableRollback where OnStackFailure has spoken', async () => {
    const { ChangeSetId } = await cloud.changeSet(service('one'), { type: 'CREATE', OnStackFailure: 'DO_NOTHING' });
    await expect(cloud.call('ExecuteChangeSet', { ChangeSetName: ChangeSetId, DisableRollback: true })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    cloud.fail('create', 'Version', 'broken');
    await cloud.call('ExecuteChangeSet', { ChangeSetName: ChangeSetId });
    expect(await cloud.settled()).toBe('CREATE_FAILED');
    await expect(cloud.update(service('two'), { execute: { DisableRollback: true } })).rejects.toThrow('[on-failure: DO_NOTHING]');
  });

  it('refuses by name what would be ignored', async () => {
    const refused = (option: object) => cloud.changeSet(service('one'), { type: 'CREATE', ...option });
    await expect(refused({ NotificationARNs: ['arn:aws:sns:us-east-1:111122223333:example'] })).rejects.toThrow(
      'NotificationARNs of CreateChangeSet is not supported by the rehearsal',
    );
    await expect(refused({ RollbackConfiguration: { MonitoringTimeInMinutes: 5 } })).rejects.toThrow(
      'RollbackConfiguration of CreateChangeSet',
    );
    await expect(refused({ type: 'IMPORT' })).rejects.toThrow('ChangeSetType IMPORT');
  });

  it('reads its template from S3 in the name of the caller', async () => {
    const url = 'https://example-bucket.s3.us-east-1.amazonaws.com/artefacts/service.json';
    cloud.templates.set(url, service('one'));
    const options = { type: 'CREATE', TemplateBody: undefined, TemplateURL: url } as const;
    await cloud.changeSet('', options);
    expect(cloud.asked).toContainEqual({
      who: 'arn:aws:iam::111122223333:user/operator',
      permission: { action: 's3:GetObject', resource: 'arn:aws:s3:::example-bucket/artefacts/service.json' },
    });
    await expect(cloud.changeSet('', { ...options, TemplateURL: `${url}x` })).rejects.toThrow(
      'S3 error: The specified key does not exist.',
    );
  });
});
