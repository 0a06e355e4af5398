import { EXECUTION_ARN, give, ROLE_ARN, run, STATE_MACHINE_ARN } from './harness.ts';

describe('steering states', () => {
  it('hands the input of a Pass on when it shapes no output', async () => {
    const { status, output } = await run({ Hand: { Type: 'Pass', End: true } }, { input: { tag: 'v1.0.0' } });
    expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { tag: 'v1.0.0' } });
  });

  it('takes the first rule that holds, and the default when none does', async () => {
    const rule = (value: number, Next: string) => ({ Condition: `{% $states.input = ${value} %}`, Next });
    const machine = { Pick: { Type: 'Choice', Choices: [rule(1, 'One'), rule(1, 'Two')], Default: 'Two' }, One: give('1'), Two: give('2') };
    expect((await run(machine, { input: 1 })).output).toBe(1);
    expect((await run(machine, { input: 5 })).output).toBe(2);
  });

  it('leaves a choice with the output and the variables of its rule', async () => {
    const Choices = [{ Condition: '{% true %}', Next: 'Read', Output: { picked: true }, Assign: { who: 'rule' } }];
    const machine = {
      Pick: { Type: 'Choice', Choices, Assign: { who: 'state', also: 1 } },
      Read: give('[$who, $also, $states.input.picked]'),
    };
    expect((await run(machine)).output).toEqual(['rule', 1, true]);
  });

  it('fails with States.Runtime when no rule holds and there is no default, whatever is caught', async () => {
    const branch = {
      StartAt: 'Pick',
      States: { Pick: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Never' }] }, Never: give('1') },
    };
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Saved' }];
    const { status, error, cause } = await run({ Both: { Type: 'Parallel', Branches: [branch], Catch, Next: 'Saved' }, Saved: give('1') });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
    expect(cause).toBe(
      "An error occurred while executing the state 'Pick' (entered at the event id #4). Failed to transition out of the state. The state does not point to a next state.",
    );
  });

  it('refuses a condition that is not a boolean', async () => {
    const { error, cause } = await run({ Pick: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'End' }] }, End: give('1') });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain("The field 'Choices[0]/Condition' must be a boolean, got 1.");
  });

  it('ends at a Succeed with its output', async () => {
    expect((await run({ Done: { Type: 'Succeed', Output: '{% $states.input.a %}' } }, { input: { a: 7 } })).output).toBe(7);
  });

  it('fails with the error and cause that a Fail computes, and records no exit', async () => {
    const { status, error, cause, types } = await run(
      { No: { Type: 'Fail', Error: "{% 'Tag' & 'Moved' %}", Cause: '{% $states.input.why %}' } },
      { input: { why: 'moved' } },
    );
    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'TagMoved', cause: 'moved' });
    expect(types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });

  it('scales a Wait with the clock', async () => {
    const before = Date.now();
    await run({ Rest: { Type: 'Wait', Seconds: '{% 60 %}', End: true } }, { scale: 0.001 });
    const took = Date.now() - before;
    expect(took).toBeGreaterThanOrEqual(55);
    expect(took).toBeLessThan(5_000);
  });

  it('does not wait for a timestamp that has passed, and refuses one that is none', async () => {
    const at = (Timestamp: string) => run({ Rest: { Type: 'Wait', Timestamp, End: true } });
    expect((await at('2020-01-01T00:00:00Z')).status).toBe('SUCCEEDED');
    expect((await at('{% "tomorrow" %}')).cause).toContain("The field 'Timestamp' must be a timestamp, got 'tomorrow'.");
  });

  it('shows the whole context to expressions', async () => {
    const { output } = await run({ Look: give('$states.context') }, { input: { tag: 'v1.0.0' } });
    expect(output).toEqual({
      Execution: {
        Id: EXECUTION_ARN,
        Input: { tag: 'v1.0.0' },
        Name: 'v1.0.0-abcdef0-1',
        RoleArn: ROLE_ARN,
        StartTime: expect.stringMatching(/^\d{4}-.*Z$/),
        RedriveCount: 0,
      },
      StateMachine: { Id: STATE_MACHINE_ARN, Name: 'example' },
      State: { Name: 'Look', EnteredTime: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
  });
});
