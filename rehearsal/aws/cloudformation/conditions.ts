import { isDeepStrictEqual } from 'node:util';
import { notSupported, validationError } from './errors.ts';
import { resolve, type Scope } from './intrinsics.ts';

/** Whether a condition of the template holds. */
export function conditionHolds(name: string, scope: Scope): boolean {
  const condition = scope.template.Conditions?.[name];
  if (condition === undefined) throw validationError(`Template format error: Unresolved condition dependency ${name}`);
  return holds(condition, scope);
}

function holds(condition: unknown, scope: Scope): boolean {
  const [[name, argument] = ['nothing', undefined]] = Object.entries(condition as Record<string, unknown>);
  const list = argument as unknown[];
  switch (name) {
    case 'Fn::Equals':
      return isDeepStrictEqual(resolve(list[0], scope), resolve(list[1], scope));
    case 'Fn::Not':
      return !holds(list[0], scope);
    case 'Fn::And':
      return list.every((each) => holds(each, scope));
    case 'Fn::Or':
      return list.some((each) => holds(each, scope));
    case 'Condition':
      return conditionHolds(argument as string, scope);
    default:
      throw notSupported(`Condition function ${name}`);
  }
}
