import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { j } from './machine-states.ts';

/** All variables, so that the failure path may name what had not happened yet. */
export const blank = [
  'release',
  'configs',
  'build',
  'image',
  'stage',
  'inspection',
  'plan',
  'approval',
  'heal',
  'deployment',
  'watch',
  'smoke',
  'alarms',
  'failure',
  'diagnostics',
  'evidence',
  'diagnosis',
  'recovery',
  'rollback',
  'proof',
];
/** What belongs to one stage and is forgotten when the next begins. */
export const ofStage = ['inspection', 'plan', 'approval', 'heal', 'deployment', 'watch', 'smoke', 'alarms'];
export const nulls = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
/** How every execution begins. */
export const nothingYet = {
  index: 0,
  polls: 0,
  woken: false,
  looks: 0,
  healing: false,
  healed: false,
  stuck: false,
  moves: [],
  ...nulls(blank),
};
/** What an incident from elsewhere brings along. */
export const rescued = ['request', 'release', 'configs', 'build', 'image', 'stage', 'inspection', 'plan', 'deployment', 'smoke', 'failure'];
/** Each variable under its own name, as a step's input. */
export const vars = <const Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, j(`$${name}`)])) as Record<Name, string>;
export const when = (expression: string) => sfn.Condition.jsonata(j(expression));

/** ARN and start of this execution. */
export const execution = { arn: j('$states.context.Execution.Id'), startedAt: j('$states.context.Execution.StartTime') };
