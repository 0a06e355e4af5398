import { randomBytes } from 'node:crypto';
import type { Permission, Provisioning, World } from './kernel.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Letters and digits as AWS puts them at the end of a name. @param length characters */
export const randomSuffix = (length: number): string =>
  Array.from(randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join('');

type Named = Pick<Provisioning, 'stackName' | 'logicalId'>;

/**
 * The name that CloudFormation makes up for a resource that has none: `stack-LogicalId-RANDOM`. A replacement gets another,
 * as old and new exist side by side.
 * @param max characters; the stack's and the logical name are cut to fit
 */
export function physicalName({ stackName, logicalId }: Named, max = 64): string {
  const room = max - 14;
  const stack = stackName.slice(0, Math.max(1, room - logicalId.length));
  return `${stack}-${logicalId.slice(0, room - stack.length)}-${randomSuffix(12)}`;
}

/** What `physicalName` will look like, for permissions that are asked before the name exists. */
export const namePattern = ({ stackName, logicalId }: Named): string => `${stackName}-${logicalId}-*`;

/** Application Auto Scaling makes up the names of its targets. */
export const scalableTargets = ({ partition, region, account }: World): string =>
  `arn:${partition}:application-autoscaling:${region}:${account}:scalable-target/*`;

/** One permission for each action, all on one resource. */
export const on = (resource: string, ...actions: string[]): Permission[] => actions.map((action) => ({ action, resource }));
