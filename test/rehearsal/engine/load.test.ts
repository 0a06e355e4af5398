import aslValidator from 'asl-validator';
import { InvalidDefinition, loadDefinition } from '../../../rehearsal/engine/check/load.ts';
import { give, RESOURCE, task } from './harness.ts';

const END = { Type: 'Pass', End: true };
const machine = (States: Record<string, unknown>, top: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...top,
});
const problems = (definition: object, refuse?: (resource: string) => string | undefined): readonly string[] => {
  try {
    loadDefinition(JSON.stringify(definition), refuse);
    return [];
  } catch (error) {
    if (error instanceof InvalidDefinition) return error.problems;
    throw error;
  }
};
const flow = (States: Record<string, unknown>) => ({ StartAt: Object.keys(States)[0], States });

describe('loading a definition', () => {
  it.each<[string, object, string]>([
    [
      'a JSONPath machine',
      { StartAt: 'A', States: { A: END } },
      "'JSONPath' is not supported: this engine runs JSONata only at /QueryLanguage",
    ],
    ['a JSONPath state', machine({ A: { ...END, QueryLanguage: 'JSONPath' } }), "the query language 'JSONPath' is not supported"],
    [
      'a JSONPath field',
      machine({ A: { ...END, ResultPath: '$.a' } }),
      "the JSONPath field 'ResultPath' is not supported in JSONata at /States/A/ResultPath",
    ],
    [
      'a JSONPath condition',
      machine({ A: { Type: 'Choice', Choices: [{ Variable: '$.a', Condition: '{% true %}', Next: 'B' }] }, B: END }),
      "the JSONPath field 'Variable' is not supported in JSONata at /States/A/Choices[0]/Variable",
    ],
    [
      'a JSONPath key in arguments',
      machine({ A: task({ Arguments: { 'a.$': '$.a' } }) }),
      "the JSONPath field 'a.$' is not supported in JSONata at /States/A/Arguments/a.$",
    ],
    ['an unknown type', machine({ A: { Type: 'Loop', End: true } }), "the state 'A' has the unknown type 'Loop'"],
    ['a field of another type', machine({ A: { ...END, Retry: [] } }), "the field 'Retry' is not supported here at /States/A/Retry"],
    [
      'a field nobody knows',
      machine({ A: task({ Credentials: {} }) }),
      "the field 'Credentials' is not supported here at /States/A/Credentials",
    ],
    ['a missing start', machine({ A: END }, { StartAt: 'B' }), "there is no state 'B' to go to at /StartAt"],
    ['a missing target', machine({ A: { Type: 'Pass', Next: 'B' } }), "there is no state 'B' to go to at /States/A"],
    [
      'a missing target of a catcher',
      machine({ A: task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }) }),
      "there is no state 'B' to go to at /States/A",
    ],
    ['an unreachable state', machine({ A: END, B: END }), "the state 'B' is not reachable at /States/B"],
    [
      'a target in another scope',
      machine({ A: { Type: 'Parallel', Branches: [flow({ B: { Type: 'Pass', Next: 'C' } })], Next: 'C' }, C: END }),
      "there is no state 'C' to go to at /States/A/Branches[0]/States/B",
    ],
    [
      'a name used twice',
      machine({ A: { Type: 'Parallel', Branches: [flow({ A: END })], End: true } }),
      "the state name 'A' is used at /States/A already",
    ],
    [
      'both ways out',
      machine({ A: { Type: 'Pass', Next: 'B', End: true }, B: END }),
      "exactly one of 'Next' and 'End' is required at /States/A",
    ],
    ['no way out', machine({ A: { Type: 'Pass' } }), "exactly one of 'Next' and 'End' is required at /States/A"],
    ['a wait for nothing', machine({ A: { Type: 'Wait', End: true } }), "exactly one of 'Seconds' and 'Timestamp' is required"],
    ['a choice without rules', machine({ A: { Type: 'Choice', Choices: [] } }), "'Choices' must be a non-empty array"],
    ['a broken expression', machine({ A: give('$a +') }), "the JSONata expression '$a +' cannot be parsed"],
    ['an operator of a later JSONata', machine({ A: give('$a ?? 1') }), "the JSONata expression '$a ?? 1' cannot be parsed"],
    ['$eval', machine({ A: give("$eval('1')") }), '$eval is not available in Step Functions: use $parse at /States/A/Output'],
    [
      'an expression with blanks around',
      machine({ A: { ...END, Output: ' {% 1 %}' } }),
      "an expression must start with '{%' and end with '%}'",
    ],
    ['a variable named states', machine({ A: { ...END, Assign: { states: 1 } } }), "'states' is not a variable name"],
    [
      'a variable of an outer scope',
      machine({ A: { Type: 'Parallel', Assign: { v: 1 }, Branches: [flow({ B: { ...END, Assign: { v: 2 } } })], End: true } }),
      "the variable 'v' is assigned in an outer scope already",
    ],
    [
      'States.ALL among others',
      machine({ A: task({ Retry: [{ ErrorEquals: ['States.ALL', 'A'] }] }) }),
      "'States.ALL' must appear alone and in the last place",
    ],
    [
      'States.ALL before others',
      machine({ A: task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }) }),
      "'States.ALL' must appear alone and in the last place",
    ],
    [
      'a retrier without errors',
      machine({ A: task({ Retry: [{ ErrorEquals: [] }] }) }),
      "'ErrorEquals' must be a non-empty array of error names",
    ],
    [
      'a backoff below 1',
      machine({ A: task({ Retry: [{ ErrorEquals: ['A'], BackoffRate: 0.5 }] }) }),
      "'BackoffRate' must be a number of at least 1",
    ],
    [
      'a cap below the interval',
      machine({ A: task({ Retry: [{ ErrorEquals: ['A'], IntervalSeconds: 9, MaxDelaySeconds: 9 }] }) }),
      "'MaxDelaySeconds' must exceed 'IntervalSeconds'",
    ],
    [
      'an unknown jitter',
      machine({ A: task({ Retry: [{ ErrorEquals: ['A'], JitterStrategy: 'SOME' }] }) }),
      "the jitter strategy 'SOME' is unknown",
    ],
    [
      'a heartbeat beyond the timeout',
      machine({ A: task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }) }),
      "'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
    ],
    ['a timeout of 0', machine({ A: task({ TimeoutSeconds: 0 }) }), 'must be an integer of at least 1 at /States/A/TimeoutSeconds'],
    [
      'a distributed Map',
      machine({ A: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, ...flow({ B: END }) }, End: true } }),
      "the mode 'DISTRIBUTED' is not supported",
    ],
    ['a machine timeout that is no number', machine({ A: END }, { TimeoutSeconds: '5' }), 'must be an integer above 0 at /TimeoutSeconds'],
    ['a machine field nobody knows', machine({ A: END }, { Start: 'A' }), "the field 'Start' is not supported here at /Start"],
  ])('refuses %s', (_what, definition, expected) => {
    expect(problems(definition).join('\n')).toContain(expected);
  });

  it('tells every problem at once', () => {
    expect(problems(machine({ A: { Type: 'Pass', Next: 'B', InputPath: '$' } }, { QueryLanguage: undefined }))).toHaveLength(3);
  });

  it('asks whether a resource can be called, also inside branches', () => {
    const definition = machine({ A: { Type: 'Parallel', Branches: [flow({ B: task() })], End: true } });
    const refuse = (resource: string) => (resource === RESOURCE ? 'not today' : undefined);
    expect(problems(definition, refuse)).toEqual(['SCHEMA_VALIDATION_FAILED: not today at /States/A/Branches[0]/States/B/Resource']);
  });

  it('takes what the reference validator takes', () => {
    const definition = machine({
      Start: { Type: 'Pass', Assign: { n: 0 }, Next: 'Try' },
      Try: task({
        Arguments: { n: '{% $n %}' },
        Retry: [{ ErrorEquals: ['A'], MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'No', Assign: { n: 1 } }],
        End: undefined,
        Next: 'Pick',
      }),
      Pick: { Type: 'Choice', Choices: [{ Condition: '{% $n = 0 %}', Next: 'Rest' }], Default: 'All' },
      Rest: { Type: 'Wait', Seconds: 1, Next: 'Done' },
      All: {
        Type: 'Map',
        Items: '{% [1] %}',
        ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...flow({ Each: END }) },
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
      No: { Type: 'Fail', Error: 'No', Cause: '{% $string($n) %}' },
    });
    const reference = aslValidator(JSON.parse(JSON.stringify(definition)));
    expect({ reference: reference.errors, ours: problems(definition) }).toEqual({ reference: [], ours: [] });
  });
});
