import { insufficientCapabilities } from './errors.ts';
import type { Template } from './template.ts';

const CUSTOM_NAMES = ['RoleName', 'UserName', 'GroupName', 'ManagedPolicyName', 'InstanceProfileName'];

/** The capabilities that a template asks the caller to acknowledge. */
export function neededCapabilities(template: Template): string[] {
  const identities = Object.values(template.Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (identities.length === 0) return [];
  const named = identities.some(({ Properties = {} }) => CUSTOM_NAMES.some((name) => name in Properties));
  return [named ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM'];
}

/** Throws InsufficientCapabilitiesException when something was not acknowledged. */
export function checkCapabilities(template: Template, acknowledged: readonly string[]): void {
  const missing = neededCapabilities(template).filter(
    (capability) => !acknowledged.includes(capability) && !acknowledged.includes('CAPABILITY_NAMED_IAM'),
  );
  if (missing.length > 0) throw insufficientCapabilities(missing);
}
