import type { Call, Rehearsed } from './run-release.ts';

/** States in the order in which they were entered, with their stage before them. A state that loops counts once. */
export const entered = ({ json }: Rehearsed): string[] =>
  json.timeline.filter(({ event }) => event === 'entered').map(({ stage, state }) => (stage ? `${stage} ${state}` : state));

/** Construct id of the role that called: `RollBack`, `StartRelease`; the principal itself when it is none of the pipeline's roles. */
export function roleOf({ principal }: Call): string {
  return /ReleaseMachine-(\w+?)Role[0-9A-F]{8}-/.exec(principal)?.[1] ?? principal;
}

/** Calls that take something away or turn something back. */
const destructive: readonly string[] = [
  'cloudformation DeleteStack',
  'cloudformation CancelUpdateStack',
  'cloudformation RollbackStack',
  'cloudformation ContinueUpdateRollback',
  'cloudformation DeleteChangeSet',
  'ecs StopServiceDeployment',
  'ecs StopTask',
  'ecs DeleteService',
];

export const nameOf = ({ service, operation }: Call) => `${service} ${operation}`;

/** The calls by which a release was undone: the destructive ones, and everything that RollBack changed. */
export const undoing = ({ calls }: Rehearsed): Call[] =>
  calls.filter(
    (call) => destructive.includes(nameOf(call)) || (roleOf(call) === 'RollBack' && /^(Create|Execute|Update|Put)/.test(call.operation)),
  );

/** When the manifest was written: its place in the order of all calls. -1 when it was not. */
export const sealing = ({ calls }: Rehearsed): number =>
  calls.findIndex(
    ({ service, operation, outcome, permissions }) =>
      service === 's3' &&
      operation === 'PutObject' &&
      outcome === 'ok' &&
      permissions.some(({ resource }) => resource.endsWith('/manifest.json')),
  );
