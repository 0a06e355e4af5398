import type { Hooks } from '../../rehearsal/aws/kernel.ts';
import { createWire } from '../../rehearsal/aws/wire/server.ts';
import { stacks } from '../../steps/clients/stacks.ts';
import type { Heal } from '../../steps/contract/deployment.ts';
import type { Recovery } from '../../steps/contract/failure.ts';
import type { Services } from '../../steps/contract/ports.ts';
import { keys } from '../../steps/contract/records.ts';
import { operationToken } from '../../steps/contract/release.ts';
import type { Incident } from '../../steps/contract/steps.ts';
import { healStack } from '../../steps/heal-stack.ts';
import { rollBack } from '../../steps/roll-back.ts';
import { watchRollback } from '../../steps/watch-rollback.ts';
import { deployRole, exampleCloud, operator, type Resources, template } from '../rehearsal/cloudformation/example-cloud.ts';
import { leadTo } from './clients/endpoint.ts';
import { FakeTable } from './fakes.ts';
import { deployment, diagnosis, incident, inspection, lastGood, minute, plan, release, request, serviceView, stage } from './incidents.ts';
import { clockAt, memoryObjects, port } from './ports.ts';

/** The steps as they are, by their own clients, against the stand-in's CloudFormation: a rollback that failed, from the lock to the end. */

const name = stage.serviceStack;
const hooks: { resource?: Hooks['resource'] } = {};
const cloud = exampleCloud(hooks);
const wire = createWire(cloud.world, { principal: () => operator, authorize: async () => undefined }, [cloud.cloudFormation.service]);
const objects = memoryObjects();
const url = (key: string) => `https://example.com/${key}`;

/** A service that runs an image, as a release deploys it. */
const running = (image: string, more: Resources = {}) =>
  template({
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ Name: 'webhook', Image: image }] } },
    Service: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: { Ref: 'Task' } } },
    ...more,
  });
const store = {
  ...objects,
  async put(bucket: string, key: string, body: string | Uint8Array, type: string) {
    await objects.put(bucket, key, body, type);
    cloud.templates.set(url(key), String(body));
  },
  url: async (_bucket: string, key: string) => url(key),
};
const statusNow = () => cloud.status(name);
const liveService = async () => (await cloud.call('DescribeStackResources', { StackName: name })).StackResources;
const updatesOfService = () => cloud.actions.filter((action) => action.startsWith('update service'));

beforeAll(async () => leadTo({ endpoint: await wire.listen(), accessKeyId: 'example', secretAccessKey: 'example' }));
afterAll(async () => {
  await wire.close();
  cloud.remove();
});
beforeEach(() => cloud.create(running('old'), { StackName: name, RoleARN: deployRole }));
afterEach(async () => {
  hooks.resource = undefined;
  cloud.fail('update', 'Service', undefined);
  const { stackId } = (await stacks.describe(name))!;
  await cloud.call('DeleteStack', { StackName: stackId });
  await cloud.until(async () => (await cloud.status(stackId)) === 'DELETE_COMPLETE');
});

/** The service never goes back; it can still be updated. @param until how many ways back fail. @default - every one */
function blockTheWayBack(until = Number.POSITIVE_INFINITY) {
  let ways = 0;
  let updates = 0;
  hooks.resource = ({ logicalId }, verb) => {
    if (logicalId !== 'Service') return undefined;
    if (verb === 'update') return updates++ === 0 ? 'tasks failed to start' : undefined;
    return verb === 'rollback' && ways++ < until ? 'Service did not stabilize' : undefined;
  };
}

describe('HealStack and the CloudFormation of a rehearsal', () => {
  const key = keys.release(release.tag, release.attempt);
  async function heal() {
    const table = new FakeTable({ ...key, ...request, name: release.name, startedAt: minute(0), outcome: 'running' });
    const { stackId } = (await stacks.describe(name))!;
    const locked = { ...inspection, stackId, heal: { action: 'continue-rollback' as const, status: 'UPDATE_ROLLBACK_FAILED' } };
    const foundation = { ...inspection.foundation, DeployRoleArn: deployRole };
    const ports = { stacks, objects: store, table, clock: clockAt(minute(4)), diagnosticsBucket: 'example-diagnostics' };
    let heal: Heal | null = null;
    for (let polls = 0; heal?.status !== 'healed'; polls++) {
      heal = await healStack({ release, stage, inspection: { ...locked, foundation }, heal, polls }, ports);
      await cloud.world.clock.wait(1);
    }
    return { heal, healed: (await table.get(key.pk, key.sk))?.['healed'] };
  }

  it('goes the whole way when what stood in it is gone', async () => {
    blockTheWayBack(1);
    expect(await cloud.update(running('new'), { StackName: name })).toBe('UPDATE_ROLLBACK_FAILED');
    const { heal: done } = await heal();
    expect(done.did).toEqual(['continue-rollback']);
    expect(await statusNow()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('leaves out what cannot go back, repairs it, compares it, and says so', async () => {
    blockTheWayBack();
    expect(await cloud.update(running('new'), { StackName: name })).toBe('UPDATE_ROLLBACK_FAILED');
    const before = updatesOfService().length;
    const { healed } = await heal();
    const did = ['continue-rollback', 'continue-rollback without Service', 'repair', 'drift check'];
    expect(healed).toEqual([{ stage: 'staging', from: 'UPDATE_ROLLBACK_FAILED', did, at: minute(4) }]);
    expect(await statusNow()).toBe('UPDATE_COMPLETE');
    // Only the repair reached the service: to a new revision of the definition that the template had all along.
    const [update] = updatesOfService().slice(before);
    expect(updatesOfService()).toHaveLength(before + 1);
    const task = (await liveService()).find(({ LogicalResourceId }: { LogicalResourceId: string }) => LogicalResourceId === 'Task');
    expect(update).toContain(`to {"TaskDefinition":"${task.PhysicalResourceId}"}`);
  });

  it('ends with a person when the repair fails as well', async () => {
    cloud.fail('update', 'Service', 'tasks failed to start');
    expect(await cloud.update(running('new'), { StackName: name })).toBe('UPDATE_ROLLBACK_FAILED');
    await expect(heal()).rejects.toMatchObject({ name: 'StackLocked', message: expect.stringContaining('was repaired') });
  });
});

describe('RollBack and the CloudFormation of a rehearsal', () => {
  const services = port<Services>({ describe: async () => serviceView(), deployment: async () => null });

  async function rollBackAll(of: Incident) {
    const actions: string[] = [];
    for (let polls = 0; polls < 200; ) {
      const recovery: Recovery = await rollBack({ incident: of, diagnosis: diagnosis(), polls: polls++ }, 'example-diagnostics', {
        stacks,
        services,
        objects: store,
        clock: { now: () => new Date() },
      });
      actions.push(recovery.action);
      if (recovery.status !== 'started') return { actions, ended: recovery.status, reason: recovery.reason, drift: undefined };
      for (;;) {
        await cloud.world.clock.wait(1);
        const watch = await watchRollback({ incident: of, recovery, polls: polls++ }, { stacks, services });
        if (watch.status === 'again') break;
        if (watch.status !== 'running') return { actions, ended: watch.status, reason: watch.reason, drift: watch.drift };
      }
    }
    throw new Error(`it did not end: ${actions}`);
  }

  /** Our own update failed, and its rollback with it. */
  async function deployed(): Promise<Incident> {
    await store.put('example-diagnostics', lastGood.templateKey, running('old'), 'application/json');
    const execute = { ClientRequestToken: operationToken(release, 'deploy') };
    expect(await cloud.update(running('new'), { StackName: name, execute })).toBe('UPDATE_ROLLBACK_FAILED');
    const { stackId } = (await stacks.describe(name))!;
    const found = { ...inspection, stackId, lastGood: { ...lastGood, stackId, parameters: {} } };
    return incident({
      inspection: { ...found, foundation: { ...inspection.foundation, DeployRoleArn: deployRole } },
      plan: { ...plan, stackId },
      deployment: { ...deployment, stackId },
    });
  }

  it('goes the whole way when what stood in it is gone', async () => {
    blockTheWayBack(1);
    expect(await rollBackAll(await deployed())).toMatchObject({ actions: ['continue-rollback'], ended: 'settled', drift: undefined });
  });

  it('leaves out what cannot go back, deploys last-good, and compares', async () => {
    blockTheWayBack();
    const { actions, ended, drift } = await rollBackAll(await deployed());
    // Whether a call finds the change set still being computed is a matter of its speed.
    const moves = new Set(actions.filter((action) => action !== 'redeploy-last-good'));
    expect([...moves]).toEqual(['continue-rollback', 'execute-last-good', 'detect-drift']);
    expect({ ended, drift }).toEqual({ ended: 'settled', drift: { status: 'IN_SYNC', reason: '', differs: [] } });
    expect(await statusNow()).toBe('UPDATE_COMPLETE');
  });

  it('ends with a person when nothing helps', async () => {
    cloud.fail('update', 'Service', 'tasks failed to start');
    const { actions, ended, reason } = await rollBackAll(await deployed());
    expect(actions).not.toContain('detect-drift');
    expect(ended).toBe('blocked');
    expect(reason).toMatch(/no safe move is known.*UPDATE_ROLLBACK_(IN_PROGRESS|FAILED)/);
  });
});
