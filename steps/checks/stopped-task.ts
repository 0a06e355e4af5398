import { type Cause, causes } from '../contract/causes.ts';
import type { TaskView } from '../contract/ports.ts';

/** What one stopped task tells of a deployment. */
export interface Signature {
  cause: Cause;
  /** The line that tells it. */
  line: string;
  /** No second task would fare better: the deployment may end at the first. */
  fatal: boolean;
}

/** Of a task that somebody stopped for a reason of their own: scaling in, draining, maintenance. It tells nothing against the release. */
export function stoppedByItself({ lastStatus, stopCode, stoppedReason }: TaskView): boolean {
  if (lastStatus !== 'STOPPED' && !stopCode) return false;
  if (['TaskFailedToStart', 'EssentialContainerExited'].includes(stopCode)) return true;
  return stopCode === 'ServiceSchedulerInitiated' && /health checks/.test(stoppedReason);
}

/** Why a task stopped, by what ECS says and by its last log lines. A first opinion: Diagnose has the last word. */
export function signatureOf(task: TaskView, lines: readonly string[]): Signature {
  const reasons = [task.stoppedReason, ...task.containers.map(({ reason }) => reason)].filter(Boolean);
  const exit = task.containers.find(({ exitCode }) => exitCode !== null && exitCode !== 0);
  const found = [...fromLog(lines), ...reasons.flatMap(fromReason)][0];
  if (found) return found;
  const line = exit ? `${reasons[0] ?? 'stopped'}; container ${exit.name} exited with ${exit.exitCode}` : (reasons[0] ?? task.stopCode);
  if (exit?.exitCode === 78) return { cause: 'ContainerCrashed', line: `${line}: its configuration is invalid`, fatal: true };
  return { cause: exit ? 'ContainerCrashed' : 'Unclassified', line, fatal: false };
}

function fromLog(lines: readonly string[]): Signature[] {
  const line = lines.findLast((each) => /"event":\s*"config\.invalid"|exec format error|AccessDenied|not authorized to perform/.test(each));
  if (!line) return [];
  if (line.includes('config.invalid')) return [{ cause: /"cause":\s*"(\w+)"/.exec(line)?.[1], line }].filter(isKnown).map(fatal);
  if (line.includes('exec format error')) return [{ cause: 'ImageArchitecture', line, fatal: true }];
  return [{ cause: 'PermissionDenied', line, fatal: false }];
}

function fromReason(line: string): Signature[] {
  const rule = rules.find(({ matches }) => matches.test(line));
  return rule ? [{ cause: rule.cause, line, fatal: rule.fatal }] : [];
}

const rules: readonly { matches: RegExp; cause: Cause; fatal: boolean }[] = [
  { matches: /did not contain json key/, cause: 'SecretKeyMissing', fatal: true },
  { matches: /CannotPullContainerError/, cause: 'ImagePullFailed', fatal: true },
  { matches: /exec format error/, cause: 'ImageArchitecture', fatal: true },
  { matches: /OutOfMemory/, cause: 'OutOfMemory', fatal: false },
  {
    matches: /ResourceInitializationError.*(timeout|timed out|deadline exceeded|connection issue)/is,
    cause: 'NetworkUnreachable',
    fatal: false,
  },
  { matches: /ResourceInitializationError.*(AccessDenied|not authorized)/is, cause: 'PermissionDenied', fatal: false },
  { matches: /failed (ELB|container) health checks/, cause: 'HealthCheckFailed', fatal: false },
];

const isKnown = (found: { cause: string | undefined; line: string }): found is { cause: Cause; line: string } =>
  found.cause !== undefined && Object.hasOwn(causes, found.cause);
const fatal = (found: { cause: Cause; line: string }): Signature => ({ ...found, fatal: true });
