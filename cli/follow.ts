import { setTimeout as sleep } from 'node:timers/promises';
import { describeExecution, type ExecutionView, historyAfter } from '../steps/clients/execution-history.ts';
import { type Moment, Story } from './story.ts';

/** Follows an execution to its end. `tell` hears each moment once. Rejects with the signal's reason when it is aborted. */
export async function follow(
  executionArn: string,
  tell: (moment: Moment) => void,
  { everyMilliseconds = 1000, signal }: { everyMilliseconds?: number; signal?: AbortSignal } = {},
): Promise<{ story: Story; execution: ExecutionView }> {
  const story = new Story();
  for (let seen = 0; ; ) {
    // Asked before the history is read: an execution that ended has its last event by then.
    const execution = await describeExecution(executionArn);
    for (const event of await historyAfter(executionArn, seen)) {
      seen = event.id;
      for (const moment of story.take(event)) tell(moment);
    }
    if (execution.status !== 'RUNNING') return { story, execution };
    await sleep(everyMilliseconds, undefined, { signal });
  }
}
