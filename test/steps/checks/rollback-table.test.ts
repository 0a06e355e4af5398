import { StackStatus } from '@aws-sdk/client-cloudformation';
import fc from 'fast-check';
import { moves, nextMove, type Phase, phases, rollbackTable, type Standing } from '../../../steps/checks/rollback-table.ts';

const statuses = Object.values(StackStatus);
const everywhere = statuses.flatMap((status) =>
  phases.flatMap((phase) => [true, false].map((created): Standing => ({ status, phase, created }))),
);
const touched = phases.filter((phase) => phase !== 'before');

describe('the rollback table', () => {
  it.each(['created', 'updated'] as const)('has a row for each status that CloudFormation knows, and no other: %s', (half) => {
    expect(Object.keys(rollbackTable[half]).sort()).toEqual([...statuses].sort());
  });

  it('has a move in each phase of each row', () => {
    for (const half of Object.values(rollbackTable)) {
      for (const row of Object.values(half)) {
        expect(row).toHaveLength(phases.length);
        for (const move of row) expect(moves).toContain(move);
      }
    }
  });

  it('blocks a status that nobody knows, whatever it is called', () => {
    const unknown = fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toString', 'UPDATE_PAUSED', 'update_complete'));
    fc.assert(
      fc.property(unknown, fc.constantFrom(...phases), fc.boolean(), (status, phase, created) => {
        fc.pre(!statuses.includes(status as StackStatus));
        expect(nextMove({ status, phase, created })).toBe('blocked');
      }),
    );
  });

  it.each(statuses.filter((status) => status.startsWith('IMPORT_')))('never moves a stack that somebody imports into: %s', (status) => {
    for (const created of [true, false]) {
      for (const phase of touched) expect(nextMove({ status, phase, created })).toBe('blocked');
      expect(nextMove({ status, phase: 'before', created })).toBe('delete-change-set');
    }
  });

  it('leaves a deletion to those who began it, and waits for its own', () => {
    for (const phase of ['during', 'after', 'repair'] as const) {
      for (const status of ['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', 'DELETE_FAILED'])
        expect(nextMove({ status, phase, created: false })).toBe('blocked');
      expect(nextMove({ status: 'DELETE_FAILED', phase, created: true })).toBe('blocked');
    }
    expect(nextMove({ status: 'DELETE_IN_PROGRESS', phase: 'during', created: true })).toBe('wait');
    expect(nextMove({ status: 'DELETE_COMPLETE', phase: 'during', created: true })).toBe('settled');
  });

  it('deletes no stack but one that this release created', () => {
    const deleted = everywhere.filter((standing) => nextMove(standing) === 'delete-stack');
    expect(deleted.length).toBeGreaterThan(0);
    expect(deleted.filter(({ created }) => !created)).toEqual([]);
  });

  it('never deletes a stack that was ever updated, nor one that may hold a repaired service', () => {
    const deleted = everywhere.filter((standing) => nextMove(standing) === 'delete-stack');
    const repaired: readonly Phase[] = ['skipped', 'repair', 'mended'];
    expect(deleted.filter(({ status, phase }) => status.startsWith('UPDATE_') || repaired.includes(phase))).toEqual([]);
  });

  it('touches nothing of a stack in which nothing was executed, but an empty stack that holds only its change set', () => {
    const harmless = ['delete-change-set', 'blocked'];
    const others = everywhere.filter((standing) => standing.phase === 'before' && !harmless.includes(nextMove(standing)));
    expect(others).toEqual([{ status: 'REVIEW_IN_PROGRESS', phase: 'before', created: true }]);
  });

  it('only waits for a heal that failed', () => {
    const taken = everywhere.filter(({ phase }) => phase === 'heal').map(nextMove);
    expect(taken.filter((move) => !['delete-change-set', 'wait', 'settled', 'blocked'].includes(move))).toEqual([]);
  });

  it('does nothing a second time when the repair itself did not work', () => {
    const taken = everywhere.filter(({ phase }) => phase === 'repair').map(nextMove);
    expect([...new Set(taken)].sort()).toEqual(['blocked', 'settled', 'wait']);
  });

  it('asks how a stack drifted where something had been left out, and only once it is repaired', () => {
    const checked = everywhere.filter((standing) => nextMove(standing) === 'detect-drift');
    expect(checked).toEqual([{ status: 'UPDATE_COMPLETE', phase: 'mended', created: false }]);
    const settled = everywhere.filter(({ phase }) => phase === 'skipped' || phase === 'mended').map(nextMove);
    expect(settled).not.toContain('settled');
  });

  it('calls settled no stack that is in motion, and none that failed', () => {
    const called = everywhere.filter((standing) => nextMove(standing) === 'settled').map(({ status }) => status);
    expect([...new Set(called)].sort()).toEqual(['DELETE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
  });

  it('waits for statuses that end by themselves only', () => {
    const called = everywhere.filter((standing) => nextMove(standing) === 'wait').map(({ status }) => status);
    expect([...new Set(called)].filter((status) => !status.endsWith('_IN_PROGRESS'))).toEqual(['CREATE_COMPLETE']);
  });
});

describe('the rows that the design names', () => {
  const row = (status: string, phase: Phase, created = false) => nextMove({ status, phase, created });

  it.each(['CREATE_IN_PROGRESS', 'CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'])(
    'a first deploy that failed is deleted: %s',
    (status) => expect(row(status, 'during', true)).toBe('delete-stack'),
  );
  it('a first deploy that completed and failed its smoke test is deleted', () =>
    expect(row('CREATE_COMPLETE', 'after', true)).toBe('delete-stack'));
  it('a first deploy that CloudFormation rolls back itself is waited for', () =>
    expect(row('ROLLBACK_IN_PROGRESS', 'during', true)).toBe('wait'));
  it('an update under way is stopped at ECS first', () => expect(row('UPDATE_IN_PROGRESS', 'during')).toBe('stop-service-deployment'));
  it('a failed update is rolled back by CloudFormation', () => expect(row('UPDATE_FAILED', 'during')).toBe('roll-back-stack'));
  it('a complete update whose smoke test failed is updated to last-good', () =>
    expect(row('UPDATE_COMPLETE', 'after')).toBe('redeploy-last-good'));
  it('a complete update that ECS turned back is repaired from last-good', () =>
    expect(row('UPDATE_COMPLETE', 'during')).toBe('redeploy-last-good'));
  it.each(['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'])(
    'cleaning up is waited for: %s',
    (status) => {
      expect(row(status, 'during')).toBe('wait');
      expect(row(status, 'after')).toBe('wait');
    },
  );
  it('a rollback under way is waited for', () => expect(row('UPDATE_ROLLBACK_IN_PROGRESS', 'during')).toBe('wait'));
  it('a rollback that completed is settled', () => expect(row('UPDATE_ROLLBACK_COMPLETE', 'during')).toBe('settled'));
  it("somebody's rollback to our broken version is not", () => expect(row('UPDATE_ROLLBACK_COMPLETE', 'after')).toBe('redeploy-last-good'));
  it.each(['during', 'skipped'] as const)('a rollback of ours that failed is continued: %s', (phase) =>
    expect(row('UPDATE_ROLLBACK_FAILED', phase)).toBe('continue-rollback'),
  );
  it.each(['heal', 'after', 'repair', 'mended'] as const)('any other rollback that failed is for a person: %s', (phase) =>
    expect(row('UPDATE_ROLLBACK_FAILED', phase)).toBe('blocked'),
  );
  it('a rollback that left something out is repaired from last-good, and compared with its template', () => {
    expect(row('UPDATE_ROLLBACK_COMPLETE', 'skipped')).toBe('redeploy-last-good');
    expect(row('UPDATE_COMPLETE', 'mended')).toBe('detect-drift');
  });
  it('somebody else updates what we had completed: nobody interferes', () => expect(row('UPDATE_IN_PROGRESS', 'after')).toBe('blocked'));
});
