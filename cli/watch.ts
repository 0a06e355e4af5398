import { type ReleaseResult, resultOf } from './result.ts';
import type { Known, Moment } from './story.ts';
import { LinesView } from './view/lines.ts';
import { TasksView } from './view/tasks.ts';
import type { View } from './view/view.ts';

/**
 * Shows an execution as it goes, to its end. Leaving it with Ctrl-C ends the watching, never what is watched.
 * @param tag what the execution is about, for the words
 */
export async function watchExecution(arn: string, tag: string): Promise<{ result: ReleaseResult; known: Known }> {
  // Imported late: its clients take the endpoint of the moment at which they are made.
  const [{ follow }, { describeExecution }] = await Promise.all([import('./follow.ts'), import('../steps/clients/execution-history.ts')]);
  const { startedAt } = await describeExecution(arn);
  const view: View = process.stdout.isTTY ? new TasksView() : new LinesView(Date.parse(startedAt));
  const { story, execution } = await follow(arn, (moment) => show(moment, view, tag));
  await view.end();
  return { result: resultOf(tag, story, execution), known: story.known };
}

function show(moment: Moment, view: View, tag: string): void {
  view.tell(moment);
  if (moment.state !== 'RequestApproval' || moment.event !== 'entered') return;
  // Whoever watches is not asked: a decision is a command of its own, by whoever it is due to.
  void view.pause().then(() => console.log(`Waiting for a person: npx release approve ${tag}, or npx release reject ${tag}`));
}
