import { StackStatus } from '@aws-sdk/client-cloudformation';
import { loops, rollbackPatience } from '../../steps/contract/patience.ts';
import { type OperationVerb, operationToken } from '../../steps/contract/release.ts';
import type { Incident } from '../../steps/contract/steps.ts';
import { rollBack } from '../../steps/roll-back.ts';
import { watchRollback } from '../../steps/watch-rollback.ts';
import {
  deploymentView,
  diagnosis,
  firstDeploy,
  incident,
  minute,
  release,
  repairArn,
  serviceView,
  stackEvent,
  stackId,
} from './incidents.ts';
import { failedRollback, type RollbackWorld, rollbackWorld } from './rollback-world.ts';

/** RollBack ↔ WatchRollback as the machine runs them: one count of polls, a wait only while the watch says `running`. */
async function rollBackToItsEnd(of: Incident, cloud: ReturnType<typeof rollbackWorld>, onWait = (_wait: number) => {}) {
  const limit = loops.WatchRollback.polls;
  const turns: string[] = [];
  let polls = 0;
  let waits = 0;
  for (;;) {
    const recovery = await rollBack({ incident: of, diagnosis: diagnosis(), polls: polls++ }, 'example-diagnostics', cloud.ports);
    turns.push(recovery.action);
    if (recovery.status !== 'started') return { ended: recovery.status, turns, waits, reason: recovery.reason };
    let watch = await watchRollback({ incident: of, recovery, polls: polls++ }, cloud.ports);
    while (watch.status === 'running' && polls < limit) {
      onWait(++waits);
      watch = await watchRollback({ incident: of, recovery, polls: polls++ }, cloud.ports);
    }
    if (watch.status !== 'again' || polls >= limit) return { ended: watch.status, turns, waits, reason: watch.reason };
  }
}

const crashing = incident();
const smokeFailed = incident({ failure: { state: 'SmokeTest', error: 'SmokeConfigMismatch', cause: '' } });
/** Broken for good: what is asked is refused or has no effect. */
const stuck: [string, Incident, Partial<RollbackWorld>][] = [
  ['an update, all refused', crashing, { stop: 'refused', cancel: 'refused', rollBack: 'refused' }],
  ['an update, all accepted and without effect', crashing, {}],
  ['an update, ECS rolls back for ever', crashing, { ecs: 'ROLLBACK_IN_PROGRESS', cancel: 'refused' }],
  [
    'a rollback that failed, and fails whenever it is continued',
    crashing,
    { events: failedRollback, tokens: [operationToken(release, 'continue')] },
  ],
  [
    'a rollback that left something out, whose repair has no effect',
    crashing,
    {
      tokens: [operationToken(release, 'skip-1')],
      changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' } },
    },
  ],
  [
    'a repaired rollback, compared for ever',
    crashing,
    { tokens: [operationToken(release, 'skip-1'), operationToken(release, 'repair')], drift: null },
  ],
  ['an update, ECS gave up', crashing, { ecs: 'ROLLBACK_FAILED', cancel: 'refused' }],
  ['a failed smoke test, the change set is computed for ever', smokeFailed, {}],
  ['a failed smoke test, the change set disappears', smokeFailed, { changeSets: Object.freeze({}) }],
  [
    'a failed smoke test, executing has no effect',
    smokeFailed,
    { changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' } } },
  ],
  ['a repair', smokeFailed, { tokens: [operationToken(release, 'repair')] }],
  ['a first deploy', firstDeploy(), {}],
  ['a heal', incident({ deployment: null, failure: { state: 'HealStack', error: 'StackLocked', cause: '' } }), {}],
];

describe('the rollback of a stack that never leaves its status', () => {
  describe.each(stuck)('%s', (_name, of, world) => {
    it.each(Object.values(StackStatus))('ends within its patience, and waits between two moves: %s', async (status) => {
      const { ended, turns, waits, reason } = await rollBackToItsEnd(of, rollbackWorld({ ...world, status }));
      expect(['settled', 'blocked', 'nothing', 'stuck']).toContain(ended);
      // Only CloudFormation's own rollback is looked at once more before a person is called.
      expect(ended === 'stuck' && status !== 'UPDATE_ROLLBACK_IN_PROGRESS').toBe(false);
      expect(turns.length).toBeLessThanOrEqual(waits + 1);
      expect(waits).toBeLessThanOrEqual(rollbackPatience.all);
      expect(reason).not.toBe('');
    });
  });

  it('touches no stack but the one that the release was deployed to', async () => {
    for (const [, of, world] of stuck) {
      for (const status of Object.values(StackStatus)) {
        const cloud = rollbackWorld({ ...world, status });
        await rollBackToItsEnd(of, cloud);
        const onStacks = cloud.world.calls.filter((call) => /^(?:delete stack|cancel|roll back|continue) /.test(call));
        for (const call of onStacks) expect(call).toContain(` ${stackId} as release-v1-4-0-0123456-1-`);
      }
    }
  });
});

describe('the rollback of a stack that moves', () => {
  it('ECS promotes the old tasks, CloudFormation follows, the broken tasks end', async () => {
    const mixed = serviceView({ deployments: [deploymentView(), deploymentView({ id: 'ecs-svc/2', status: 'ACTIVE' })] });
    const cloud = rollbackWorld({ service: mixed });
    const story: Record<number, Partial<RollbackWorld>> = {
      1: { ecs: 'ROLLBACK_IN_PROGRESS' },
      3: { ecs: 'ROLLBACK_SUCCESSFUL' },
      4: { status: 'UPDATE_ROLLBACK_IN_PROGRESS' },
      5: { status: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' },
      6: { status: 'UPDATE_ROLLBACK_COMPLETE' },
      8: { service: serviceView() },
    };
    const { ended, turns, waits } = await rollBackToItsEnd(crashing, cloud, (wait) => Object.assign(cloud.world, story[wait]));
    expect({ ended, turns, waits }).toEqual({ ended: 'settled', turns: ['stop-service-deployment'], waits: 8 });
  });

  it('ECS rolls back in vain: CloudFormation takes over', async () => {
    const cloud = rollbackWorld();
    const story: Record<number, Partial<RollbackWorld>> = {
      2: { ecs: 'ROLLBACK_FAILED' },
      4: { status: 'UPDATE_ROLLBACK_IN_PROGRESS' },
      9: { status: 'UPDATE_ROLLBACK_COMPLETE' },
    };
    const { ended, turns } = await rollBackToItsEnd(crashing, cloud, (wait) => Object.assign(cloud.world, story[wait]));
    expect({ ended, turns }).toEqual({ ended: 'settled', turns: ['stop-service-deployment', 'cancel-update'] });
  });

  it('the update completes before the cancel: last-good is deployed', async () => {
    const cloud = rollbackWorld({ stop: 'refused', cancel: 'refused', status: 'UPDATE_IN_PROGRESS' });
    const story: Record<number, Partial<RollbackWorld>> = {
      1: { status: 'UPDATE_COMPLETE' },
      4: { changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' } } },
      6: {
        changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'EXECUTE_IN_PROGRESS' } },
        status: 'UPDATE_IN_PROGRESS',
      },
      8: { tokens: [operationToken(release, 'repair')], status: 'UPDATE_COMPLETE' },
    };
    const { ended, turns } = await rollBackToItsEnd(crashing, cloud, (wait) => Object.assign(cloud.world, story[wait]));
    expect({ ended, turns }).toEqual({ ended: 'settled', turns: ['look-again', 'redeploy-last-good', 'execute-last-good'] });
  });

  it('CloudFormation had begun by itself: it is only watched', async () => {
    const cloud = rollbackWorld({ status: 'UPDATE_ROLLBACK_IN_PROGRESS' });
    const { ended, turns } = await rollBackToItsEnd(crashing, cloud, () =>
      Object.assign(cloud.world, { status: 'UPDATE_ROLLBACK_COMPLETE' }),
    );
    expect({ ended, turns, calls: cloud.world.calls }).toEqual({ ended: 'settled', turns: ['wait'], calls: [] });
  });

  it('the rollback fails, and fails again: what cannot go back is left out, repaired from last-good, compared', async () => {
    const cloud = rollbackWorld({ status: 'UPDATE_ROLLBACK_FAILED', events: failedRollback });
    const tokens = (...verbs: OperationVerb[]) => verbs.map((verb) => operationToken(release, verb));
    const story: Record<number, Partial<RollbackWorld>> = {
      1: { status: 'UPDATE_ROLLBACK_IN_PROGRESS' },
      2: {
        status: 'UPDATE_ROLLBACK_FAILED',
        tokens: tokens('continue'),
        events: [stackEvent({ status: 'UPDATE_ROLLBACK_FAILED', at: minute(10) }), ...failedRollback.slice(1)],
      },
      3: { status: 'UPDATE_ROLLBACK_COMPLETE', tokens: tokens('continue', 'skip-1') },
      6: { changeSets: { [repairArn]: { status: 'CREATE_COMPLETE', executionStatus: 'AVAILABLE' } } },
      8: { status: 'UPDATE_IN_PROGRESS', tokens: tokens('continue', 'skip-1', 'repair') },
      9: { status: 'UPDATE_COMPLETE' },
    };
    const { ended, turns } = await rollBackToItsEnd(crashing, cloud, (wait) => Object.assign(cloud.world, story[wait]));
    expect(turns).toEqual(['continue-rollback', 'continue-rollback', 'redeploy-last-good', 'execute-last-good', 'detect-drift']);
    expect(ended).toBe('settled');
    expect(cloud.world.calls.filter((call) => call.startsWith('continue'))).toEqual([
      expect.stringMatching(/-continue without \[\]$/),
      expect.stringMatching(/-skip-1 without \[Service\]$/),
    ]);
  });

  it('a first deploy is deleted until it is gone', async () => {
    const cloud = rollbackWorld({ status: 'CREATE_IN_PROGRESS' });
    const story: Record<number, Partial<RollbackWorld>> = { 2: { status: 'DELETE_IN_PROGRESS' }, 5: { status: 'DELETE_COMPLETE' } };
    const { ended, turns } = await rollBackToItsEnd(firstDeploy(), cloud, (wait) => Object.assign(cloud.world, story[wait]));
    expect({ ended, turns }).toEqual({ ended: 'settled', turns: ['delete-stack'] });
  });

  it('a deletion that fails is for a person', async () => {
    const cloud = rollbackWorld({ status: 'CREATE_FAILED' });
    const { ended } = await rollBackToItsEnd(firstDeploy(), cloud, () => Object.assign(cloud.world, { status: 'DELETE_FAILED' }));
    expect(ended).toBe('blocked');
  });
});
