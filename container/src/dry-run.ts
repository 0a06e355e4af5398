import { runChecks } from './checks.ts';
import { queueNames, type StackArn } from './config/index.ts';
import type { Resolved } from './configuration.ts';
import type { Log } from './log.ts';

export interface DryRunReach {
  fetchAnEntry(): Promise<unknown>;
  reachBucket(bucket: string): Promise<void>;
  /** The stage's work queue, and the packager's by its URL. */
  reachQueues(packager: string): Promise<unknown>;
  /** Benchling's own key set: the sample is verified with another key, so a dead set would pass unseen. */
  benchlingKeys(): Promise<unknown>;
}

/** Reaches everything that a real event needs, and writes nothing. The event was parsed and routed before: that is check `route`. */
export function dryRun(reach: DryRunReach, { secret, quilt }: Resolved, stack: StackArn, log: Log) {
  const queue = queueNames(quilt.queueUrl ?? quilt.queueArn ?? '', stack);
  return runChecks(
    {
      route: () => Promise.resolve(),
      entry: () => reach.fetchAnEntry(),
      queue: () => reach.reachQueues(queue.url),
      bucket: () => reach.reachBucket(secret.user_bucket),
      key_set: () => reach.benchlingKeys(),
    },
    log,
  );
}
