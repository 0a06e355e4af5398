/**
 * How often the machine asks, and how long it keeps asking. Patience is counted in polls, so that it scales with the clock of a rehearsal;
 * the step that is called throws when its polls are used up.
 */
export interface Loop {
  /** Seconds between two polls. */
  readonly seconds: number;
  /** Polls after which the step gives up. */
  readonly polls: number;
}

export const loops = {
  /** A scan takes seconds to a few minutes. */
  VerifyImage: { seconds: 10, polls: 60 },
  /** Somebody else's operation on the stack: 30 minutes. */
  InspectStage: { seconds: 15, polls: 120 },
  /** A change set of the Service stack is computed in seconds. */
  PlanChange: { seconds: 5, polls: 60 },
  /** Another release may hold the stage for a whole deployment: 1 hour. */
  LockStage: { seconds: 30, polls: 120 },
  /** 1 hour: a rollback that is continued may start a service up to two times. */
  HealStack: { seconds: 10, polls: 360 },
  /** 1 hour in all: CloudFormation itself would wait 3. */
  WatchDeployment: { seconds: 10, polls: 360 },
  /** 2.5 minutes behind the smoke test: a minute's figures arrive when it is over, on AWS up to some minutes later. */
  WatchAlarms: { seconds: 30, polls: 6 },
  WatchRollback: { seconds: 10, polls: 360 },
} as const satisfies Record<string, Loop>;

/**
 * Events of a stage that may cut the waits of one execution short. Beyond them it only polls: a storm of events must fill neither the history
 * of the execution nor the hour of a person who reads it.
 */
export const wakesHeard = 360;

/** Polls of WatchDeployment without any change after which a deployment counts as stalled: 10 minutes. */
export const quietPolls = 60;

/** Polls of LockStage for which a holder that runs no more may still be rescued: 5 minutes. Then a person must look. */
export const deadHolderPolls = 10;

/** How long a person has to decide about a release. */
export const approvalHours = 24;

/** Of the loop RollBack ↔ WatchRollback, all in polls of WatchRollback. */
export const rollbackPatience = {
  /** Then a person must look. Ends before the machine's own bound, which knows no reason. Just under 1 hour: CloudFormation's own rollback of a service takes up to two starts of it. */
  all: loops.WatchRollback.polls - 10,
  /** For ECS to promote the old tasks and CloudFormation to notice, before its update is cancelled: 10 minutes. A cancel starts a second, cold copy. */
  ecs: 60,
  /** For an accepted call to show in the stack's status: 2 minutes. */
  effect: 12,
  /** For the service to run what it should once the stack has settled: 10 minutes. Then ProveRollback judges what it finds. */
  steady: 60,
} as const;
