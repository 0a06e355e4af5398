/** The states that run others side by side: Parallel and Map. */
import type { Json } from '../definition.ts';
import { EvaluationError, SiblingFailed } from '../errors.ts';
import { evaluate, evaluateCount } from '../expressions/expression.ts';
import type { Scope } from '../scope.ts';
import type { Departure, Visit } from '../visit.ts';

// AWS runs at most 40 iterations of an inline Map at a time, whatever MaxConcurrency says.
const MOST_ITERATIONS = 40;

export async function parallel(visit: Visit): Promise<Departure> {
  const { run, state, scope } = visit;
  run.history.record(scope.cursor, 'ParallelStateStarted');
  const input = await visit.arguments();
  const branches = state.Branches!;
  const result = await sideBySide(visit, branches.length, branches.length, {
    start: (_index, inner) => inner,
    run: (index, inner) => run.follow(branches[index]!, input, inner),
    succeeded: (_index, event) => event,
    stopped: () => {},
  });
  run.history.note(scope.cursor.event, 'ParallelStateSucceeded');
  return { exit: state, output: result, names: { result } };
}

export async function map(visit: Visit): Promise<Departure> {
  const { run, state, scope, name } = visit;
  const { history } = run;
  const items = state.Items === undefined ? visit.input : await evaluate(state.Items, 'Items', visit.bindings());
  if (!Array.isArray(items)) throw new EvaluationError('Items', `The field 'Items' must be an array, got ${typeof items}.`);
  const most = state.MaxConcurrency === undefined ? 0 : await evaluateCount(state.MaxConcurrency, 'MaxConcurrency', visit.bindings(), 0);
  history.record(scope.cursor, 'MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const iteration = (index: number) => ({ name, index });
  const result = await sideBySide(visit, items.length, Math.min(most || MOST_ITERATIONS, MOST_ITERATIONS), {
    start: (index, inner) => {
      history.record(inner.cursor, 'MapIterationStarted', { mapIterationStartedEventDetails: iteration(index) });
      return inner;
    },
    run: async (index, inner) => run.follow(state.ItemProcessor!, await itemInput(visit, items, index, inner), inner),
    succeeded: (index, event) => history.note(event, 'MapIterationSucceeded', { mapIterationSucceededEventDetails: iteration(index) }),
    stopped: (index, event, failed) => {
      if (failed) history.note(event, 'MapIterationFailed', { mapIterationFailedEventDetails: iteration(index) });
      else history.note(event, 'MapIterationAborted', { mapIterationAbortedEventDetails: iteration(index) });
    },
    context: (index) => ({ ...scope.context, Map: { Item: { Index: index, Value: items[index]! } } }),
  });
  history.note(scope.cursor.event, 'MapStateSucceeded');
  return { exit: state, output: result, names: { result } };
}

async function itemInput(visit: Visit, items: Json[], index: number, inner: Scope): Promise<Json> {
  const { ItemSelector } = visit.state;
  if (ItemSelector === undefined) return items[index]!;
  const context = { ...visit.context, ...inner.context };
  return evaluate(ItemSelector, 'ItemSelector', inner.bindings({ input: visit.input, context }));
}

interface Children {
  start(index: number, inner: Scope): Scope;
  run(index: number, inner: Scope): Promise<Json>;
  /** Gives the id of the event that the state's exit follows. */
  succeeded(index: number, event: number): number;
  stopped(index: number, event: number, failed: boolean): void;
  context?(index: number): Record<string, Json>;
}

/** Runs children, at most `limit` at a time. The first failure stops the others and is the state's own. */
async function sideBySide(visit: Visit, count: number, limit: number, children: Children): Promise<Json[]> {
  const { run, scope, state } = visit;
  const stop = new AbortController();
  const signal = AbortSignal.any([scope.signal, stop.signal]);
  const results: Json[] = new Array(count);
  let next = 0;
  let last = scope.cursor.event;
  const one = async (index: number, previous: number): Promise<number> => {
    const inner = children.start(index, scope.inner(signal, previous, children.context?.(index)));
    try {
      results[index] = await children.run(index, inner);
    } catch (error) {
      const failed = !signal.aborted;
      if (failed) stop.abort(new SiblingFailed(inner.cursor.event));
      if (signal.reason instanceof SiblingFailed) children.stopped(index, signal.reason.event, failed);
      throw error;
    }
    last = children.succeeded(index, inner.cursor.event);
    return inner.cursor.event;
  };
  const lane = async () => {
    // Where concurrency is limited, an iteration follows the last event of the one before it in its lane.
    let previous = scope.cursor.event;
    while (next < count) previous = await one(next++, previous);
  };
  const lanes = Array.from({ length: Math.min(limit, count) }, lane);
  const ended = await Promise.allSettled(lanes);
  scope.signal.throwIfAborted();
  if (stop.signal.aborted) {
    scope.cursor.event = (stop.signal.reason as SiblingFailed).event;
    run.history.record(scope.cursor, `${state.Type as 'Map' | 'Parallel'}StateFailed`);
    throw ended.find((lane): lane is PromiseRejectedResult => lane.status === 'rejected' && !(lane.reason instanceof SiblingFailed))!
      .reason;
  }
  scope.cursor.event = last;
  return results;
}
