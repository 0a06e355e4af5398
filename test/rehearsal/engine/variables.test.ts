import { VARIABLES_BYTES } from '../../../rehearsal/engine/limits.ts';
import { give, run, task } from './harness.ts';

describe('variables', () => {
  it('take effect together, after output and all assignments were evaluated', async () => {
    const { output } = await run({
      First: { Type: 'Pass', Assign: { a: 1, b: 2 }, Next: 'Swap' },
      Swap: { Type: 'Pass', Assign: { a: '{% $b %}', b: '{% $a %}' }, Output: '{% $a %}', Next: 'Read' },
      Read: give('[$states.input, $a, $b]'),
    });
    expect(output).toEqual([1, 2, 1]);
  });

  it('are gone from nobody: a name that was never assigned is a failed evaluation', async () => {
    const { error, cause } = await run({ Read: give('$absent') });
    expect(error).toBe('States.QueryEvaluationError');
    expect(cause).toContain("The JSONata expression '$absent' specified for the field 'Output' returned nothing (undefined).");
  });

  it('are limited to 256 KiB each', async () => {
    const { error } = await run({ Set: { Type: 'Pass', Assign: { big: "{% $pad('', 262145, 'x') %}" }, End: true } });
    expect(error).toBe('States.DataLimitExceeded');
  });

  it('are limited to 10 MiB together', async () => {
    const each = 250_000;
    const names = Array.from({ length: Math.ceil(VARIABLES_BYTES / each) }, (_, index) => `v${index}`);
    const Assign = Object.fromEntries(names.map((name) => [name, `{% $pad('', ${each}, 'x') %}`]));
    expect((await run({ Set: { Type: 'Pass', Assign, End: true } })).error).toBe('States.DataLimitExceeded');
  });
});

describe('payloads', () => {
  const BIG = "{% $pad('', 262145, 'x') %}";

  it.each([
    ['an output', { Big: { Type: 'Pass', Output: BIG, End: true } }],
    ['the arguments of a task', { Big: task({ Arguments: BIG }) }],
  ])('are limited to 256 KiB: %s', async (_what, states) => {
    const { error, cause } = await run(states);
    expect(error).toBe('States.DataLimitExceeded');
    expect(cause).toBe("The state/task 'Big' returned a result with a size exceeding the maximum number of bytes service limit.");
  });

  it('are limited to 256 KiB: the result of a task, which has failed then', async () => {
    const { error, types } = await run({ Big: task() }, { call: () => 'x'.repeat(262_145) });
    expect(error).toBe('States.DataLimitExceeded');
    expect(types).toContain('TaskFailed');
  });
});

describe('a history', () => {
  it('ends the execution at 25,000 events', async () => {
    const states = {
      Count: { Type: 'Pass', Next: 'Again' },
      Again: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Count' }] },
    };
    const { status, error, cause, events } = await run(states);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
    expect(cause).toBe('The execution reached the maximum number of history events (25000).');
    expect(events).toHaveLength(25_000);
  });
});
