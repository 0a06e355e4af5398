import { keys, type LockRecord, type StageDeed, type StageState } from '../../steps/contract/records.ts';
import type { World } from '../world.ts';
import type { Facts } from './facts.ts';
import type { Check } from './finding.ts';

/** What keeps releases out of a stage, and would be removed: exactly this, or nothing. */
export interface Obstacles {
  readonly blocked: NonNullable<StageState['blocked']> | null;
  /** Of a holder that does not run any more. */
  readonly lock: LockRecord | null;
}
export type Clearing = { readonly remove: Obstacles } | { readonly refused: string } | { readonly nothing: string };

/** Whether a stage may be cleared: when all that can be looked at is in order but the obstacles themselves, and no release is at work. */
export async function clearingOf(facts: Facts, checks: readonly Check[]): Promise<Clearing> {
  const [{ blocked = null }, lock, working] = await Promise.all([facts.state(), facts.lock(), facts.working()]);
  if (working) return { refused: `${working.name} runs: a stage is not cleared under a release` };
  if (!blocked && !lock) return { nothing: 'neither blocked nor held: there is nothing to clear' };
  const obstacles = ['lock', 'blocked mark'];
  const inTheWay = checks.filter(({ name, verdict }) => verdict !== 'ok' && !obstacles.includes(name)).map(({ name }) => name);
  if (inTheWay.length > 0) return { refused: `${inTheWay.join(', ')} must be ok first: a release would meet what is wrong` };
  return { remove: { blocked, lock } };
}

export function obstacleLines({ blocked, lock }: Obstacles): string[] {
  return [
    ...(blocked ? [`the blocked mark of ${blocked.release}, of ${blocked.at}: ${blocked.reason}`] : []),
    ...(lock ? [`the lock of ${lock.holder}, held since ${lock.since}`] : []),
  ];
}

/**
 * Removes the obstacles while they are what was seen, and keeps who did it, when and why. Each goes under its own condition; the mark first,
 * because a stage that is free but marked lets nobody in, and one that is unmarked but held does not either.
 * @returns false when the stage changed meanwhile: what had not been removed by then is as it was
 */
export async function clear(
  stage: string,
  obstacles: Obstacles,
  { by, at, reason }: Pick<StageDeed, 'by' | 'at' | 'reason'>,
  { table }: Pick<World, 'table'>,
): Promise<boolean> {
  const { blocked, lock } = obstacles;
  const key = keys.deed(stage, at);
  const deed: StageDeed = { ...key, deed: 'clear', by, at, reason, what: obstacleLines(obstacles), outcome: 'begun' };
  if (!(await table.insert(deed))) return false;
  const state = keys.state(stage);
  const held = keys.lock(stage);
  const cleared =
    (!blocked || (await table.update(state.pk, state.sk, { blocked: undefined }, { blocked }))) &&
    (!lock || (await table.remove(held.pk, held.sk, { holder: lock.holder, since: lock.since })));
  await table.update(key.pk, key.sk, { outcome: cleared ? 'done' : 'refused' });
  return cleared;
}
