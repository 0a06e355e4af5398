import type { Properties } from '../kernel.ts';
import { refuseProperties } from '../sdk-words.ts';
import { compilePattern } from './pattern.ts';
import { select, type TargetInput } from './target-input.ts';

export interface RuleTarget extends TargetInput {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  /** Name of the bus. */
  readonly bus: string;
  readonly enabled: boolean;
  readonly targets: readonly RuleTarget[];
  readonly properties: Properties;
  matches(event: unknown): boolean;
}

const TYPE = 'AWS::Events::Rule';
const KNOWN_TARGET_MEMBERS = new Set([
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
  'SqsParameters',
]);

/**
 * Reads a rule's properties and refuses what it could not honour.
 * @param known services that events can be delivered to, as their ARNs name them
 */
export function readRule(name: string, arn: string, bus: string, properties: Properties, known: ReadonlySet<string>): Rule {
  const { EventPattern: pattern, ScheduleExpression: schedule, State = 'ENABLED', Targets: targets = [] } = properties;
  if (!pattern && !schedule) throw new Error('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  for (const target of targets) checkTarget(target, known);
  const matches = pattern ? compilePattern(pattern) : () => false;
  return { name, arn, bus, enabled: State !== 'DISABLED', targets, properties, matches };
}

function checkTarget(target: RuleTarget, known: ReadonlySet<string>): void {
  const unknown = Object.keys(target).filter((member) => !KNOWN_TARGET_MEMBERS.has(member));
  refuseProperties(`${TYPE} target ${target.Id}`, { ...target }, ...unknown);
  const service = serviceOf(target.Arn);
  if (!known.has(service))
    throw new Error(
      `${TYPE} target ${target.Id}: the service "${service}" of ${target.Arn} is not supported; known: ${[...known].join(', ')}`,
    );
  for (const path of [target.InputPath ?? '$', ...Object.values(target.InputTransformer?.InputPathsMap ?? {})]) select(path, {});
}

/** `arn:aws:states:…` → `states` */
export const serviceOf = (arn: string): string => arn.split(':')[2] ?? '';
