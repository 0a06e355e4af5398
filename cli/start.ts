import { setTimeout as sleep } from 'node:timers/promises';
import type { AskedByHand } from '../steps/contract/by-hand.ts';
import type { ExecutionLookup } from '../steps/contract/operator-ports.ts';
import { UsageError } from './exit-codes.ts';
import { watchExecution } from './watch.ts';
import type { World } from './world.ts';

/** DescribeExecution lags StartExecution by moments; tries, half a second apart. */
const tries = 40;

/** Asks the starter for an execution. Throws UsageError with its reason when it started none. */
export async function knock(world: World, asked: Omit<AskedByHand['asked'], 'repository' | 'by'>): Promise<string> {
  const { started, reason } = await world.starter().ask({ ...asked, repository: world.pipeline.repository, by: await world.caller() });
  if (started === null) throw new UsageError(`${asked.tag} was not started: ${reason}. Next: npx release status ${asked.tag}`);
  return started;
}

/** Follows an execution that was started a moment ago. */
export async function watchStarted(name: string, tag: string, executions: ExecutionLookup): ReturnType<typeof watchExecution> {
  console.log(`${name} is started.`);
  for (let left = tries; left > 0; left--) {
    const found = await executions.find(name);
    if (found) return watchExecution(found.arn, tag);
    await sleep(500);
  }
  throw new UsageError(`${name} was started, but Step Functions does not show it yet. Next: npx release watch ${tag}`);
}
