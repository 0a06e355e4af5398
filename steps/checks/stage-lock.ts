import type { Clock, ExecutionStates, Table } from '../contract/ports.ts';
import { keys, LockRecord, ReleaseRecord, StageState } from '../contract/records.ts';
import type { Release } from '../contract/release.ts';
import { rescueName } from '../contract/rescue.ts';

export interface StageLockPorts {
  table: Pick<Table, 'insert' | 'get' | 'query' | 'update'>;
  executions: ExecutionStates;
  clock: Clock;
}
export interface Held {
  readonly holder: string;
  /** Why a holder that runs no more keeps the stage; null while it works. */
  readonly stuck: string | null;
}

/**
 * Takes a stage for one release alone. A lock outlives its holder when the last write of a release was lost: it is taken over when the holder
 * ended and left nothing unproven, and only then.
 * @param executionArn of the release's own execution: the holder's differs in its name
 */
export async function takeStage(
  release: Release,
  stage: string,
  executionArn: string,
  { table, executions, clock }: StageLockPorts,
): Promise<Held> {
  const key = keys.lock(stage);
  const { name, tag, pushedBy } = release;
  const own: LockRecord = { ...key, holder: name, tag, pushedBy, since: clock.now().toISOString() };
  if (await table.insert(own)) return { holder: name, stuck: null };
  const item = await table.get(key.pk, key.sk);
  if (!item) return { holder: 'a release that just left', stuck: null };
  const lock = LockRecord.parse(item);
  if (lock.holder === name) return { holder: name, stuck: null };
  const held = { holder: lock.holder, stuck: null };
  if (await works(lock.holder, executionArn, executions)) return held;
  const unproven = await unprovenBy(lock, stage, table);
  if (unproven) return { holder: lock.holder, stuck: `${lock.holder} runs no more, and ${unproven}` };
  const { pk, sk, ...attributes } = { ...own, reason: `taken over from ${lock.holder}, which ended in order and did not free it` };
  const taken = await table.update(pk, sk, attributes, { holder: lock.holder, since: lock.since });
  return taken ? { holder: name, stuck: null } : held;
}

/** A release that died is gone on with by its rescue, under the same lock. */
async function works(holder: string, executionArn: string, executions: ExecutionStates): Promise<boolean> {
  const prefix = executionArn.slice(0, executionArn.lastIndexOf(':') + 1);
  const states = await Promise.all([holder, rescueName(holder)].map((name) => executions.status(`${prefix}${name}`)));
  return states.includes('RUNNING');
}

/** @returns what it left behind; null when it is on record that it left nothing: released, or rolled back and proven */
async function unprovenBy({ holder, tag }: LockRecord, stage: string, table: Pick<Table, 'get' | 'query'>): Promise<string | null> {
  const key = keys.state(stage);
  const { blocked } = StageState.parse((await table.get(key.pk, key.sk)) ?? key);
  if (blocked) return `${stage} is blocked since ${blocked.at}: ${blocked.reason}`;
  const records = ReleaseRecord.array().parse(await table.query(keys.release(tag, 1).pk));
  const record = records.find(({ name }) => name === holder);
  if (!record) return `no release of that name is on record: it may have been a rollback by hand`;
  if (record.outcome === 'released' || record.outcome === 'not-released') return null;
  return record.outcome === 'running' ? 'it is not on record how it ended' : 'it was not recovered';
}
