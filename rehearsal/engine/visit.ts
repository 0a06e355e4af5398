import type { Clock } from '../clock.ts';
import type { Exit, Flow, Json, State } from './definition.ts';
import { EvaluationError, RuntimeFault, StatesError } from './errors.ts';
import { evaluate } from './expressions/expression.ts';
import { type History, WHOLE } from './history.ts';
import { payload } from './limits.ts';
import type { Scope } from './scope.ts';
import type { TaskTokens } from './tokens.ts';

/** One call of a service by a Task. */
export interface TaskCall {
  /** `arn:aws:states:::lambda:invoke`, with its pattern: `.sync`, `.waitForTaskToken`. */
  readonly resource: string;
  readonly arguments: Json;
  /** The state machine's role, as which the call is made. */
  readonly roleArn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Aborted when the result is not wanted any more. */
  readonly signal: AbortSignal;
  /** A `.sync` task tells that its job was accepted. */
  submitted(output: Json): void;
}

/** What every state of one execution shares. */
export interface Run {
  readonly clock: Clock;
  readonly region: string;
  readonly roleArn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly history: History;
  readonly tokens: TaskTokens;
  readonly call: (call: TaskCall) => Promise<Json>;
  /** Runs the states of a branch or of an iteration to their end. */
  readonly follow: (flow: Flow, input: Json, scope: Scope) => Promise<Json>;
}

/** How a state is left: where to, by whose Output and Assign, and what they may name besides the input. */
export interface Departure {
  readonly exit: Exit;
  /** The state's output when the exit shapes none. */
  readonly output: Json;
  readonly names?: Readonly<Record<string, Json>>;
  /** @default - the exit's own Next */
  readonly next?: string;
}

/** One stay in a state, retries included. */
export class Visit {
  readonly run: Run;
  readonly name: string;
  readonly state: State;
  readonly input: Json;
  readonly scope: Scope;
  readonly #entered: number;
  readonly #about: Record<string, Json>;
  #task: Record<string, Json> = {};

  constructor(run: Run, name: string, state: State, input: Json, scope: Scope) {
    this.run = run;
    this.name = name;
    this.state = state;
    this.input = input;
    this.scope = scope;
    this.#about = { Name: name, EnteredTime: run.clock.now().toISOString() };
    if (['Task', 'Parallel', 'Map'].includes(state.Type)) this.#about.RetryCount = 0;
    const details = { name, input: payload(input, name), inputDetails: WHOLE };
    run.history.record(scope.cursor, `${state.Type}StateEntered`, { stateEnteredEventDetails: details });
    this.#entered = scope.cursor.event;
  }

  /** `$states.context` as this state sees it now. */
  get context(): Record<string, Json> {
    return { ...this.scope.context, State: this.#about, ...this.#task };
  }

  retried(count: number): void {
    this.#about.RetryCount = count;
  }

  issueToken(token: string): void {
    this.#task = { Task: { Token: token } };
  }

  /** What this state's expressions may name. */
  bindings(names: Readonly<Record<string, Json>> = {}) {
    return this.scope.bindings({ input: this.input, context: this.context, ...names });
  }

  /** The input of a Task's service or of the branches: Arguments, or else the state's own input. */
  async arguments(): Promise<Json> {
    const { Arguments } = this.state;
    return Arguments === undefined ? this.input : await evaluate(Arguments, 'Arguments', this.bindings());
  }

  /** Evaluates Output and Assign side by side (neither sees the other), then leaves. */
  async leave({ exit, output: given, names, next }: Departure): Promise<{ output: Json; next?: string }> {
    const bindings = this.bindings(names);
    const output = exit.Output === undefined ? given : await evaluate(exit.Output, 'Output', bindings);
    const assigned = exit.Assign && ((await evaluate(exit.Assign as Json, 'Assign', bindings)) as Record<string, Json>);
    const details = { name: this.name, output: payload(output, this.name), outputDetails: WHOLE };
    if (assigned) this.scope.assign(assigned, this.name);
    // A Choice is left by its own type too, but a Fail never is: it has no exit event.
    this.run.history.record(this.scope.cursor, `${this.state.Type as Exclude<State['Type'], 'Fail'>}StateExited`, {
      stateExitedEventDetails: { ...details, ...(assigned && Object.keys(assigned).length && textOf(assigned)) },
    });
    return { output, next: next ?? exit.Next };
  }

  /** Words an error as AWS does, and records a failed evaluation. */
  explain(error: StatesError): StatesError {
    if (!(error instanceof EvaluationError) && !(error instanceof RuntimeFault)) return error;
    const cause = `An error occurred while executing the state '${this.name}' (entered at the event id #${this.#entered}). ${error.message}`;
    if (error instanceof EvaluationError) {
      const details = { error: error.name, cause, location: error.location, state: this.name };
      this.run.history.record(this.scope.cursor, 'EvaluationFailed', { evaluationFailedEventDetails: details });
    }
    return new StatesError(error.name, cause, error.aliases);
  }
}

function textOf(assigned: Record<string, Json>) {
  const assignedVariables = Object.fromEntries(Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]));
  return { assignedVariables, assignedVariablesDetails: WHOLE };
}
