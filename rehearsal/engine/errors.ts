/** An error as the States Language sees it: a name that Retry and Catch match on, and a cause in words. */
export class StatesError extends Error {
  override readonly name: string;
  /** Further names that Retry and Catch may match it by. */
  readonly aliases: readonly string[];

  constructor(name: string, cause?: string, aliases: readonly string[] = []) {
    super(cause ?? '');
    this.name = name;
    this.aliases = aliases;
  }
}

/** A deadline passed. Step Functions gives it no cause. */
export class TimeoutError extends StatesError {
  constructor(heartbeat = false) {
    // A missed heartbeat is recorded as States.Timeout too, but a catcher may still name it apart.
    super('States.Timeout', undefined, heartbeat ? ['States.HeartbeatTimeout'] : []);
  }
}

/** The machine itself is at fault. Neither Retry nor Catch can save it. */
export class RuntimeFault extends StatesError {
  constructor(cause: string) {
    super('States.Runtime', cause);
  }
}

/** An expression threw, or gave nothing. */
export class EvaluationError extends StatesError {
  /** The field it stands in, relative to the state: `Output/a[0]`. */
  readonly location: string;

  constructor(location: string, cause: string) {
    super('States.QueryEvaluationError', cause);
    this.location = location;
  }
}

/** Why a branch or an iteration was stopped: a sibling failed. `event` is the id of the event that tells of it. */
export class SiblingFailed extends Error {
  readonly event: number;
  constructor(event: number) {
    super('a sibling failed');
    this.event = event;
  }
}

/** Why a whole execution was stopped from outside. */
export class Aborted extends Error {
  readonly error?: string;
  constructor(error?: string, cause?: string) {
    super(cause ?? '', { cause });
    this.error = error;
  }
}

/** Why a whole execution ended: its own TimeoutSeconds passed. */
export class ExecutionTimedOut extends Error {}

export function asStatesError(error: unknown): StatesError {
  if (error instanceof StatesError) return error;
  const { name, message } = error as Error;
  return new RuntimeFault(`${name}: ${message}`);
}
