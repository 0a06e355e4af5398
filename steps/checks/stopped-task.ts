import type { Cause } from '../contract/causes.ts';
import type { TaskView } from '../contract/ports.ts';
import { stoppedTaskLine } from './evidence-lines.ts';
import { judgeLines } from './judge-lines.ts';

/** What one stopped task tells of a deployment. */
export interface Signature {
  cause: Cause;
  /** In words of ours: a log line may hold what an error text must not. */
  sentence: string;
  /** No second task would fare better: the deployment may end at the first. */
  fatal: boolean;
}

/** Causes that no second start cures. */
const fatal: readonly Cause[] = [
  'SecretKeyMissing',
  'SecretEmpty',
  'SecretMalformed',
  'SecretValueInvalid',
  'SecretNotFound',
  'QuiltOutputMissing',
  'ImagePullFailed',
  'ImageArchitecture',
];

/** Whether a task ended for a reason of its own; scaling in, draining and maintenance tell nothing against a release. */
export function stoppedByItself({ stopCode, stoppedReason }: TaskView): boolean {
  if (['TaskFailedToStart', 'EssentialContainerExited'].includes(stopCode)) return true;
  return stopCode === 'ServiceSchedulerInitiated' && /health checks/.test(stoppedReason);
}

/** Those of the tasks, each once: one that stops between two pages of ECS's lists stands in both. */
export const stoppedByThemselves = (tasks: readonly TaskView[]): TaskView[] => [
  ...new Map(tasks.filter(stoppedByItself).map((task) => [task.taskArn, task])).values(),
];

/** Why a task stopped, by what ECS says and by its last log lines. A first opinion: Diagnose has the last word. */
export function signatureOf(task: TaskView, log: readonly string[]): Signature {
  const lines = [
    ...log.map((text) => ({ source: 'task-log' as const, text })),
    { source: 'stopped-task' as const, text: stoppedTaskLine(task) },
  ];
  const { cause, sentence } = judgeLines(lines) ?? { cause: 'Unclassified' as const, sentence: `${task.stopCode}: ${task.stoppedReason}` };
  return { cause, sentence, fatal: fatal.includes(cause) };
}
