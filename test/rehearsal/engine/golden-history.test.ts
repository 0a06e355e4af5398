import { StatesError } from '../../../rehearsal/engine/errors.ts';
import type { TaskCall } from '../../../rehearsal/engine/visit.ts';
import { RESOURCE, ROLE_ARN, run } from './harness.ts';

const whole = { truncated: false };
const lambda = { resourceType: 'lambda', resource: 'invoke' };

/** A release in small: a step that is tried twice, a failure that is caught, a report that fails the machine. */
const STATES = {
  AcceptTag: {
    Type: 'Task',
    Resource: RESOURCE,
    Arguments: { FunctionName: 'accept', Payload: '{% $states.input %}' },
    TimeoutSeconds: 60,
    Retry: [{ ErrorEquals: ['Lambda.ServiceException'], IntervalSeconds: 1, MaxAttempts: 2 }],
    Assign: { release: '{% $states.result.Payload %}' },
    Output: {},
    Next: 'Deploy',
  },
  Deploy: {
    Type: 'Task',
    Resource: RESOURCE,
    Arguments: { FunctionName: 'deploy' },
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Report', Assign: { failure: '{% $states.errorOutput.Error %}' }, Output: {} }],
    End: true,
  },
  Report: { Type: 'Fail', Error: '{% $failure %}', Cause: "{% 'release ' & $release.tag %}" },
};

it('records a release exactly as GetExecutionHistory gives it', async () => {
  const answers = [
    new StatesError('Lambda.ServiceException', 'busy'),
    { Payload: { tag: 'v1.0.0' } },
    new StatesError('StackLocked', 'held'),
  ];
  const call = (_call: TaskCall) => {
    const answer = answers.shift()!;
    if (answer instanceof StatesError) throw answer;
    return answer;
  };
  const { events } = await run(STATES, { input: { tag: 'v1.0.0' }, call });
  const parameters = '{"FunctionName":"accept","Payload":{"tag":"v1.0.0"}}';
  const scheduled = { ...lambda, region: 'us-east-1', parameters, timeoutInSeconds: 60 };
  expect(events.map(({ timestamp, ...event }) => event)).toEqual([
    {
      id: 1,
      previousEventId: 0,
      type: 'ExecutionStarted',
      executionStartedEventDetails: { input: '{"tag":"v1.0.0"}', inputDetails: whole, roleArn: ROLE_ARN },
    },
    {
      id: 2,
      previousEventId: 0,
      type: 'TaskStateEntered',
      stateEnteredEventDetails: { name: 'AcceptTag', input: '{"tag":"v1.0.0"}', inputDetails: whole },
    },
    { id: 3, previousEventId: 2, type: 'TaskScheduled', taskScheduledEventDetails: scheduled },
    { id: 4, previousEventId: 3, type: 'TaskStarted', taskStartedEventDetails: lambda },
    {
      id: 5,
      previousEventId: 4,
      type: 'TaskFailed',
      taskFailedEventDetails: { ...lambda, error: 'Lambda.ServiceException', cause: 'busy' },
    },
    { id: 6, previousEventId: 5, type: 'TaskScheduled', taskScheduledEventDetails: scheduled },
    { id: 7, previousEventId: 6, type: 'TaskStarted', taskStartedEventDetails: lambda },
    {
      id: 8,
      previousEventId: 7,
      type: 'TaskSucceeded',
      taskSucceededEventDetails: { ...lambda, output: '{"Payload":{"tag":"v1.0.0"}}', outputDetails: whole },
    },
    {
      id: 9,
      previousEventId: 8,
      type: 'TaskStateExited',
      stateExitedEventDetails: {
        name: 'AcceptTag',
        output: '{}',
        outputDetails: whole,
        assignedVariables: { release: '{"tag":"v1.0.0"}' },
        assignedVariablesDetails: whole,
      },
    },
    {
      id: 10,
      previousEventId: 9,
      type: 'TaskStateEntered',
      stateEnteredEventDetails: { name: 'Deploy', input: '{}', inputDetails: whole },
    },
    {
      id: 11,
      previousEventId: 10,
      type: 'TaskScheduled',
      taskScheduledEventDetails: { ...lambda, region: 'us-east-1', parameters: '{"FunctionName":"deploy"}' },
    },
    { id: 12, previousEventId: 11, type: 'TaskStarted', taskStartedEventDetails: lambda },
    { id: 13, previousEventId: 12, type: 'TaskFailed', taskFailedEventDetails: { ...lambda, error: 'StackLocked', cause: 'held' } },
    {
      id: 14,
      previousEventId: 13,
      type: 'TaskStateExited',
      stateExitedEventDetails: {
        name: 'Deploy',
        output: '{}',
        outputDetails: whole,
        assignedVariables: { failure: '"StackLocked"' },
        assignedVariablesDetails: whole,
      },
    },
    {
      id: 15,
      previousEventId: 14,
      type: 'FailStateEntered',
      stateEnteredEventDetails: { name: 'Report', input: '{}', inputDetails: whole },
    },
    {
      id: 16,
      previousEventId: 15,
      type: 'ExecutionFailed',
      executionFailedEventDetails: { error: 'StackLocked', cause: 'release v1.0.0' },
    },
  ]);
});
