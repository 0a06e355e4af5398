import type { Json, State, StateType } from './definition.ts';
import { asStatesError, EvaluationError, SiblingFailed } from './errors.ts';
import { matches, RetryBudget } from './retry.ts';
import type { Scope } from './scope.ts';
import { map, parallel } from './states/fan-out.ts';
import { choice, fail, pass, succeed, wait } from './states/flow.ts';
import { task } from './states/task.ts';
import { type Departure, type Run, Visit } from './visit.ts';

const BEHAVIOURS: Readonly<Record<StateType, (visit: Visit) => Promise<Departure>>> = {
  Pass: pass,
  Task: task,
  Choice: choice,
  Wait: wait,
  Succeed: succeed,
  Fail: fail,
  Parallel: parallel,
  Map: map,
};

/** Runs one state until it is left: tries, retries, catches. */
export async function runState(run: Run, name: string, state: State, input: Json, scope: Scope): Promise<{ output: Json; next?: string }> {
  const visit = new Visit(run, name, state, input, scope);
  const budget = new RetryBudget(state);
  for (;;) {
    try {
      return await visit.leave(await BEHAVIOURS[state.Type](visit));
    } catch (thrown) {
      if (scope.signal.aborted) throw stopped(visit, thrown);
      const failure = visit.explain(asStatesError(thrown));
      const seconds = budget.next(failure);
      if (seconds === undefined) {
        const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, failure));
        if (!catcher) throw failure;
        const errorOutput = { Error: failure.name, Cause: failure.message };
        return await catching(visit, { exit: catcher, output: errorOutput, names: { errorOutput } });
      }
      await run.clock.wait(seconds, scope.signal);
      visit.retried(budget.count);
    }
  }
}

/** What a catcher's own expressions throw is beyond its state's Retry and Catch. */
async function catching(visit: Visit, departure: Departure): Promise<{ output: Json; next?: string }> {
  try {
    return await visit.leave(departure);
  } catch (error) {
    throw error instanceof EvaluationError ? visit.explain(error) : error;
  }
}

/** Records that a failed sibling took this state down, and gives the reason to pass on. */
function stopped({ state, run, scope }: Visit, thrown: unknown): unknown {
  const { reason } = scope.signal;
  if (!(reason instanceof SiblingFailed)) return reason ?? thrown;
  if (state.Type === 'Task' || state.Type === 'Wait' || state.Type === 'Parallel' || state.Type === 'Map') {
    run.history.note(reason.event, `${state.Type}StateAborted`);
  }
  return reason;
}
