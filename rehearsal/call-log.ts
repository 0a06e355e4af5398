import { open } from 'node:fs/promises';

/** One API call, as the log of a rehearsal has it. */
export interface LoggedCall {
  readonly at: string;
  /** ARN. */
  readonly principal: string;
  readonly service: string;
  readonly operation: string;
  readonly permissions: readonly { readonly action: string; readonly resource: string }[];
  /** `ok`, or the error's name. */
  readonly outcome: string;
}

/** The calls of a log, in order. @param from the byte at which to begin */
export async function readCalls(file: string, from = 0): Promise<LoggedCall[]> {
  const log = await open(file).catch(() => null);
  if (!log) return [];
  try {
    const { size } = await log.stat();
    const { buffer } = await log.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer
      .toString('utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LoggedCall);
  } finally {
    await log.close();
  }
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

export const nameOf = ({ service, operation }: LoggedCall) => `${service} ${operation}`;

/** Construct id of the role that called: `RollBack`, `StartRelease`; the principal itself when it is none of the pipeline's roles. */
export function roleOf({ principal }: LoggedCall): string {
  return /ReleaseMachine-(\w+?)Role[0-9A-F]{8}-/.exec(principal)?.[1] ?? principal;
}

/** The calls by which a release was undone: the destructive ones, and everything that RollBack changed. */
export const undoingIn = (calls: readonly LoggedCall[]): LoggedCall[] =>
  calls.filter(
    (call) => destructive.includes(nameOf(call)) || (roleOf(call) === 'RollBack' && /^(Create|Execute|Update|Put)/.test(call.operation)),
  );

/** When the first manifest was written: its place in the order of all calls. -1 when none was. */
export const sealingIn = (calls: readonly LoggedCall[]): number =>
  calls.findIndex(
    ({ service, operation, outcome, permissions }) =>
      service === 's3' &&
      operation === 'PutObject' &&
      outcome === 'ok' &&
      permissions.some(({ resource }) => resource.endsWith('/manifest.json')),
  );
