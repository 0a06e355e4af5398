import { StatesError } from '../../../rehearsal/engine/errors.ts';
import type { TaskCall } from '../../../rehearsal/engine/visit.ts';
import { give, run, task } from './harness.ts';

const flow = (states: Record<string, unknown>) => ({ StartAt: Object.keys(states)[0], States: states });

describe('a Parallel', () => {
  it('gives the outputs of its branches in order, each fed with the arguments', async () => {
    const Branches = [flow({ A: give('$states.input & "a"') }), flow({ B: give('$states.input & "b"') })];
    const { output } = await run(
      { Both: { Type: 'Parallel', Branches, Arguments: '{% $states.input.x %}', Output: '{% $states.result %}', End: true } },
      { input: { x: 'x' } },
    );
    expect(output).toEqual(['xa', 'xb']);
  });

  it('stops the other branches when one fails, and fails as that one', async () => {
    const Branches = [
      flow({ Slow: { Type: 'Wait', Seconds: 99_999, End: true } }),
      flow({ Bad: { Type: 'Fail', Error: 'Bad', Cause: 'why' } }),
    ];
    const { error, cause, events } = await run({ Both: { Type: 'Parallel', Branches, End: true } });
    expect({ error, cause }).toEqual({ error: 'Bad', cause: 'why' });
    expect(events.slice(-5).map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [4, 3, 'WaitStateEntered'],
      [5, 3, 'FailStateEntered'],
      [6, 5, 'WaitStateAborted'],
      [7, 5, 'ParallelStateFailed'],
      [8, 7, 'ExecutionFailed'],
    ]);
  });

  it('lets its branches read variables but keeps theirs inside', async () => {
    const branch = flow({ Set: { Type: 'Pass', Assign: { inner: '{% $outer + 1 %}' }, Next: 'Read' }, Read: give('$inner') });
    const { output } = await run({
      Start: { Type: 'Pass', Assign: { outer: 1 }, Next: 'Both' },
      Both: { Type: 'Parallel', Branches: [branch], Next: 'After' },
      After: give('{"result": $states.input, "seen": $exists($inner)}'),
    });
    expect(output).toEqual({ result: [2], seen: false });
  });
});

describe('a Map', () => {
  const map = (fields: object, processor: Record<string, unknown> = { Each: give('$states.input * 10') }) => ({
    Type: 'Map',
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...flow(processor) },
    End: true,
    ...fields,
  });

  it('runs its processor for each item and keeps their order', async () => {
    expect((await run({ All: map({ Items: '{% $states.input.n %}' }) }, { input: { n: [1, 2, 3] } })).output).toEqual([10, 20, 30]);
    expect((await run({ All: map({}) }, { input: [] })).output).toEqual([]);
  });

  it('shapes the input of an iteration, which knows its place', async () => {
    const ItemSelector = {
      i: '{% $states.context.Map.Item.Index %}',
      v: '{% $states.context.Map.Item.Value %}',
      all: '{% $count($states.input) %}',
    };
    const { output } = await run(
      {
        All: map({ ItemSelector }, { Each: give('[$states.input.i, $states.input.v, $states.input.all, $states.context.Map.Item.Index]') }),
      },
      { input: ['a', 'b'] },
    );
    expect(output).toEqual([
      [0, 'a', 2, 0],
      [1, 'b', 2, 1],
    ]);
  });

  it('runs no more at a time than it may', async () => {
    let running = 0;
    let most = 0;
    const call = async ({ arguments: given }: TaskCall) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      return given;
    };
    await run({ All: map({ MaxConcurrency: 2 }, { Each: task() }) }, { input: [1, 2, 3, 4, 5], call });
    expect(most).toBe(2);
  });

  it('fails at the first failure and aborts the other iterations', async () => {
    const call = ({ arguments: given }: TaskCall) => {
      if (given === 2) throw new StatesError('Bad');
      return new Promise<never>(() => {});
    };
    const { error, events } = await run({ All: map({}, { Each: task() }) }, { input: [1, 2], call });
    expect(error).toBe('Bad');
    const failed = events.find(({ type }) => type === 'TaskFailed')!.id;
    expect(events.slice(failed).map(({ previousEventId, type }) => [previousEventId, type])).toEqual([
      [failed, 'MapIterationFailed'],
      [failed, 'TaskStateAborted'],
      [failed, 'MapIterationAborted'],
      [failed, 'MapStateFailed'],
      [events.at(-2)!.id, 'ExecutionFailed'],
    ]);
  });

  it('refuses items that are no array', async () => {
    expect((await run({ All: map({ Items: '{% 7 %}' }) })).cause).toContain("The field 'Items' must be an array, got number.");
  });

  it('links its events as Step Functions does', async () => {
    const { events } = await run({ All: map({ MaxConcurrency: 1 }) }, { input: [1, 2] });
    expect(events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`)).toEqual([
      '1<0 ExecutionStarted',
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 PassStateEntered',
      '6<5 PassStateExited',
      '7<6 MapIterationSucceeded',
      '8<6 MapIterationStarted',
      '9<8 PassStateEntered',
      '10<9 PassStateExited',
      '11<10 MapIterationSucceeded',
      '12<11 MapStateSucceeded',
      '13<11 MapStateExited',
      '14<13 ExecutionSucceeded',
    ]);
  });
});
