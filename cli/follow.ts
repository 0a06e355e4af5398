import { setTimeout as sleep } from 'node:timers/promises';
import { describeExecution, type ExecutionView, executionExists, historyAfter } from '../steps/clients/execution-history.ts';
import { reportIn, rescueName } from '../steps/contract/rescue.ts';
import { type Moment, Story } from './story.ts';

/** How long the rescue of a dead execution may take to begin: the event, the rule and the function; milliseconds. */
const rescuePatience = 60_000;

interface Pace {
  readonly everyMilliseconds: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Follows a release to its end; when its execution dies, on into the one that rescues it. `tell` hears each moment once. Rejects with the
 * signal's reason when it is aborted.
 */
export async function follow(
  executionArn: string,
  tell: (moment: Moment) => void,
  { everyMilliseconds = 1000, signal }: Partial<Pace> = {},
): Promise<{ story: Story; execution: ExecutionView }> {
  const story = new Story();
  const pace = { everyMilliseconds, signal };
  const execution = await followOne(executionArn, story, tell, pace);
  const rescueArn = hasDied(execution) ? await rescueOf(execution, pace) : null;
  if (rescueArn === null) return { story, execution };
  const rescue = await followOne(rescueArn, story, tell, pace);
  return { story, execution: { ...rescue, startedAt: execution.startedAt } };
}

const hasDied = ({ status, cause }: ExecutionView) => status !== 'SUCCEEDED' && reportIn(cause) === null;

/** null when none begins: the function that starts rescues is broken, or what died was a rescue itself. */
async function rescueOf({ arn, name }: ExecutionView, { everyMilliseconds, signal }: Pace): Promise<string | null> {
  if (name.endsWith(rescueName(''))) return null;
  const rescueArn = `${arn.slice(0, -name.length)}${rescueName(name)}`;
  for (const end = Date.now() + rescuePatience; Date.now() < end; await sleep(everyMilliseconds, undefined, { signal })) {
    if (await executionExists(rescueArn)) return rescueArn;
  }
  return null;
}

async function followOne(
  executionArn: string,
  story: Story,
  tell: (moment: Moment) => void,
  { everyMilliseconds, signal }: Pace,
): Promise<ExecutionView> {
  for (let seen = 0, ended = false; ; ) {
    for (const event of await historyAfter(executionArn, seen)) {
      seen = event.id;
      ended ||= endings.has(event.type);
      for (const moment of story.take(event)) tell(moment);
    }
    // What it ended with may be told a moment later than that it ended.
    const execution = ended ? await describeExecution(executionArn) : null;
    if (execution && execution.status !== 'RUNNING') return execution;
    await sleep(everyMilliseconds, undefined, { signal });
  }
}

/** Last events of an execution, as GetExecutionHistory names them. */
const endings: ReadonlySet<string> = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut']);
