/** The states that only steer: Pass, Choice, Wait, Succeed, Fail. */
import { EvaluationError, RuntimeFault, StatesError } from '../errors.ts';
import { evaluate, evaluateCount, evaluateText } from '../expressions/expression.ts';
import type { Departure, Visit } from '../visit.ts';

export async function pass({ state, input }: Visit): Promise<Departure> {
  return { exit: state, output: input };
}

export const succeed = pass;

/** A rule without an Output of its own leaves with the state's; the state's Assign holds for every rule. */
export async function choice(visit: Visit): Promise<Departure> {
  const { state, input } = visit;
  for (const [index, rule] of state.Choices!.entries()) {
    const field = `Choices[${index}]/Condition`;
    const holds = await evaluate(rule.Condition, field, visit.bindings());
    if (typeof holds !== 'boolean')
      throw new EvaluationError(field, `The field '${field}' must be a boolean, got ${JSON.stringify(holds)}.`);
    const Assign = state.Assign || rule.Assign ? { ...state.Assign, ...rule.Assign } : undefined;
    if (holds) return { exit: { Output: rule.Output ?? state.Output, Assign, Next: rule.Next }, output: input };
  }
  if (state.Default) return { exit: state, output: input, next: state.Default };
  throw new RuntimeFault('Failed to transition out of the state. The state does not point to a next state.');
}

/** Waiting takes AWS time: it scales with the clock. */
export async function wait(visit: Visit): Promise<Departure> {
  const { state, run, scope, input } = visit;
  const seconds =
    state.Seconds === undefined ? await secondsUntil(visit) : await evaluateCount(state.Seconds, 'Seconds', visit.bindings(), 0);
  await run.clock.wait(seconds, scope.signal);
  return { exit: state, output: input };
}

async function secondsUntil(visit: Visit): Promise<number> {
  const text = await evaluateText(visit.state.Timestamp!, 'Timestamp', visit.bindings());
  const at = Date.parse(text);
  // RFC 3339 with an upper-case T and Z or an offset: AWS refuses the looser forms that Date.parse takes.
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(at)) {
    throw new EvaluationError('Timestamp', `The field 'Timestamp' must be a timestamp, got '${text}'.`);
  }
  return Math.max(0, (at - visit.run.clock.now().getTime()) / 1000);
}

export async function fail(visit: Visit): Promise<Departure> {
  const { Error: error, Cause: cause } = visit.state;
  throw new StatesError(
    error === undefined ? '' : await evaluateText(error, 'Error', visit.bindings()),
    cause === undefined ? undefined : await evaluateText(cause, 'Cause', visit.bindings()),
  );
}
