import type { Engine } from './engine.ts';
import { validationError } from './errors.ts';
import { exportedBy } from './exports.ts';
import type { Scope } from './intrinsics.ts';
import { referable } from './parameters.ts';
import type { Goal, Stack } from './stack.ts';

/** Where the values of a stack's template come from while it is at work. @param imported collects the names of exports that are used */
export function scopeOf(
  { world, stacks }: Pick<Engine, 'world' | 'stacks'>,
  stack: Stack,
  goal: Goal,
  imported = new Set<string>(),
): Scope {
  const existing = (logicalId: string) => {
    const resource = stack.live(logicalId);
    if (resource?.physicalId === undefined) {
      throw validationError(
        `Template format error: Unresolved resource dependencies [${logicalId}] in the Resources block of the template`,
      );
    }
    return resource;
  };
  return {
    template: goal.template,
    parameters: referable(goal.template, goal.parameters),
    pseudo: {
      'AWS::AccountId': world.account,
      'AWS::Region': world.region,
      'AWS::Partition': world.partition,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': stack.id,
      'AWS::NotificationARNs': [],
    },
    ref: (logicalId) => existing(logicalId).physicalId,
    attribute(logicalId, name) {
      const { attributes } = existing(logicalId);
      if (!Object.hasOwn(attributes, name)) {
        throw validationError(`Template error: resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt`);
      }
      return attributes[name];
    },
    importValue(name) {
      const found = exportedBy(stacks, name);
      if (!found) throw validationError(`No export named ${name} found`);
      imported.add(name);
      return found.value;
    },
  };
}
