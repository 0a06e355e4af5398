/** Which field may stand where. What is in none of these tables is refused by name. */
import type { StateType } from '../definition.ts';

const EVERYWHERE = ['Type', 'Comment', 'QueryLanguage'];
const LEADS_ON = ['Next', 'End', 'Output', 'Assign'];
const RECOVERS = ['Retry', 'Catch'];

export const STATE_FIELDS: Readonly<Record<StateType, readonly string[]>> = {
  Pass: [...EVERYWHERE, ...LEADS_ON],
  Task: [...EVERYWHERE, ...LEADS_ON, ...RECOVERS, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Choice: [...EVERYWHERE, 'Choices', 'Default', 'Output', 'Assign'],
  Wait: [...EVERYWHERE, ...LEADS_ON, 'Seconds', 'Timestamp'],
  Succeed: [...EVERYWHERE, 'Output'],
  Fail: [...EVERYWHERE, 'Error', 'Cause'],
  Parallel: [...EVERYWHERE, ...LEADS_ON, ...RECOVERS, 'Branches', 'Arguments'],
  Map: [...EVERYWHERE, ...LEADS_ON, ...RECOVERS, 'ItemProcessor', 'Items', 'ItemSelector', 'MaxConcurrency'],
};

export const REQUIRED_FIELDS: Readonly<Partial<Record<StateType, readonly string[]>>> = {
  Task: ['Resource'],
  Choice: ['Choices'],
  Parallel: ['Branches'],
  Map: ['ItemProcessor'],
};

/** Fields whose strings may hold expressions. The others are constants. */
export const EXPRESSION_FIELDS: readonly string[] = [
  'Output',
  'Assign',
  'Arguments',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'Condition',
  'Seconds',
  'Timestamp',
  'Error',
  'Cause',
  'Items',
  'ItemSelector',
  'MaxConcurrency',
];

/** Fields of the other query language: a machine that holds one was written for JSONPath. */
export const JSONPATH_FIELDS: readonly string[] = [
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ItemsPath',
  'MaxConcurrencyPath',
  'ErrorPath',
  'CausePath',
  'Variable',
];

export const MACHINE_FIELDS: readonly string[] = ['StartAt', 'States', 'Comment', 'Version', 'TimeoutSeconds', 'QueryLanguage'];
export const FLOW_FIELDS: readonly string[] = ['StartAt', 'States', 'Comment', 'ProcessorConfig'];
export const RETRIER_FIELDS: readonly string[] = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
export const CATCHER_FIELDS: readonly string[] = ['ErrorEquals', 'Next', 'Output', 'Assign', 'Comment'];
export const RULE_FIELDS: readonly string[] = ['Condition', 'Next', 'Output', 'Assign', 'Comment'];
