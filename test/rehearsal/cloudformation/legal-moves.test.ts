import { StackStatus } from '@aws-sdk/client-cloudformation';
import { LEGAL_MOVES } from '../../../rehearsal/aws/cloudformation/legal-moves.ts';
import { type ExampleCloud, exampleCloud, THING, template } from './example-cloud.ts';

const sized = (size: number) => template({ One: { Type: THING, Properties: { Size: size } } });
const disableRollback = { execute: { DisableRollback: true } };

/** How a stack comes into each status, where it stays until the test ends. */
const WAYS: Partial<Record<StackStatus, (cloud: ExampleCloud) => Promise<unknown>>> = {
  REVIEW_IN_PROGRESS: (cloud) => cloud.changeSet(sized(1), { type: 'CREATE' }),
  async CREATE_IN_PROGRESS(cloud) {
    cloud.hold('create', 'One');
    await cloud.start(sized(1), { type: 'CREATE' });
  },
  CREATE_COMPLETE: (cloud) => cloud.create(sized(1)),
  async CREATE_FAILED(cloud) {
    cloud.fail('create', 'One', 'broken');
    await cloud.create(sized(1), disableRollback);
  },
  async ROLLBACK_IN_PROGRESS(cloud) {
    cloud.fail('create', 'One', 'broken');
    cloud.hold('remove', 'One');
    await cloud.start(sized(1), { type: 'CREATE' });
  },
  async ROLLBACK_COMPLETE(cloud) {
    cloud.fail('create', 'One', 'broken');
    await cloud.create(sized(1));
  },
  async ROLLBACK_FAILED(cloud) {
    cloud.fail('create', 'One', 'broken');
    cloud.fail('remove', 'One', 'in use');
    await cloud.create(sized(1));
  },
  async UPDATE_IN_PROGRESS(cloud) {
    await cloud.create(sized(1));
    cloud.hold('update', 'One');
    await cloud.start(sized(2));
  },
  async UPDATE_COMPLETE_CLEANUP_IN_PROGRESS(cloud) {
    await cloud.create(template({ One: { Type: THING }, Two: { Type: THING } }));
    cloud.hold('remove', 'Two');
    await cloud.start(sized(2));
  },
  async UPDATE_COMPLETE(cloud) {
    await cloud.create(sized(1));
    await cloud.update(sized(2));
  },
  async UPDATE_FAILED(cloud) {
    await cloud.create(sized(1));
    cloud.fail('update', 'One', 'broken');
    await cloud.update(sized(2), disableRollback);
  },
  async UPDATE_ROLLBACK_IN_PROGRESS(cloud) {
    await cloud.create(sized(1));
    const release = cloud.hold('update', 'One');
    await cloud.start(sized(2));
    await cloud.until(async () => cloud.actions.some((action) => action.startsWith('update')));
    cloud.world.hooks.resource = (_at, verb) => (verb === 'rollback' ? new Promise(() => undefined) : undefined);
    cloud.fail('update', 'One', 'broken');
    release();
  },
  async UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS(cloud) {
    await cloud.create(sized(1));
    cloud.fail('create', 'Two', 'broken');
    cloud.hold('remove', 'Two');
    await cloud.start(template({ One: { Type: THING, Properties: { Size: 1 } }, Two: { Type: THING } }));
  },
  async UPDATE_ROLLBACK_COMPLETE(cloud) {
    await cloud.create(sized(1));
    cloud.fail('create', 'Two', 'broken');
    await cloud.update(template({ One: { Type: THING, Properties: { Size: 1 } }, Two: { Type: THING } }));
  },
  async UPDATE_ROLLBACK_FAILED(cloud) {
    await cloud.create(sized(1));
    cloud.fail('update', 'One', 'broken');
    await cloud.update(sized(2));
  },
  async DELETE_IN_PROGRESS(cloud) {
    await cloud.create(sized(1));
    cloud.hold('remove', 'One');
    await cloud.call('DeleteStack', { StackName: 'example' });
  },
  async DELETE_FAILED(cloud) {
    await cloud.create(sized(1));
    cloud.fail('remove', 'One', 'in use');
    await cloud.call('DeleteStack', { StackName: 'example' });
  },
  async DELETE_COMPLETE(cloud) {
    await cloud.create(sized(1));
    await cloud.call('DeleteStack', { StackName: 'example' });
  },
};

/** Written down apart from the stand-in's own table: from AWS's API reference. */
const ACCEPTED: Partial<Record<StackStatus, string>> = {
  REVIEW_IN_PROGRESS: 'delete',
  CREATE_IN_PROGRESS: 'delete',
  CREATE_COMPLETE: 'update, delete',
  CREATE_FAILED: 'update, rollback, delete',
  ROLLBACK_COMPLETE: 'delete',
  ROLLBACK_FAILED: 'delete',
  UPDATE_IN_PROGRESS: 'cancel',
  UPDATE_COMPLETE: 'update, delete',
  UPDATE_FAILED: 'update, rollback, delete',
  UPDATE_ROLLBACK_COMPLETE: 'update, delete',
  UPDATE_ROLLBACK_FAILED: 'continue, delete',
  DELETE_IN_PROGRESS: 'delete',
  DELETE_FAILED: 'delete',
  DELETE_COMPLETE: 'delete',
};

interface Asked {
  call(cloud: ExampleCloud, id: string): Promise<unknown>;
  refusal(id: string, status: string): string;
}

const MOVES: Record<string, Asked> = {
  update: {
    call: (cloud, id) => cloud.call('CreateChangeSet', { StackName: id, ChangeSetName: 'another', TemplateBody: sized(9) }),
    refusal: (id, status) => `Stack:${id} is in ${status} state and can not be updated.`,
  },
  cancel: {
    call: (cloud, id) => cloud.call('CancelUpdateStack', { StackName: id }),
    refusal: () => 'CancelUpdateStack cannot be called from current stack status',
  },
  rollback: {
    call: (cloud, id) => cloud.call('RollbackStack', { StackName: id }),
    refusal: () => 'RollbackStack cannot be called from current stack status',
  },
  continue: {
    call: (cloud, id) => cloud.call('ContinueUpdateRollback', { StackName: id }),
    refusal: () => 'RollbackUpdatedStack cannot be called from current stack status',
  },
  delete: {
    call: (cloud, id) => cloud.call('DeleteStack', { StackName: id }),
    refusal: (_id, status) => `Stack [example] cannot be deleted while in status ${status}`,
  },
};

const unreachable = (status: StackStatus) => status.startsWith('IMPORT_');

it('has a row and a way for every status of the SDK', () => {
  expect(Object.keys(LEGAL_MOVES).sort()).toEqual(Object.values(StackStatus).sort());
  expect(Object.keys(WAYS).sort()).toEqual(
    Object.values(StackStatus)
      .filter((status) => !unreachable(status))
      .sort(),
  );
});

const cases = Object.values(StackStatus)
  .filter((status) => !unreachable(status))
  .flatMap((status) => Object.entries(MOVES).map(([name, move]) => ({ status, name, ...move })));

it.each(cases)('in $status answers $name as AWS does', async ({ status, name, call, refusal }) => {
  const cloud = exampleCloud();
  await WAYS[status]!(cloud);
  const { StackSummaries } = await cloud.call('ListStacks');
  const id = StackSummaries[0].StackId;
  await cloud.reaches(status, id);
  const accepted = ACCEPTED[status]?.split(', ').includes(name);
  const text = status === 'DELETE_COMPLETE' && name === 'update' ? `Stack [${id}] does not exist` : refusal(id, status);
  const answer = await call(cloud, id).then(
    () => 'accepted',
    ({ name: error, message }) => `${error}: ${message}`,
  );
  expect(answer).toBe(accepted ? 'accepted' : `ValidationError: ${text}`);
  cloud.remove();
});
