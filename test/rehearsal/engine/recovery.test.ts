import { StatesError } from '../../../rehearsal/engine/errors.ts';
import { give, run, task } from './harness.ts';

const failing = (...names: string[]) => {
  const left = [...names];
  return () => {
    const name = left.shift();
    if (name) throw new StatesError(name, 'why');
    return 'done';
  };
};
const retry = (fields: object = {}) => [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, ...fields }];

describe('a retrier', () => {
  it('tries again until the task succeeds', async () => {
    const { status, output, types } = await run({ Try: task({ Retry: retry() }) }, { call: failing('Flaky', 'Flaky') });
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: 'done' });
    expect(types.filter((type) => type === 'TaskFailed')).toHaveLength(2);
    expect(types.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
  });

  it.each([
    ['three times by default', {}, 4],
    ['as often as it says', { MaxAttempts: 1 }, 2],
    ['never with 0', { MaxAttempts: 0 }, 1],
  ])('tries again %s', async (_how, fields, attempts) => {
    let calls = 0;
    const call = () => {
      calls += 1;
      throw new StatesError('Flaky', 'why');
    };
    expect((await run({ Try: task({ Retry: retry(fields) }) }, { call })).error).toBe('Flaky');
    expect(calls).toBe(attempts);
  });

  it('counts apart from the other retriers of its state', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 1 },
    ];
    expect((await run({ Try: task({ Retry }) }, { call: failing('A', 'B') })).output).toBe('done');
    expect((await run({ Try: task({ Retry }) }, { call: failing('A', 'B', 'A') })).error).toBe('A');
  });

  it('is the only one asked: a used-up retrier does not hand over to a later one', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 0 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
    ];
    expect((await run({ Try: task({ Retry }) }, { call: failing('A') })).error).toBe('A');
  });

  it('waits longer each time, up to its cap', async () => {
    const at: number[] = [];
    const call = () => {
      at.push(Date.now());
      throw new StatesError('Flaky');
    };
    const Retry = retry({ IntervalSeconds: 30, BackoffRate: 3, MaxDelaySeconds: 60 });
    await run({ Try: task({ Retry }) }, { call, scale: 0.001 });
    const [first, second, third] = at.slice(1).map((time, index) => time - at[index]!);
    expect(first).toBeGreaterThanOrEqual(28);
    expect(second).toBeGreaterThanOrEqual(58);
    expect(third).toBeGreaterThanOrEqual(58);
    expect(third).toBeLessThan(250);
  });

  it('tells the state how often it was tried', async () => {
    const { output } = await run(
      { Try: task({ Retry: retry(), Output: '{% $states.context.State.RetryCount %}' }) },
      { call: failing('Flaky', 'Flaky') },
    );
    expect(output).toBe(2);
  });

  it('tries a Parallel again as a whole', async () => {
    const branch = { StartAt: 'Inner', States: { Inner: task() } };
    const call = failing('Flaky');
    const { output, types } = await run({ All: { Type: 'Parallel', Branches: [branch], Retry: retry(), End: true } }, { call });
    expect(output).toEqual(['done']);
    expect(types.filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
  });

  it('tries again what an expression of the state failed at', async () => {
    let n = 0;
    const Retry = [{ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 1 }];
    const { output } = await run(
      { Try: task({ Retry, Output: '{% $states.result.ready %}' }) },
      { call: () => ({ n, ...(n++ && { ready: true }) }) },
    );
    expect(output).toBe(true);
  });
});

describe('what names match', () => {
  const caught = async (names: string[], call: () => never, more: object = {}) => {
    const machine = {
      Try: task({ Catch: [{ ErrorEquals: names, Next: 'Caught' }], End: undefined, Next: 'Fine', ...more }),
      Caught: give('"caught"'),
      Fine: give('"fine"'),
    };
    return (await run(machine, { call })).output === 'caught';
  };
  const fail =
    (name: string, aliases: string[] = []) =>
    (): never => {
      throw new StatesError(name, '', aliases);
    };

  it.each([
    [['TagMoved'], 'TagMoved', true],
    [['Other'], 'TagMoved', false],
    [['States.ALL'], 'TagMoved', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.TaskFailed'], 'TagMoved', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.Timeout'], 'States.Timeout', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.TaskFailed'], 'States.DataLimitExceeded', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
  ])('%j for %s: %s', async (names, error, expected) => {
    expect(await caught(names, fail(error))).toBe(expected);
  });
});

describe('a catcher', () => {
  const machine = (catcher: object) => ({
    Try: { ...task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After', ...catcher }] }), Assign: { result: '{% $states.result %}' } },
    After: give('{"in": $states.input, "failure": $failure}'),
  });

  it('gives error and cause as the output by default', async () => {
    const states = { ...machine({}), After: give('$states.input') };
    expect((await run(states, { call: failing('TagMoved') })).output).toEqual({ Error: 'TagMoved', Cause: 'why' });
  });

  it("shapes the output and assigns variables from the error, not from the state's own fields", async () => {
    const catcher = {
      Output: '{% $states.input.tag %}',
      Assign: { failure: { state: '{% $states.context.State.Name %}', error: '{% $states.errorOutput.Error %}' } },
    };
    const { output, events } = await run(machine(catcher), { input: { tag: 'v1' }, call: failing('TagMoved') });
    expect(output).toEqual({ in: 'v1', failure: { state: 'Try', error: 'TagMoved' } });
    const exit = events.find(({ type }) => type === 'TaskStateExited')!.stateExitedEventDetails!;
    expect(exit.assignedVariables).toEqual({ failure: '{"state":"Try","error":"TagMoved"}' });
  });

  it('comes after the retries are used up', async () => {
    const states = {
      Try: task({ Retry: retry({ MaxAttempts: 2 }), Catch: [{ ErrorEquals: ['Flaky'], Next: 'After' }] }),
      After: give('"saved"'),
    };
    const { output, types } = await run(states, { call: failing('Flaky', 'Flaky', 'Flaky') });
    expect(output).toBe('saved');
    expect(types.filter((type) => type === 'TaskFailed')).toHaveLength(3);
  });

  it('catches a failed evaluation, with a cause that names the expression and the field', async () => {
    const states = {
      Try: task({
        Arguments: { tag: '{% $states.input.absent %}' },
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'After' }],
      }),
      After: give('$states.input.Cause'),
    };
    const { output, types } = await run(states);
    expect(output).toBe(
      "An error occurred while executing the state 'Try' (entered at the event id #2). The JSONata expression '$states.input.absent' specified for the field 'Arguments/tag' returned nothing (undefined).",
    );
    expect(types).toContain('EvaluationFailed');
  });

  it('that fails itself fails the machine', async () => {
    const { status, error } = await run(machine({ Output: '{% $nothing %}' }), { call: failing('TagMoved') });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});
