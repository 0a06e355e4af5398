import type { Buckets, Queues, Repositories } from '../../steps/contract/operator-ports.ts';
import type { SecretReader, Stacks } from '../../steps/contract/ports.ts';
import { connect, nothingToTalkTo } from '../connection.ts';

/** What a pipeline is installed into, seen with the caller's own rights. Nothing of ours needs to stand there yet. */
export interface Surroundings {
  readonly region: string;
  /** ARN of the caller. */
  readonly caller: () => Promise<string>;
  readonly stacks: Pick<Stacks, 'describe'>;
  readonly secrets: SecretReader;
  readonly buckets: Buckets;
  readonly queues: Queues;
  readonly repositories: Repositories;
}

/** null where there is nothing to look at: no rehearsal runs here, and the shell names no region. */
export async function openSurroundings(): Promise<Surroundings | null> {
  if (nothingToTalkTo()) return null;
  connect();
  // Clients are made when they are imported, and must find what `connect` said.
  const [caller, stacks, secrets, places, repositories] = await Promise.all([
    import('../../steps/clients/caller.ts'),
    import('../../steps/clients/stacks.ts'),
    import('../../steps/clients/secret-reader.ts'),
    import('../../steps/clients/data-places.ts'),
    import('../../steps/clients/repositories.ts'),
  ]);
  return {
    region: process.env['AWS_REGION'] ?? '',
    caller: caller.callerArn,
    stacks: stacks.stacks,
    secrets: secrets.secretReader,
    buckets: places.buckets,
    queues: places.queues,
    repositories: repositories.repositories,
  };
}
