/** What a status of the Service stack means for a release that wants to begin. */
export type Readiness = 'absent' | 'settled' | 'busy' | 'delete-first' | 'continue-first' | 'locked';

const settled = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
/** Left by a first deploy that failed, or by a change set that never ran: nothing but delete is legal, and nothing runs there. */
const deleteFirst = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'];
/** A rollback that failed: CloudFormation takes nothing but another try at it. */
const continueFirst = ['UPDATE_ROLLBACK_FAILED'];

/**
 * UPDATE_FAILED and CREATE_FAILED are locked: a person asked CloudFormation to leave things as they are, and is looking at them.
 * @param status null when there is no such stack. An unknown status is locked: a person looks at it first.
 */
export function readinessOf(status: string | null): Readiness {
  if (status === null || status === 'DELETE_COMPLETE') return 'absent';
  if (settled.includes(status)) return 'settled';
  if (deleteFirst.includes(status)) return 'delete-first';
  if (continueFirst.includes(status)) return 'continue-first';
  return status.endsWith('_IN_PROGRESS') ? 'busy' : 'locked';
}
