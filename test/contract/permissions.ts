import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { peopleStack } from '../../rehearsal/world/people.ts';
import { root } from '../assembly.ts';

/** Role → its actions, both sorted. Roles by stack and construct: `ReleaseMachine/DeployRole`; those of a stage without the stage's name. */
export type Permissions = Readonly<Record<string, readonly string[]>>;

/** What the scenarios asked for, as test/long/record-permissions.ts wrote it. */
export interface Recording {
  /** By a tag that is released. */
  readonly release: Permissions;
  /** By the faults, beyond that. */
  readonly faults: Permissions;
}
export const recordingFile = join(root, 'test/fixtures/calls/recorded-permissions.json');
export const readRecording = (): Recording => JSON.parse(readFileSync(recordingFile, 'utf8')) as Recording;

/** `StagingFoundation`, `DeployRole1A2B3C4D` → `Foundation/DeployRole`: the same for every stage, and without the hash that CDK appends. */
export const roleName = (stack: string, logicalId: string): string =>
  `${/(Foundation|Service)$/.exec(stack)?.[0] ?? stack}/${logicalId.replace(/[0-9A-F]{8}$/, '')}`;

export interface Asked {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
}

/** Every permission that a rehearsal asked for. @param calls path of its log of calls; the permissions lie beside it */
export function askedIn(calls: string): Asked[] {
  const asked = JSON.parse(readFileSync(join(calls, '..', 'permissions.json'), 'utf8')) as Asked[];
  // People of a rehearsal are no roles of the pipeline.
  return asked
    .filter(({ role }) => !role.includes(`:role/${peopleStack}-`))
    .map(({ role, ...permission }) => ({ ...permission, role: nameOf(role) }));
}

/** Names made by CloudFormation say of which stack and construct a role is: `STACK-LogicalId-SUFFIX`. */
function nameOf(arn: string): string {
  const [, stack, logicalId] = /:role\/(\w+)-(\w+)-[A-Z2-7]{12}$/.exec(arn) ?? [];
  if (!stack || !logicalId) throw new Error(`${arn} is not named by CloudFormation: whose role is it?`);
  return roleName(stack, logicalId);
}

export function permissionsOf(pairs: Iterable<{ readonly role: string; readonly action: string }>): Permissions {
  const roles = new Map<string, Set<string>>();
  for (const { role, action } of pairs) roles.set(role, (roles.get(role) ?? new Set()).add(action));
  return Object.fromEntries([...roles].sort(([a], [b]) => (a < b ? -1 : 1)).map(([role, actions]) => [role, [...actions].sort()]));
}

export const pairsOf = (permissions: Permissions): { role: string; action: string }[] =>
  Object.entries(permissions).flatMap(([role, actions]) => actions.map((action) => ({ role, action })));

/** `role action` of all that `some` has and `others` have not. */
export const beyond = (some: Permissions, ...others: readonly Permissions[]): string[] =>
  pairsOf(some)
    .filter(({ role, action }) => !others.some((other) => other[role]?.includes(action)))
    .map(({ role, action }) => `${role} ${action}`);
