import type { Retrier, State } from './definition.ts';
import type { StatesError } from './errors.ts';

/** Whether a retrier's or catcher's names cover the error. */
export function matches(names: readonly string[], error: StatesError): boolean {
  // Nothing saves a broken machine; and an oversized payload only whoever names it.
  if (error.name === 'States.Runtime') return false;
  const terminal = error.name === 'States.DataLimitExceeded';
  return names.some(
    (name) =>
      name === error.name ||
      error.aliases.includes(name) ||
      (name === 'States.ALL' && !terminal) ||
      // TaskFailed stands for every failure but the passing of a deadline.
      (name === 'States.TaskFailed' && !terminal && error.name !== 'States.Timeout'),
  );
}

/** Counts a state's retries: each retrier has a budget of its own. */
export class RetryBudget {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();
  /** Retries so far, whatever for: `$states.context.State.RetryCount`. */
  count = 0;

  constructor(state: State) {
    this.#retriers = state.Retry ?? [];
  }

  /** Seconds to wait before the state is tried again; undefined when it is not. */
  next(error: StatesError): number | undefined {
    // Only the first retrier that covers the error counts: when it is used up, later ones are not asked.
    const retrier = this.#retriers.find(({ ErrorEquals }) => matches(ErrorEquals, error));
    const used = (retrier && this.#used.get(retrier)) ?? 0;
    if (!retrier || used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.#used.set(retrier, used + 1);
    this.count += 1;
    const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
    const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
    return retrier.JitterStrategy === 'FULL' ? seconds * Math.random() : seconds;
  }
}
