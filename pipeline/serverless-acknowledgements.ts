import type { Finding } from './acknowledgements.ts';

/** What stands of the Serverless pack. */
export const serverlessFindings: readonly Finding[] = [
  {
    rule: 'Serverless-LambdaDLQ',
    at: /\/Function$/,
    reason:
      'The machine waits for its steps and catches what they throw. Functions that events call keep what fails in a queue by a failure destination, which tells the error, too.',
  },
  {
    rule: 'Serverless-LambdaTracing',
    at: /\/Function$/,
    reason: 'The execution history holds input, output and duration of each step; a trace would repeat it without the reasons.',
  },
  {
    rule: 'Serverless-StepFunctionStateMachineXray',
    at: /Release\/Machine$/,
    reason: 'The execution history holds every state, input and output; a trace would repeat it without the reasons.',
  },
  {
    rule: 'Serverless-SQSRedrivePolicy',
    at: /\/(Undelivered|Parked)$/,
    reason: 'It is itself where a rule, a function or another queue leaves what it gave up; an alarm tells when something lies there.',
  },
  {
    rule: 'Serverless-LambdaEventSourceMappingDestination',
    at: /RecordEvent\/Function\/CurrentVersion\/SqsEventSource:.*$/,
    reason: "Its source is a queue, for which Lambda knows no destination: the queue's own redrive policy keeps what fails.",
  },
];
