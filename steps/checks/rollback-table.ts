/**
 * What to do about a stack, by where it stands and how far this release had come: the one place that decides. RollBack does the move,
 * WatchRollback asks the same table whether there is another. A test walks every status of the SDK through every phase.
 */

export const moves = [
  /** Nothing was executed: the change set goes, all else stays. */
  'delete-change-set',
  'delete-stack',
  /** ECS first: it promotes the old tasks that still run. CloudFormation's own way starts a second, cold copy of the old version. */
  'stop-service-deployment',
  'roll-back-stack',
  /** A rollback failed: the whole way back once more, then without what cannot go back. */
  'continue-rollback',
  'redeploy-last-good',
  /** Something was left out of the rollback: whether template and reality agree again is asked, not assumed. */
  'detect-drift',
  'wait',
  'settled',
  /** Not ours to touch, or no safe move is known: a person must look. */
  'blocked',
] as const;
export type Move = (typeof moves)[number];

/**
 * `before`: nothing was executed here by this release. `heal`: HealStack failed. `during`: our change set was executed. `after`: it had
 * completed, the smoke test judged. `skipped`: its rollback was finished without resources that could not go back. `repair`: our change set
 * from last-good was executed; `mended`: the same, where resources had been left out.
 */
export const phases = ['before', 'heal', 'during', 'after', 'skipped', 'repair', 'mended'] as const;
export type Phase = (typeof phases)[number];

export interface Standing {
  /** As AWS words it; one that we do not know is blocked. */
  status: string;
  phase: Phase;
  /** This release created the stack. Only then may it delete it. */
  created: boolean;
}

export function nextMove({ status, phase, created }: Standing): Move {
  const row = rollbackTable[created ? 'created' : 'updated'][status];
  return row?.[phases.indexOf(phase)] ?? 'blocked';
}

type Row = readonly [before: Move, heal: Move, during: Move, after: Move, skipped: Move, repair: Move, mended: Move];
const leave = 'delete-change-set';
const blocked = 'blocked';
const stranger: Row = [leave, blocked, blocked, blocked, blocked, blocked, blocked];
/** A stack that never was complete has no rollback that could fail, and no last-good. */
const first = (before: Move, heal: Move, during: Move): Row => [before, heal, during, during, blocked, blocked, blocked];

// A stack of ours that somebody else updates, imports into or repairs is no longer what we created: nobody deletes it by machine.
const createdStack: Record<string, Row> = {
  REVIEW_IN_PROGRESS: first('delete-stack', leave, 'delete-stack'),
  CREATE_IN_PROGRESS: first(leave, blocked, 'delete-stack'),
  CREATE_FAILED: first(leave, leave, 'delete-stack'),
  CREATE_COMPLETE: first(leave, leave, 'delete-stack'),
  ROLLBACK_IN_PROGRESS: first(leave, blocked, 'wait'),
  ROLLBACK_COMPLETE: first(leave, leave, 'delete-stack'),
  ROLLBACK_FAILED: first(leave, leave, 'delete-stack'),
  DELETE_IN_PROGRESS: first(leave, 'wait', 'wait'),
  DELETE_COMPLETE: first(leave, leave, 'settled'),
  DELETE_FAILED: stranger,
  UPDATE_IN_PROGRESS: stranger,
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: stranger,
  UPDATE_COMPLETE: stranger,
  UPDATE_FAILED: stranger,
  UPDATE_ROLLBACK_IN_PROGRESS: stranger,
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: stranger,
  UPDATE_ROLLBACK_COMPLETE: stranger,
  UPDATE_ROLLBACK_FAILED: stranger,
  IMPORT_IN_PROGRESS: stranger,
  IMPORT_COMPLETE: stranger,
  IMPORT_ROLLBACK_IN_PROGRESS: stranger,
  IMPORT_ROLLBACK_COMPLETE: stranger,
  IMPORT_ROLLBACK_FAILED: stranger,
};

const updatedStack: Record<string, Row> = {
  // Executed, and not yet begun: look again.
  CREATE_COMPLETE: [leave, leave, 'wait', blocked, blocked, blocked, blocked],
  UPDATE_IN_PROGRESS: [leave, blocked, 'stop-service-deployment', blocked, blocked, 'wait', 'wait'],
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: [leave, 'wait', 'wait', 'wait', blocked, 'wait', 'wait'],
  // Also when ECS went back to the old tasks behind CloudFormation's back: only an operation of CloudFormation makes both agree again.
  UPDATE_COMPLETE: [leave, leave, 'redeploy-last-good', 'redeploy-last-good', blocked, 'settled', 'detect-drift'],
  UPDATE_FAILED: [leave, blocked, 'roll-back-stack', blocked, blocked, blocked, blocked],
  UPDATE_ROLLBACK_IN_PROGRESS: [leave, 'wait', 'wait', 'wait', 'wait', blocked, blocked],
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: [leave, 'wait', 'wait', 'wait', 'wait', blocked, blocked],
  // After our own update had completed, a rollback was of somebody else's update, and went back to our broken one. Where resources were left
  // out of ours, the template says what is not true of them.
  UPDATE_ROLLBACK_COMPLETE: [leave, 'settled', 'settled', 'redeploy-last-good', 'redeploy-last-good', blocked, blocked],
  // Ours, or what our own tries left. A heal has tried all of that itself; after a complete update it is somebody else's.
  UPDATE_ROLLBACK_FAILED: [leave, blocked, 'continue-rollback', blocked, 'continue-rollback', blocked, blocked],
  // A heal may have deleted what could not be saved: there was nothing to go back to before, either.
  REVIEW_IN_PROGRESS: [leave, leave, blocked, blocked, blocked, blocked, blocked],
  ROLLBACK_COMPLETE: [leave, leave, blocked, blocked, blocked, blocked, blocked],
  ROLLBACK_FAILED: [leave, leave, blocked, blocked, blocked, blocked, blocked],
  CREATE_FAILED: [leave, leave, blocked, blocked, blocked, blocked, blocked],
  DELETE_IN_PROGRESS: [leave, 'wait', blocked, blocked, blocked, blocked, blocked],
  DELETE_COMPLETE: [leave, leave, blocked, blocked, blocked, blocked, blocked],
  DELETE_FAILED: stranger,
  CREATE_IN_PROGRESS: stranger,
  ROLLBACK_IN_PROGRESS: stranger,
  IMPORT_IN_PROGRESS: stranger,
  IMPORT_COMPLETE: stranger,
  IMPORT_ROLLBACK_IN_PROGRESS: stranger,
  IMPORT_ROLLBACK_COMPLETE: stranger,
  IMPORT_ROLLBACK_FAILED: stranger,
};

/** By whether this release created the stack. */
export const rollbackTable: Readonly<Record<'created' | 'updated', Readonly<Record<string, Row>>>> = {
  created: createdStack,
  updated: updatedStack,
};
