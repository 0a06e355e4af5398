import { setTimeout as sleep } from 'node:timers/promises';
import type { Injection } from '../rehearsal/faults/inject.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import { isExecutionOf } from '../steps/contract/release.ts';
import type { Approval } from './approver.ts';
import { type ReleaseResult, resultOf } from './result.ts';
import type { Moment } from './story.ts';
import { LinesView } from './view/lines.ts';
import { TasksView } from './view/tasks.ts';
import type { View } from './view/view.ts';

/** How long a pushed tag may take to become an execution: the event, the rule and the starter; milliseconds. */
const startPatience = 20_000;

export interface ReleaseTagOptions {
  readonly approval: Approval;
  readonly signal: AbortSignal;
  /** Shows no progress. @default false */
  readonly quiet?: boolean;
  /** The fault that the release is to meet. @default none */
  readonly injection?: Injection;
}

/** Pushes a tag and follows its release to the end. */
export async function releaseTag(
  rehearsal: Rehearsal,
  tag: string,
  { approval, signal, quiet = false, injection }: ReleaseTagOptions,
): Promise<ReleaseResult> {
  const { follow } = await import('./follow.ts');
  await (injection?.start() ?? rehearsal.push(tag));
  const arn = await executionOf(rehearsal, tag, signal);
  const view: View | null = quiet ? null : process.stdout.isTTY ? new TasksView() : new LinesView(Date.now());
  const { Approver } = await import('./approver.ts');
  const { pipeline, people } = rehearsal.parts;
  const approver = new Approver(approval, { address: pipeline['ApprovalUrl'] ?? '', as: people.approver, tag, signal });
  const tell = (moment: Moment) => {
    view?.tell(moment);
    approver.hear(moment, view);
    injection?.hear(moment);
  };
  const { story, execution } = await follow(arn, tell, { everyMilliseconds: 200, signal });
  await view?.end();
  return resultOf(tag, story, execution);
}

async function executionOf(rehearsal: Rehearsal, tag: string, signal: AbortSignal): Promise<string> {
  const { newestExecution } = await import('../steps/clients/execution-history.ts');
  for (const end = Date.now() + startPatience; Date.now() < end; await sleep(100, undefined, { signal })) {
    const arn = await newestExecution(rehearsal.parts.pipeline['StateMachineArn'] ?? '', (name) => isExecutionOf(tag, name));
    if (arn) return arn;
  }
  throw new Error(`the push of ${tag} started no execution within ${startPatience / 1000} s. ${starterSaid(rehearsal)}`);
}

/** The log goes with the rehearsal: what the function that starts releases wrote last is told now. */
function starterSaid({ parts: { cloud } }: Rehearsal): string {
  const group = '/release/steps/start-release';
  const last = cloud.logs.hasGroup(group) ? cloud.logs.lines(group).findLast((line) => line.includes('"ERROR"')) : undefined;
  return last ? `Its log ends with: ${last.trim()}` : `Nothing stands in ${group}: the event never arrived.`;
}
