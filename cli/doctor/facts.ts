import { readFoundation } from '../../steps/checks/foundation.ts';
import { type LiveView, readLive } from '../../steps/checks/live-service.ts';
import { readinessOf } from '../../steps/checks/readiness.ts';
import type { Foundation } from '../../steps/contract/deployment.ts';
import type { ExecutionSummary } from '../../steps/contract/operator-ports.ts';
import type { StackView } from '../../steps/contract/ports.ts';
import { keys, LockRecord, ReleaseRecord, StageState } from '../../steps/contract/records.ts';
import { rescueName } from '../../steps/contract/rescue.ts';
import type { Stage } from '../../steps/contract/stage.ts';
import type { World } from '../world.ts';

/** What is known of a stage: each fact is asked for once, when the first check wants it, and rejects when AWS did not tell. */
export interface Facts {
  readonly stage: Stage;
  readonly foundation: () => Promise<StackView | null>;
  /** Rejects when the foundation is absent or lacks an output. */
  readonly outputs: () => Promise<Foundation>;
  readonly stack: () => Promise<StackView | null>;
  /** The service as ECS runs it; null when there is none. */
  readonly live: () => Promise<LiveView | null>;
  readonly state: () => Promise<StageState>;
  readonly lock: () => Promise<LockRecord | null>;
  /** The execution that works on behalf of the lock's holder; null when none does, or nobody holds the stage. */
  readonly working: () => Promise<ExecutionSummary | null>;
  /** The release that brought what runs, by the labels of its task definition; null when no release of ours did. */
  readonly brought: () => Promise<ReleaseRecord | null>;
}

export function factsOf(stage: Stage, world: Pick<World, 'stacks' | 'services' | 'table' | 'executions'>): Facts {
  const { stacks, table, executions } = world;
  const item = async ({ pk, sk }: { pk: string; sk: string }) => table.get(pk, sk);
  const foundation = once(() => stacks.describe(stage.foundationStack));
  const outputs = once(() => readFoundation(stage, { describe: foundation }));
  const stack = once(() => stacks.describe(stage.serviceStack));
  const live = once(async () => {
    const found = await stack();
    return found && readinessOf(found.status) !== 'absent' ? readLive(found.stackId, await outputs(), world) : null;
  });
  const state = once(async () => StageState.parse((await item(keys.state(stage.name))) ?? keys.state(stage.name)));
  const lock = once(async () => {
    const found = await item(keys.lock(stage.name));
    return found && LockRecord.parse(found);
  });
  const working = once(async () => {
    const holder = (await lock())?.holder;
    if (holder === undefined) return null;
    // A release that died is gone on with by its rescue, under the same lock.
    const found = await Promise.all([holder, rescueName(holder)].map((name) => executions.find(name)));
    return found.find((execution) => execution?.status === 'RUNNING') ?? null;
  });
  const brought = once(async () => {
    const labels = (await live())?.definition.labels;
    const [tag, attempt] = [labels?.['release.tag'], Number(labels?.['release.attempt'])];
    if (tag === undefined || !Number.isInteger(attempt)) return null;
    const found = await item(keys.release(tag, attempt));
    return found && ReleaseRecord.parse(found);
  });
  return { stage, foundation, outputs, stack, live, state, lock, working, brought };
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
