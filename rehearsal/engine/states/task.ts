import type { Timer } from '../../clock.ts';
import { Deadline, interruptible } from '../deadline.ts';
import type { Json } from '../definition.ts';
import { StatesError, TimeoutError } from '../errors.ts';
import { evaluateCount } from '../expressions/expression.ts';
import { WHOLE } from '../history.ts';
import { payload } from '../limits.ts';
import type { OpenToken } from '../tokens.ts';
import type { Departure, Visit } from '../visit.ts';

interface Limits {
  readonly timeout?: number;
  readonly heartbeat?: number;
}

/** How the history names an integration: `invoke.waitForTaskToken` of `lambda`, `describeStacks` of `aws-sdk:cloudformation`. */
function namesOf(resource: string): { resourceType: string; resource: string } {
  const parts = resource.split(':').slice(5);
  return { resourceType: parts.slice(0, -1).join(':').replace(/^:/, ''), resource: parts.at(-1)! };
}

/** One attempt at a Task: schedules, starts, waits, and records how it ended. */
export async function task(visit: Visit): Promise<Departure> {
  const { run, state, scope, name } = visit;
  const named = namesOf(state.Resource!);
  const token = named.resource.endsWith('.waitForTaskToken') ? run.tokens.open() : undefined;
  if (token) visit.issueToken(token.token);
  try {
    const args = await visit.arguments();
    const limits = await limitsOf(visit);
    const scheduled = { ...named, region: run.region, parameters: payload(args, name) };
    run.history.record(scope.cursor, 'TaskScheduled', {
      taskScheduledEventDetails: {
        ...scheduled,
        ...(limits.timeout !== undefined && { timeoutInSeconds: limits.timeout }),
        ...(limits.heartbeat !== undefined && { heartbeatInSeconds: limits.heartbeat }),
      },
    });
    run.history.record(scope.cursor, 'TaskStarted', { taskStartedEventDetails: named });
    const result = await recorded(visit, named, () => work(visit, args, limits, named, token));
    return { exit: state, output: result, names: { result } };
  } finally {
    token?.close();
  }
}

async function limitsOf(visit: Visit): Promise<Limits> {
  const { TimeoutSeconds, HeartbeatSeconds } = visit.state;
  const seconds = (value: Json, field: string) => evaluateCount(value, field, visit.bindings(), 1);
  return {
    ...(TimeoutSeconds !== undefined && { timeout: await seconds(TimeoutSeconds, 'TimeoutSeconds') }),
    ...(HeartbeatSeconds !== undefined && { heartbeat: await seconds(HeartbeatSeconds, 'HeartbeatSeconds') }),
  };
}

async function recorded(visit: Visit, named: ReturnType<typeof namesOf>, attempt: () => Promise<Json>): Promise<Json> {
  const { run, scope, name } = visit;
  try {
    const result = await attempt();
    const output = payload(result, name);
    run.history.record(scope.cursor, 'TaskSucceeded', { taskSucceededEventDetails: { ...named, output, outputDetails: WHOLE } });
    return result;
  } catch (error) {
    scope.signal.throwIfAborted();
    const failure = error instanceof StatesError ? error : new StatesError((error as Error).name, (error as Error).message);
    const details = { ...named, error: failure.name, ...(failure.message && { cause: failure.message }) };
    if (failure instanceof TimeoutError) run.history.record(scope.cursor, 'TaskTimedOut', { taskTimedOutEventDetails: details });
    else run.history.record(scope.cursor, 'TaskFailed', { taskFailedEventDetails: details });
    throw failure;
  }
}

/**
 * A service's work takes real time, so its timeout is real too. Waiting for a token is waiting for a person or an event: that deadline scales
 * with the clock, and starts when the request was handed over.
 */
async function work(visit: Visit, args: Json, limits: Limits, named: ReturnType<typeof namesOf>, token?: OpenToken): Promise<Json> {
  const { run, scope, state } = visit;
  const over = new AbortController();
  const signal = AbortSignal.any([scope.signal, over.signal]);
  const deadlines: Pick<Timer, 'clear'>[] = [];
  const limit = (seconds: number, heartbeat: boolean) => {
    const deadline = run.clock.timer(seconds, () => over.abort(new TimeoutError(heartbeat)));
    deadlines.push(deadline);
    return deadline;
  };
  const submitted = (output: Json) => {
    const text = payload(output, visit.name);
    run.history.record(scope.cursor, 'TaskSubmitted', { taskSubmittedEventDetails: { ...named, output: text, outputDetails: WHOLE } });
  };
  const { roleArn, executionArn, stateMachineArn } = run;
  const call = { resource: state.Resource!, arguments: args, roleArn, executionArn, stateMachineArn, signal, submitted };
  try {
    if (!token && limits.timeout !== undefined)
      deadlines.push(new Deadline(limits.timeout * 1000, () => over.abort(new TimeoutError(false))));
    const own = await interruptible(signal, () => run.call(call));
    if (!token) return own;
    submitted(own);
    if (limits.timeout !== undefined) limit(limits.timeout, false);
    if (limits.heartbeat !== undefined) {
      const heart = limit(limits.heartbeat, true);
      token.onHeartbeat(() => heart.restart());
    }
    return await interruptible(signal, () => token.result);
  } finally {
    for (const deadline of deadlines) deadline.clear();
  }
}
