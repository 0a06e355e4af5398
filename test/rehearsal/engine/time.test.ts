import { TaskTokens } from '../../../rehearsal/engine/tokens.ts';
import type { TaskCall } from '../../../rehearsal/engine/visit.ts';
import { give, RESOURCE, run, start, task } from './harness.ts';

const never = () => new Promise<never>(() => {});
const AFTER = { After: give('$states.input') };
const catching = (name: string) => ({ Catch: [{ ErrorEquals: [name], Next: 'After' }], End: undefined, Next: 'After' });

describe('a task that takes too long', () => {
  it('times out after its seconds, unscaled, with no cause', async () => {
    const before = Date.now();
    const { output, events } = await run(
      { Try: task({ TimeoutSeconds: 1, ...catching('States.Timeout') }), ...AFTER },
      { call: never, scale: 0.001 },
    );
    expect(Date.now() - before).toBeGreaterThanOrEqual(950);
    expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
    const timedOut = events.find(({ type }) => type === 'TaskTimedOut')!;
    expect(timedOut.taskTimedOutEventDetails).toEqual({ resourceType: 'lambda', resource: 'invoke', error: 'States.Timeout' });
  });

  it('has its call told to stop', async () => {
    let signal: AbortSignal | undefined;
    const call = (given: TaskCall) => {
      signal = given.signal;
      return never();
    };
    await run({ Try: task({ TimeoutSeconds: '{% 1 %}' }) }, { call });
    expect(signal?.aborted).toBe(true);
  });
});

describe('a task that waits for its token', () => {
  const ask = (fields: object = {}) =>
    task({ Resource: `${RESOURCE}.waitForTaskToken`, Arguments: { token: '{% $states.context.Task.Token %}' }, ...fields });
  const tokenOf = (call: TaskCall) => (call.arguments as { token: string }).token;

  it('ends with the answer, not with what the call gave', async () => {
    const tokens = new TaskTokens();
    const call = (given: TaskCall) => {
      // Answered before the call itself is over, as a quick approver may do.
      expect(tokens.succeed(tokenOf(given), 'approved')).toBe('accepted');
      return 'asked';
    };
    const { output, events } = await run({ Ask: ask() }, { tokens, call });
    expect(output).toBe('approved');
    expect(events.find(({ type }) => type === 'TaskSubmitted')!.taskSubmittedEventDetails!.output).toBe('"asked"');
  });

  it('fails by the name that the answer gives', async () => {
    const tokens = new TaskTokens();
    const call = (given: TaskCall) => tokens.fail(tokenOf(given), 'Rejected', 'not today');
    expect(await run({ Ask: ask() }, { tokens, call })).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'not today' });
  });

  it('times out in AWS time, and its token with it', async () => {
    const tokens = new TaskTokens();
    let token = '';
    const call = (given: TaskCall) => {
      token = tokenOf(given);
      return null;
    };
    const { error } = await run({ Ask: ask({ TimeoutSeconds: 50 }) }, { tokens, call, scale: 0.001 });
    expect(error).toBe('States.Timeout');
    expect(tokens.succeed(token, null)).toBe('timed out');
  });

  it.each(['States.HeartbeatTimeout', 'States.Timeout'])('is caught as %s when a heartbeat is missed', async (name) => {
    const { output } = await run({ Ask: ask({ HeartbeatSeconds: 20, ...catching(name) }), ...AFTER }, { call: () => null, scale: 0.001 });
    expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it('lives on while heartbeats come', async () => {
    const tokens = new TaskTokens();
    const call = (given: TaskCall) => {
      const token = tokenOf(given);
      const beat = setInterval(() => tokens.heartbeat(token), 20);
      setTimeout(() => {
        clearInterval(beat);
        tokens.succeed(token, 'alive');
      }, 400);
      return null;
    };
    expect((await run({ Ask: ask({ HeartbeatSeconds: 200 }) }, { tokens, call, scale: 0.001 })).output).toBe('alive');
  });

  it('gets another token for each attempt', async () => {
    const tokens = new TaskTokens();
    const seen = new Set<string>();
    const call = (given: TaskCall) => {
      seen.add(tokenOf(given));
      tokens.fail(tokenOf(given), 'Flaky', undefined);
      return null;
    };
    await run({ Ask: ask({ Retry: [{ ErrorEquals: ['Flaky'], MaxAttempts: 2 }] }) }, { tokens, call });
    expect(seen.size).toBe(3);
  });

  it('has no token where none is waited for', async () => {
    const { error } = await run({ Call: task({ Arguments: { token: '{% $states.context.Task.Token %}' } }) });
    expect(error).toBe('States.QueryEvaluationError');
  });
});

describe('a machine', () => {
  it('that takes too long times out, and nothing catches that', async () => {
    const states = { Try: task(catching('States.ALL')), ...AFTER };
    const { status, error, types, events } = await run(states, { call: never }, { TimeoutSeconds: 1 });
    expect({ status, error }).toEqual({ status: 'TIMED_OUT', error: undefined });
    expect(types.at(-1)).toBe('ExecutionTimedOut');
    expect(events.at(-1)!.previousEventId).toBe(0);
  });

  it('that is aborted stops where it stands, and nothing catches that', async () => {
    const execution = start({ Rest: { Type: 'Wait', Seconds: 99_999, Next: 'After' }, ...AFTER });
    const ending = execution.run();
    execution.abort('Superseded', 'v2 was pushed');
    expect(await ending).toMatchObject({ status: 'ABORTED', error: 'Superseded', cause: 'v2 was pushed' });
    expect(execution.history.events.map(({ type }) => type)).toEqual(['ExecutionStarted', 'WaitStateEntered', 'ExecutionAborted']);
  });

  it('records nothing more after its end', async () => {
    let finish: (value: null) => void = () => {};
    const execution = start(
      { Try: task() },
      {
        call: () =>
          new Promise((resolve) => {
            finish = resolve;
          }),
      },
    );
    const ending = execution.run();
    while (execution.history.events.length < 4) await new Promise(setImmediate);
    execution.abort();
    await ending;
    const { length } = execution.history.events;
    finish(null);
    await new Promise(setImmediate);
    expect(execution.history.events).toHaveLength(length);
    expect(execution.history.events.at(-1)).toMatchObject({ type: 'ExecutionAborted', executionAbortedEventDetails: {} });
  });
});
