import type { Clock } from '../clock.ts';
import { Deadline, interruptible } from './deadline.ts';
import type { Definition, Flow, Json } from './definition.ts';
import { Aborted, asStatesError, ExecutionTimedOut } from './errors.ts';
import { History, type HistoryEvent, WHOLE } from './history.ts';
import { Scope } from './scope.ts';
import { runState } from './state.ts';
import type { TaskTokens } from './tokens.ts';
import type { Run, TaskCall } from './visit.ts';

export interface ExecutionProps {
  /** Checked by `loadDefinition`. */
  readonly definition: Definition;
  readonly input: Json;
  readonly name: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly region: string;
  readonly clock: Clock;
  readonly tokens: TaskTokens;
  /** Makes a Task's call. Rejects with a StatesError, whose name Retry and Catch match. */
  readonly call: (call: TaskCall) => Promise<Json>;
  /** Told each event as it is recorded. */
  readonly onEvent?: (event: HistoryEvent) => void;
}

export interface Outcome {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** JSON text, when it succeeded. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly stopDate: Date;
}

/** One run of a state machine. */
export class Execution {
  readonly props: ExecutionProps;
  readonly startDate: Date;
  readonly history: History;
  /** Set when it has ended. */
  outcome: Outcome | undefined;
  readonly #stop = new AbortController();

  constructor(props: ExecutionProps) {
    this.props = props;
    this.startDate = props.clock.now();
    this.history = new History(() => props.clock.now(), props.onEvent);
  }

  /** Stops it where it stands. No Catch runs. */
  abort(error?: string, cause?: string): void {
    this.#stop.abort(new Aborted(error, cause));
  }

  async run(): Promise<Outcome> {
    const { definition, input, roleArn } = this.props;
    const details = { input: JSON.stringify(input), inputDetails: WHOLE, roleArn };
    this.history.note(0, 'ExecutionStarted', { executionStartedEventDetails: details });
    const scope = Scope.outermost(this.#context(), this.#stop.signal);
    const limit = definition.TimeoutSeconds;
    const deadline = limit === undefined ? undefined : new Deadline(limit * 1000, () => this.#stop.abort(new ExecutionTimedOut()));
    try {
      const output = await interruptible(this.#stop.signal, () => this.#follow(definition, input, scope));
      return this.#succeeded(JSON.stringify(output), scope);
    } catch (error) {
      return this.#failed(error, scope);
    } finally {
      deadline?.clear();
    }
  }

  async #follow(flow: Flow, input: Json, scope: Scope): Promise<Json> {
    const run: Run = { ...this.props, history: this.history, follow: (inner, value, at) => this.#follow(inner, value, at) };
    for (let name = flow.StartAt, value = input; ; ) {
      scope.signal.throwIfAborted();
      const { output, next } = await runState(run, name, flow.States[name]!, value, scope);
      if (next === undefined) return output;
      name = next;
      value = output;
    }
  }

  #context() {
    const { executionArn, input, name, roleArn, stateMachineArn } = this.props;
    const StartTime = this.startDate.toISOString();
    return {
      Execution: { Id: executionArn, Input: input, Name: name, RoleArn: roleArn, StartTime, RedriveCount: 0 },
      StateMachine: { Id: stateMachineArn, Name: stateMachineArn.split(':')[6]! },
    };
  }

  #succeeded(output: string, { cursor }: Scope): Outcome {
    this.history.close(cursor.event, 'ExecutionSucceeded', { executionSucceededEventDetails: { output, outputDetails: WHOLE } });
    return this.#end({ status: 'SUCCEEDED', output });
  }

  #failed(thrown: unknown, { cursor }: Scope): Outcome {
    if (thrown instanceof ExecutionTimedOut) {
      this.history.close(0, 'ExecutionTimedOut', { executionTimedOutEventDetails: {} });
      return this.#end({ status: 'TIMED_OUT' });
    }
    if (thrown instanceof Aborted) {
      const why = present({ error: thrown.error, cause: thrown.message });
      this.history.close(0, 'ExecutionAborted', { executionAbortedEventDetails: why });
      return this.#end({ status: 'ABORTED', ...why });
    }
    const { name, message } = asStatesError(thrown);
    const why = present({ error: name, cause: message });
    this.history.close(cursor.event, 'ExecutionFailed', { executionFailedEventDetails: why });
    return this.#end({ status: 'FAILED', ...why });
  }

  #end(outcome: Omit<Outcome, 'stopDate'>): Outcome {
    this.outcome = { ...outcome, stopDate: this.props.clock.now() };
    return this.outcome;
  }
}

/** AWS leaves out what is empty. */
function present(why: { error?: string; cause?: string }): { error?: string; cause?: string } {
  return { ...(why.error && { error: why.error }), ...(why.cause && { cause: why.cause }) };
}
