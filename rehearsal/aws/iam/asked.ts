/** What IAM tells of itself: what is granted, what was asked for, what was refused. */

/** One allowed action of a role, for comparison with what it calls. */
export interface Grant {
  /** ARN. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** An authorization that was asked for, whoever asked. */
export interface Asked extends Grant {
  readonly allowed: boolean;
}

/** A call that was refused, as an event history has it. */
export interface DeniedCall {
  readonly id: string;
  readonly at: Date;
  /** ARN of the session. */
  readonly who: string;
  readonly action: string;
  readonly message: string;
}
