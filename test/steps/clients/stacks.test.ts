import { CloudFormationServiceException, TokenAlreadyExistsException } from '@aws-sdk/client-cloudformation';
import type { Hooks, Permission, Principal } from '../../../rehearsal/aws/kernel.ts';
import { AccessDenied } from '../../../rehearsal/aws/wire/errors.ts';
import { createWire } from '../../../rehearsal/aws/wire/server.ts';
import { stacks } from '../../../steps/clients/stacks.ts';
import { deployRole, exampleCloud, operator, service, THING, template } from '../../rehearsal/cloudformation/example-cloud.ts';
import { leadTo } from './endpoint.ts';

const hooks: { call?: Hooks['call'] } = {};
const cloud = exampleCloud(hooks);
const denied = new Set<string>();
const authorize = async (principal: Principal, permission: Permission) => {
  if (denied.has(permission.action)) throw new AccessDenied(principal, permission, `not authorized to perform: ${permission.action}`);
};
const wire = createWire(cloud.world, { principal: () => operator, authorize }, [cloud.cloudFormation.service]);
const gone = 'arn:aws:cloudformation:us-east-1:111122223333:stack/example/00000000-0000-4000-8000-00000000dead';

beforeAll(async () => {
  leadTo({ endpoint: await wire.listen(), accessKeyId: 'example', secretAccessKey: 'example' });
  cloud.templates.set('https://example.com/one', service('one', { Outputs: { Id: { Value: { Ref: 'Version' } } } }));
  cloud.templates.set('https://example.com/two', service('two'));
});
afterAll(async () => {
  await wire.close();
  cloud.remove();
});
beforeEach(() => {
  denied.clear();
  hooks.call = undefined;
});

const input = (changes: object = {}) => ({
  stackName: 'example',
  name: 'release-one',
  kind: 'CREATE' as const,
  templateUrl: 'https://example.com/one',
  parameters: {},
  tags: { 'release:tag': 'v1.4.0' },
  roleArn: deployRole,
  ...changes,
});
async function computed(arn: string) {
  await cloud.until(async () => /COMPLETE|FAILED/.test((await stacks.changeSet(arn))?.status ?? ''));
  return stacks.changeSet(arn);
}
/** A stack of its own, made by a change set as a release makes it. */
async function deployed(stackName: string, name = 'release-one', changes: object = {}) {
  const { arn, stackId } = await stacks.createChangeSet(input({ stackName, name, ...changes }));
  await computed(arn);
  await stacks.execute(arn, `${name}-deploy`);
  await cloud.settled(stackName);
  return { arn, stackId };
}

describe('what is not there', () => {
  it('is null: a stack, by name and by id', async () => {
    expect(await stacks.describe('nobody')).toBeNull();
    expect(await stacks.describe(gone)).toBeNull();
  });

  it('is null: a change set', async () => {
    const { arn } = await deployed('without');
    expect(await stacks.changeSet(arn.replace('release-one', 'release-none'))).toBeNull();
    expect(await stacks.changeSet(gone.replace(':stack/', ':changeSet/'))).toBeNull();
  });

  it('is null: a resource of another type, or one that was never made', async () => {
    const { stackId } = await deployed('kinds');
    expect(await stacks.resource(stackId, 'AWS::ECS::Service')).toBeNull();
    expect(await stacks.resource(stackId, THING)).toMatchObject({ logicalId: 'Service', status: 'CREATE_COMPLETE' });
  });

  it('is not what may not be seen', async () => {
    denied.add('cloudformation:DescribeStacks').add('cloudformation:DescribeChangeSet').add('cloudformation:ListStackResources');
    await expect(stacks.describe('nobody')).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
    await expect(stacks.changeSet(gone.replace(':stack/', ':changeSet/'))).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
    });
    await expect(stacks.resource('nobody', THING)).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
  });

  it('is no stack whose resources could be listed', async () => {
    await expect(stacks.resource('nobody', THING)).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(stacks.template('nobody')).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('a stack', () => {
  it('is described with its outputs, and found by id after it is deleted', async () => {
    const { stackId } = await deployed('described');
    expect(await stacks.describe('described')).toMatchObject({
      stackId,
      name: 'described',
      status: 'CREATE_COMPLETE',
      outputs: { Id: expect.stringMatching(/^version-/) },
      parameters: {},
      lastUpdated: expect.stringMatching(/Z$/),
    });
    await stacks.deleteStack(stackId, 'release-one-heal');
    await cloud.until(async () => (await stacks.describe('described')) === null);
    expect(await stacks.describe(stackId)).toMatchObject({ status: 'DELETE_COMPLETE' });
  });

  it('gives back the template as it was written', async () => {
    const { stackId } = await deployed('written');
    expect(JSON.parse(await stacks.template(stackId))).toEqual(JSON.parse(cloud.templates.get('https://example.com/one')!));
  });

  it('tells its events newest first, with the token of the operation, up to a limit', async () => {
    const { stackId } = await deployed('telling');
    const events = await stacks.events(stackId, 100);
    expect(events[0]).toMatchObject({ physicalId: stackId, status: 'CREATE_COMPLETE', token: 'release-one-deploy' });
    expect(events.at(-1)).toMatchObject({ status: 'REVIEW_IN_PROGRESS' });
    expect(await stacks.events(stackId, 2)).toEqual(events.slice(0, 2));
  });

  it('tells events from more than one page', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`Thing${n}`, { Type: THING }]));
    cloud.templates.set('https://example.com/many', template(many));
    const { stackId } = await deployed('paged', 'release-many', { templateUrl: 'https://example.com/many' });
    const events = await stacks.events(stackId, 1000);
    expect(events.length).toBeGreaterThan(120);
    expect(new Set(events.map(({ logicalId }) => logicalId)).size).toBe(61);
  });
});

describe('a change set', () => {
  it('is the same one when it is made twice', async () => {
    const first = await stacks.createChangeSet(input({ stackName: 'twice' }));
    expect(await stacks.createChangeSet(input({ stackName: 'twice' }))).toEqual(first);
    await computed(first.arn);
    expect(await stacks.createChangeSet(input({ stackName: 'twice' }))).toEqual(first);
  });

  it('is the one of that name, however it came to be', async () => {
    await deployed('named');
    const templateUrl = 'https://example.com/two';
    const { ChangeSetId } = await cloud.changeSet(cloud.templates.get(templateUrl)!, { StackName: 'named', name: 'release-two' });
    const { arn } = await stacks.createChangeSet(input({ stackName: 'named', name: 'release-two', kind: 'UPDATE', templateUrl }));
    expect(arn).toBe(ChangeSetId);
  });

  it('tells what it would change', async () => {
    await deployed('changing');
    const { arn } = await stacks.createChangeSet(
      input({ stackName: 'changing', name: 'release-two', kind: 'UPDATE', templateUrl: 'https://example.com/two' }),
    );
    expect(await computed(arn)).toMatchObject({
      arn,
      status: 'CREATE_COMPLETE',
      executionStatus: 'AVAILABLE',
      changes: expect.arrayContaining([expect.objectContaining({ logicalId: 'Version', action: 'Modify', replacement: 'True' })]),
    });
  });

  it('tells changes from more than one page', async () => {
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, n) => [`Thing${n}`, { Type: THING }]));
    cloud.templates.set('https://example.com/more', template(many));
    const { arn } = await stacks.createChangeSet(input({ stackName: 'more', templateUrl: 'https://example.com/more' }));
    expect(new Set((await computed(arn))?.changes.map(({ logicalId }) => logicalId)).size).toBe(120);
  });

  it('has no replacement where something is added', async () => {
    const { arn } = await stacks.createChangeSet(input({ stackName: 'adding' }));
    expect((await computed(arn))?.changes).toEqual([
      expect.objectContaining({ action: 'Add', replacement: null }),
      expect.objectContaining({ action: 'Add', replacement: null }),
    ]);
  });

  it('is gone once it was deleted', async () => {
    await deployed('deleting');
    const { arn } = await stacks.createChangeSet(
      input({ stackName: 'deleting', name: 'release-two', kind: 'UPDATE', templateUrl: 'https://example.com/two' }),
    );
    await computed(arn);
    await stacks.deleteChangeSet(arn);
    await cloud.until(async () => (await stacks.changeSet(arn)) === null);
  });

  it('is refused with the error that CloudFormation gives', async () => {
    await expect(stacks.createChangeSet(input({ stackName: 'nobody', kind: 'UPDATE' }))).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('turning a stack back', () => {
  it('is refused in a state that knows no way back, which is no error', async () => {
    const { stackId } = await deployed('settled');
    expect(await stacks.cancelUpdate(stackId, 'example-cancel')).toBe('refused');
    expect(await stacks.continueRollback(stackId, 'example-continue', [])).toBe('refused');
    expect(await stacks.rollBack(stackId, 'example-roll-back')).toBe('refused');
  });

  it('is no refusal when there is no stack', async () => {
    await expect(stacks.cancelUpdate(gone, 'example-cancel')).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(stacks.rollBack('nobody', 'example-roll-back')).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(stacks.continueRollback('nobody', 'example-continue', [])).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('is accepted when an earlier try of the same call came through', async () => {
    hooks.call = () => {
      throw new TokenAlreadyExistsException({ $metadata: {}, message: 'A client request token already exists' });
    };
    expect(await stacks.rollBack('example', 'example-roll-back')).toBe('accepted');
  });

  it('is no refusal when AWS has other trouble', async () => {
    hooks.call = () => {
      throw new CloudFormationServiceException({
        $metadata: {},
        name: 'LimitExceeded',
        $fault: 'client',
        message: 'the state of the limit',
      });
    };
    await expect(stacks.rollBack('example', 'example-roll-back')).rejects.toMatchObject({ name: 'LimitExceeded' });
  });

  it('names the resources that are to be skipped', async () => {
    let asked: unknown;
    hooks.call = ({ operation }, given) => {
      if (operation !== 'ContinueUpdateRollback') return;
      asked = given;
      throw new TokenAlreadyExistsException({ $metadata: {}, message: 'A client request token already exists' });
    };
    await stacks.continueRollback('example', 'example-continue', ['Service']);
    expect(asked).toEqual({ StackName: 'example', ClientRequestToken: 'example-continue', ResourcesToSkip: ['Service'] });
  });

  it('is accepted while an update runs, and again with the same token', async () => {
    const { stackId } = await deployed('updating');
    const release = cloud.hold('update', 'Service');
    const { arn } = await stacks.createChangeSet(
      input({ stackName: 'updating', name: 'release-two', kind: 'UPDATE', templateUrl: 'https://example.com/two' }),
    );
    await computed(arn);
    await stacks.execute(arn, 'release-two-deploy');
    expect(await stacks.cancelUpdate(stackId, 'release-two-cancel')).toBe('accepted');
    expect(await stacks.cancelUpdate(stackId, 'release-two-cancel')).toBe('accepted');
    release();
    expect(await cloud.settled('updating')).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('what a stack really is', () => {
  const checked = async (stackId: string) => {
    const id = (await stacks.detectDrift(stackId)) ?? '';
    await cloud.until(async () => (await stacks.drift(stackId, id)) !== null);
    return stacks.drift(stackId, id);
  };

  it('is not told while the check runs, and no second check begins', async () => {
    const { stackId } = await deployed('slow');
    let answer = () => {};
    Object.assign(cloud.provisioners[THING]!, { read: () => new Promise((resolve) => (answer = () => resolve({}))) });
    const id = (await stacks.detectDrift(stackId)) ?? '';
    expect(await stacks.drift(stackId, id)).toBeNull();
    expect(await stacks.detectDrift(stackId)).toBeNull();
    Object.assign(cloud.provisioners[THING]!, { read: undefined });
    await cloud.until(async () => {
      answer();
      return (await stacks.drift(stackId, id)) !== null;
    });
  });

  it('is in order where nothing was left out', async () => {
    const { stackId } = await deployed('in-order');
    expect(await checked(stackId)).toEqual({ status: 'IN_SYNC', reason: '', differs: [] });
  });

  it('is told by the names of properties, never by their values', async () => {
    const { stackId } = await deployed('left-out');
    cloud.fail('update', 'Service', 'broken');
    await deployed('left-out', 'release-two', { kind: 'UPDATE', templateUrl: 'https://example.com/two' });
    expect(await stacks.continueRollback(stackId, 'example-skip', ['Service'])).toBe('accepted');
    expect(await cloud.settled('left-out')).toBe('UPDATE_ROLLBACK_COMPLETE');
    cloud.fail('update', 'Service', undefined);
    expect(await checked(stackId)).toEqual({ status: 'DRIFTED', reason: '', differs: ['Service MODIFIED /Version'] });
  });

  it('is not known when the check failed', async () => {
    const { stackId } = await deployed('unreadable');
    Object.assign(cloud.provisioners[THING]!, { read: () => Promise.reject(new Error('the handler failed')) });
    expect(await checked(stackId)).toEqual({ status: 'UNKNOWN', reason: 'the handler failed', differs: [] });
    Object.assign(cloud.provisioners[THING]!, { read: undefined });
  });

  it('is an error, not an answer, when it may not be asked for', async () => {
    const { stackId } = await deployed('forbidden');
    denied.add('cloudformation:DetectStackDrift');
    await expect(stacks.detectDrift(stackId)).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });
  });
});
