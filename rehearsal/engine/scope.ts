import type { Fields, Json } from './definition.ts';
import { StatesError } from './errors.ts';
import type { Bindings } from './expressions/expression.ts';
import type { Cursor } from './history.ts';
import { payload, VARIABLES_BYTES } from './limits.ts';

/** `$states.context` */
export type Context = Readonly<Record<string, Json>>;

/** One line of execution: the machine's own, a branch's, or an iteration's. */
export class Scope {
  readonly variables: Record<string, Json>;
  readonly context: Context;
  readonly signal: AbortSignal;
  readonly cursor: Cursor;

  private constructor(variables: Record<string, Json>, context: Context, signal: AbortSignal, cursor: Cursor) {
    this.variables = variables;
    this.context = context;
    this.signal = signal;
    this.cursor = cursor;
  }

  static outermost(context: Context, signal: AbortSignal): Scope {
    // The first state follows event 0, not ExecutionStarted: so AWS records it.
    return new Scope(Object.create(null), context, signal, { event: 0 });
  }

  /** A scope that reads this one's variables and keeps its own: an inner assignment is gone when the branch ends. */
  inner(signal: AbortSignal, event: number, context: Context = this.context): Scope {
    return new Scope(Object.create(this.variables), context, signal, { event });
  }

  /** What expressions may name. `for in` also visits the outer scopes' variables, which the prototype chain holds. */
  bindings(states: Readonly<Record<string, unknown>>): Bindings {
    const bindings: Record<string, unknown> = { states };
    for (const name in this.variables) bindings[name] = this.variables[name];
    return bindings;
  }

  /** All of a state's assignments take effect together, after all were evaluated. */
  assign(values: Fields, stateName: string): void {
    for (const [name, value] of Object.entries(values)) {
      payload(value, stateName);
      this.variables[name] = value;
    }
    if (Buffer.byteLength(JSON.stringify({ ...this.bindings({}) })) > VARIABLES_BYTES) {
      throw new StatesError('States.DataLimitExceeded', `The variables exceed ${VARIABLES_BYTES} bytes after the state '${stateName}'.`);
    }
  }
}
