/** What a status of the Service stack means for a release that wants to begin. */
export type Readiness = 'absent' | 'settled' | 'busy' | 'delete-first' | 'locked';

const settled = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
/** Left by a first deploy that failed, or by a change set that never ran: nothing but delete is legal, and nothing runs there. */
const deleteFirst = ['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'REVIEW_IN_PROGRESS'];

/** @param status null when there is no such stack. An unknown status is locked: a person looks at it first. */
export function readinessOf(status: string | null): Readiness {
  if (status === null || status === 'DELETE_COMPLETE') return 'absent';
  if (settled.includes(status)) return 'settled';
  if (deleteFirst.includes(status)) return 'delete-first';
  return status.endsWith('_IN_PROGRESS') ? 'busy' : 'locked';
}
