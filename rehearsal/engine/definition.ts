/** The States Language as it stands in a definition, JSONata only. Field names are AWS's. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = { readonly [field: string]: Json };

export const STATE_TYPES = ['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'] as const;
export type StateType = (typeof STATE_TYPES)[number];

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** Seconds before the first retry. @default 1 */
  readonly IntervalSeconds?: number;
  /** 0 never retries. @default 3 */
  readonly MaxAttempts?: number;
  /** @default 2 */
  readonly BackoffRate?: number;
  /** Seconds; caps the growth. @default - unbounded */
  readonly MaxDelaySeconds?: number;
  /** FULL draws the wait between 0 and the computed one. @default NONE */
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** What may shape a state's exit: the state itself, a catcher, a choice rule. */
export interface Exit {
  readonly Output?: Json;
  readonly Assign?: Fields;
  readonly Next?: string;
}
export interface Catcher extends Exit {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}
export interface ChoiceRule extends Exit {
  readonly Condition: Json;
  readonly Next: string;
}

/** States that lead to each other: a machine, a branch of a Parallel, or the processor of a Map. */
export interface Flow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface State extends Exit {
  readonly Type: StateType;
  readonly End?: true;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Arguments?: Json;
  readonly Resource?: string;
  readonly TimeoutSeconds?: Json;
  readonly HeartbeatSeconds?: Json;
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Seconds?: Json;
  readonly Timestamp?: Json;
  readonly Error?: Json;
  readonly Cause?: Json;
  readonly Branches?: readonly Flow[];
  readonly ItemProcessor?: Flow;
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: Json;
}

export interface Definition extends Flow {
  readonly QueryLanguage: 'JSONata';
  /** Seconds for the whole execution, never scaled. @default - none */
  readonly TimeoutSeconds?: number;
}
