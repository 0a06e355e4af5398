import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';
import type { Decision } from './decision.ts';
import { type ReleaseResult, resultOf } from './result.ts';
import type { Moment } from './story.ts';
import { LinesView } from './view/lines.ts';
import { TasksView } from './view/tasks.ts';
import type { View } from './view/view.ts';

/** Who decides about a request for approval. */
export type Approver = 'yes' | 'no' | 'ask';

/** How long a pushed tag may take to become an execution: the event, the rule and the starter; milliseconds. */
const startPatience = 20_000;

/** Pushes a tag and follows its release to the end. */
export async function releaseTag(
  rehearsal: Rehearsal,
  tag: string,
  { approver, signal, quiet = false }: { approver: Approver; signal: AbortSignal; quiet?: boolean },
): Promise<ReleaseResult> {
  const { follow } = await import('./follow.ts');
  await rehearsal.push(tag);
  const arn = await executionOf(rehearsal, tag, signal);
  const view: View | null = quiet ? null : process.stdout.isTTY && approver !== 'ask' ? new TasksView() : new LinesView(Date.now());
  const answer = (moment: Moment) => {
    if (moment.state === 'RequestApproval' && moment.event === 'entered') void decideOnce(rehearsal, tag, approver, signal);
  };
  const { story, execution } = await follow(
    arn,
    (moment) => {
      view?.tell(moment);
      answer(moment);
    },
    { everyMilliseconds: 200, signal },
  );
  await view?.end();
  return resultOf(tag, story, execution);
}

async function executionOf(rehearsal: Rehearsal, tag: string, signal: AbortSignal): Promise<string> {
  const { newestExecution } = await import('../steps/clients/execution-history.ts');
  for (const end = Date.now() + startPatience; Date.now() < end; await sleep(100, undefined, { signal })) {
    const arn = await newestExecution(rehearsal.parts.pipeline['StateMachineArn'] ?? '', `${tag}-`);
    if (arn) return arn;
  }
  throw new Error(`the push of ${tag} started no execution within ${startPatience / 1000} s; see rehearsal.log in ${rehearsal.parts.home}`);
}

/** The request is written after the state is entered: asked for until it is there. */
async function decideOnce(rehearsal: Rehearsal, tag: string, approver: Approver, signal: AbortSignal): Promise<void> {
  const { decide } = await import('./decision.ts');
  const decision: Decision = approver === 'ask' ? await ask(tag, signal) : approver === 'yes' ? 'approved' : 'rejected';
  for (let tries = 0; tries < 100 && !signal.aborted; tries++) {
    try {
      await decide(rehearsal.parts.pipeline['ReleaseTable'] ?? '', tag, decision, 'operator');
      return;
    } catch {
      await sleep(100, undefined, { signal }).catch(() => {});
    }
  }
}

async function ask(tag: string, signal: AbortSignal): Promise<Decision> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`Release ${tag} to production? [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim()) ? 'approved' : 'rejected';
  } finally {
    terminal.close();
  }
}
