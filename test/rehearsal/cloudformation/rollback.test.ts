import { type ExampleCloud, exampleCloud, service, THING, template, VERSION } from './example-cloud.ts';

let cloud: ExampleCloud;
beforeEach(async () => {
  cloud = exampleCloud();
  await cloud.create(service('one'));
});
afterEach(() => cloud.remove());

describe('an update', () => {
  it('replaces first and deletes the old one when all has succeeded', async () => {
    const old = (await cloud.resources())['Version']!.physicalId;
    const events = (await cloud.events()).length;
    expect(await cloud.update(service('two'))).toBe('UPDATE_COMPLETE');
    const { physicalId } = (await cloud.resources())['Version']!;
    expect(physicalId).not.toBe(old);
    expect(await cloud.events('example', events)).toEqual([
      'example UPDATE_IN_PROGRESS: User Initiated',
      `Version UPDATE_IN_PROGRESS ${old}: Requested update requires the creation of a new physical resource; hence creating one.`,
      `Version UPDATE_IN_PROGRESS ${physicalId}: Resource creation Initiated`,
      `Version UPDATE_COMPLETE ${physicalId}`,
      expect.stringMatching(/^Service UPDATE_IN_PROGRESS service-\d+$/),
      expect.stringMatching(/^Service UPDATE_COMPLETE service-\d+$/),
      'example UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      `Version DELETE_IN_PROGRESS ${old}`,
      `Version DELETE_COMPLETE ${old}`,
      'example UPDATE_COMPLETE',
    ]);
  });

  it('keeps a replaced resource whose UpdateReplacePolicy is Retain', async () => {
    const kept = (image: string) => template({ Version: { Type: VERSION, UpdateReplacePolicy: 'Retain', Properties: { Image: image } } });
    await cloud.create(kept('one'), { StackName: 'kept' });
    await cloud.update(kept('two'), { StackName: 'kept' });
    expect(await cloud.events('kept')).toContainEqual(expect.stringMatching(/^Version DELETE_SKIPPED version-\d+$/));
    expect(cloud.actions.filter((action) => action.startsWith('remove'))).toEqual([]);
  });

  it('deletes at its end what the template holds no longer', async () => {
    await cloud.update(template({ Version: { Type: VERSION, Properties: { Image: 'one' } } }));
    expect(Object.keys(await cloud.resources())).toEqual(['Version']);
    expect((await cloud.events()).slice(-4)).toEqual([
      'example UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      expect.stringMatching(/^Service DELETE_IN_PROGRESS/),
      expect.stringMatching(/^Service DELETE_COMPLETE/),
      'example UPDATE_COMPLETE',
    ]);
  });

  it('succeeds although its cleanup fails, and says so', async () => {
    cloud.fail('remove', 'Version', 'it is in use');
    expect(await cloud.update(service('two'))).toBe('UPDATE_COMPLETE');
    const { StackStatusReason } = (await cloud.call('DescribeStacks', { StackName: 'example' })).Stacks[0];
    expect(StackStatusReason).toBe('Update successful. One or more resources could not be deleted.');
  });
});

describe('an update that fails', () => {
  it('returns to the old physical resources, changes back in place and deletes the new ones in the cleanup', async () => {
    const before = await cloud.resources();
    const [version, serviceId] = [before['Version']!.physicalId, before['Service']!.physicalId];
    const seen = (await cloud.events()).length;
    let attempts = 0;
    cloud.world.hooks.resource = (at, verb) =>
      at.logicalId === 'Service' && verb === 'update' && attempts++ === 0 ? 'tasks failed to start' : undefined;
    expect(await cloud.update(service('two'))).toBe('UPDATE_ROLLBACK_COMPLETE');
    const fresh = /create (version-\d+)$/.exec(cloud.actions.filter((action) => action.startsWith('create version')).at(-1)!)![1];
    expect(await cloud.events('example', seen)).toEqual([
      'example UPDATE_IN_PROGRESS: User Initiated',
      `Version UPDATE_IN_PROGRESS ${version}: Requested update requires the creation of a new physical resource; hence creating one.`,
      `Version UPDATE_IN_PROGRESS ${fresh}: Resource creation Initiated`,
      `Version UPDATE_COMPLETE ${fresh}`,
      `Service UPDATE_IN_PROGRESS ${serviceId}`,
      `Service UPDATE_FAILED ${serviceId}: tasks failed to start`,
      'example UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [Service]. ',
      `Version UPDATE_IN_PROGRESS ${fresh}`,
      `Version UPDATE_COMPLETE ${version}`,
      `Service UPDATE_IN_PROGRESS ${serviceId}`,
      `Service UPDATE_COMPLETE ${serviceId}`,
      'example UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      `Version DELETE_IN_PROGRESS ${fresh}`,
      `Version DELETE_COMPLETE ${fresh}`,
      'example UPDATE_ROLLBACK_COMPLETE',
    ]);
    // The way back is a change of its own: for a service a second, cold start of the old version.
    expect(cloud.actions.at(-2)).toBe(`update ${serviceId} from {"Version":"${fresh}"} to {"Version":"${version}"}`);
    expect(cloud.actions.at(-1)).toBe(`remove ${fresh}`);
    const { TemplateBody } = await cloud.call('GetTemplate', { StackName: 'example' });
    expect(TemplateBody).toBe(service('one'));
  });

  it('deletes what it has created, also what is marked RetainExceptOnCreate', async () => {
    cloud.fail('create', 'Bad', 'it is broken');
    const body = JSON.parse(service('one'));
    body.Resources.Fresh = { Type: THING, DeletionPolicy: 'RetainExceptOnCreate' };
    body.Resources.Bad = { Type: THING, DependsOn: 'Fresh' };
    expect(await cloud.update(JSON.stringify(body))).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(Object.keys(await cloud.resources()).sort()).toEqual(['Service', 'Version']);
    expect(cloud.actions.filter((action) => action.startsWith('remove')).map((action) => action.split('-')[0])).toEqual([
      'remove bad',
      'remove fresh',
    ]);
  });

  it('can be followed by another update', async () => {
    cloud.fail('update', 'Service', 'tasks failed to start');
    await cloud.update(service('two'));
    cloud.fail('update', 'Service', undefined);
    await cloud.call('ContinueUpdateRollback', { StackName: 'example' });
    expect(await cloud.settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await cloud.update(service('two'))).toBe('UPDATE_COMPLETE');
  });
});

describe('a rollback that fails', () => {
  beforeEach(async () => {
    cloud.fail('update', 'Service', 'the secret lacks a key');
    expect(await cloud.update(service('two'))).toBe('UPDATE_ROLLBACK_FAILED');
  });

  it('tells which resource it was and why', async () => {
    expect((await cloud.resources())['Service']).toMatchObject({ status: 'UPDATE_FAILED', reason: 'the secret lacks a key' });
    expect((await cloud.events()).at(-1)).toBe('example UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [Service]. ');
  });

  it('continues without skips once the cause is gone, with the same way back', async () => {
    await cloud.call('ContinueUpdateRollback', { StackName: 'example' });
    expect(await cloud.settled()).toBe('UPDATE_ROLLBACK_FAILED');
    cloud.fail('update', 'Service', undefined);
    await cloud.call('ContinueUpdateRollback', { StackName: 'example' });
    expect(await cloud.settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(cloud.actions.at(-2)).toMatch(/^update service-\d+ from {"Version":"version-\d+"} to {"Version":"version-\d+"}$/);
  });

  it('leaves a skipped resource as it is: then the template says what is not true', async () => {
    const { physicalId } = (await cloud.resources())['Service']!;
    await cloud.call('ContinueUpdateRollback', { StackName: 'example', ResourcesToSkip: ['Service'] });
    expect(await cloud.settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await cloud.resources())['Service']).toMatchObject({ status: 'UPDATE_COMPLETE', physicalId });
    // The first attempt, and the one way back that failed: no third.
    expect(cloud.actions.filter((action) => action.startsWith(`update ${physicalId}`))).toHaveLength(2);
  });

  it('refuses to skip what did not fail because of a rollback', async () => {
    await expect(cloud.call('ContinueUpdateRollback', { StackName: 'example', ResourcesToSkip: ['Version'] })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    expect(await cloud.status()).toBe('UPDATE_ROLLBACK_FAILED');
  });

  it('can be made to fail by a fault, also where no provisioner is called', async () => {
    cloud.fail('update', 'Service', undefined);
    await cloud.call('ContinueUpdateRollback', { StackName: 'example' });
    await cloud.settled();
    cloud.fail('create', 'Version', 'no such image');
    cloud.world.hooks.resource = (_at, verb) => (verb === 'rollback' ? 'stuck' : undefined);
    expect(await cloud.update(service('three'))).toBe('UPDATE_ROLLBACK_FAILED');
    expect((await cloud.resources())['Version']).toMatchObject({ status: 'UPDATE_FAILED', reason: 'stuck' });
  });
});

describe('a rollback that is cancelled because another resource failed', () => {
  const pair = (size: number) =>
    template({ Stuck: { Type: THING, Properties: { Size: size } }, Slow: { Type: THING, Properties: { Size: size } } });

  it('is no reason to skip: the resource goes back when the rollback continues', async () => {
    await cloud.create(pair(1), { StackName: 'pair' });
    let ways = 0;
    cloud.world.hooks.resource = (at, verb) => {
      if (verb !== 'rollback') return at.logicalId === 'Stuck' && verb === 'update' ? 'broken' : undefined;
      return at.logicalId === 'Stuck' ? 'stuck' : ways++ === 0 ? new Promise(() => undefined) : undefined;
    };
    expect(await cloud.update(pair(2), { StackName: 'pair' })).toBe('UPDATE_ROLLBACK_FAILED');
    expect(await cloud.resources('pair')).toMatchObject({ Stuck: { reason: 'stuck' }, Slow: { reason: 'Resource update cancelled' } });
    const skip = (...ResourcesToSkip: string[]) => cloud.call('ContinueUpdateRollback', { StackName: 'pair', ResourcesToSkip });
    await expect(skip('Slow', 'Stuck')).rejects.toThrow('[Slow]');
    await skip('Stuck');
    expect(await cloud.settled('pair')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(cloud.actions.at(-1)).toMatch(/^update slow-\d+ from {"Size":2} to {"Size":1}$/);
  });
});

describe('an update with DisableRollback', () => {
  const sized = (size: number) =>
    template({ Service: { Type: THING, Properties: { Size: size } }, Other: { Type: THING, Properties: { Size: size } } });
  beforeEach(() => cloud.create(sized(1), { StackName: 'sized' }));
  const options = { StackName: 'sized', execute: { DisableRollback: true } };

  it('refuses to replace anything', async () => {
    expect(await cloud.update(service('two'), { execute: { DisableRollback: true } })).toBe('UPDATE_FAILED');
    expect((await cloud.resources())['Version']).toMatchObject({
      status: 'UPDATE_FAILED',
      reason: 'Replacement type updates not supported on stack with disable-rollback.',
    });
  });

  it('keeps what succeeded and still returns the failed resource itself to its last state', async () => {
    let attempts = 0;
    cloud.world.hooks.resource = (at, verb) => (at.logicalId === 'Service' && verb === 'update' && attempts++ === 0 ? 'broken' : undefined);
    expect(await cloud.update(sized(2), options)).toBe('UPDATE_FAILED');
    expect(cloud.actions.at(-1)).toMatch(/^update service-\d+ from {"Size":2} to {"Size":1}$/);
    expect(await cloud.resources('sized')).toMatchObject({ Service: { status: 'UPDATE_FAILED' }, Other: { status: 'UPDATE_COMPLETE' } });
  });

  it('is rolled back by RollbackStack', async () => {
    cloud.fail('update', 'Service', 'broken');
    await cloud.update(sized(2), options);
    cloud.fail('update', 'Service', undefined);
    await cloud.call('RollbackStack', { StackName: 'sized', ClientRequestToken: 'back' });
    expect(await cloud.settled('sized')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(cloud.actions.slice(-2).sort()).toEqual([
      expect.stringMatching(/^update other-\d+ from {"Size":2} to {"Size":1}$/),
      expect.stringMatching(/^update service-\d+ from {"Size":2} to {"Size":1}$/),
    ]);
  });

  it('can be tried again with DisableRollback only', async () => {
    cloud.fail('update', 'Service', 'broken');
    await cloud.update(sized(2), options);
    cloud.fail('update', 'Service', undefined);
    await expect(cloud.start(sized(3), { StackName: 'sized' })).rejects.toThrow(
      'This stack is currently in a non-terminal [UPDATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter',
    );
    expect(await cloud.update(sized(3), options)).toBe('UPDATE_COMPLETE');
  });
});

describe('RollbackStack of a stack that was never complete', () => {
  it('deletes it: from then on only its id finds it', async () => {
    cloud.fail('create', 'Bad', 'it is broken');
    await cloud.create(template({ Bad: { Type: THING } }), { StackName: 'first', execute: { DisableRollback: true } });
    const { StackId } = (await cloud.call('DescribeStacks', { StackName: 'first' })).Stacks[0];
    await cloud.call('RollbackStack', { StackName: 'first' });
    expect(await cloud.settled(StackId)).toBe('DELETE_COMPLETE');
    await expect(cloud.status('first')).rejects.toThrow('Stack with id first does not exist');
  });
});
