import { isDeepStrictEqual } from 'node:util';
import type { Proof } from '../../steps/contract/failure.ts';
import { keys, type LockRecord, type StageDeed, StageState } from '../../steps/contract/records.ts';
import type { RescueRequest } from '../../steps/contract/rescue.ts';
import type { Stage } from '../../steps/contract/stage.ts';
import { factsOf } from '../doctor/facts.ts';
import { UsageError } from '../exit-codes.ts';
import type { World } from '../world.ts';
import { rollbackName } from './name.ts';
import { planRollback, type RollbackPlan } from './plan.ts';
import { rescueRequest } from './request.ts';

type Rollback = NonNullable<StageDeed['rollback']>;
export type BegunDeed = StageDeed & { rollback: Rollback };

/** Takes the stage, looks once more, and has the machine begin. Throws UsageError, with the stage as it was, when something moved meanwhile. */
export async function beginRollback(
  stage: Stage,
  plan: RollbackPlan,
  person: { by: string; reason: string },
  world: World,
): Promise<BegunDeed> {
  const now = new Date();
  const at = now.toISOString();
  const execution = rollbackName(plan.release.name, now);
  const { tag, attempt } = plan.release;
  const back = `${plan.lastGood.version ?? plan.lastGood.digest} instead of ${plan.release.name}`;
  const rollback = { execution, undoes: { tag, attempt }, proves: plan.proves };
  const deed: BegunDeed = { ...keys.deed(stage.name, at), deed: 'rollback', ...person, at, what: [back], outcome: 'begun', rollback };
  if (!(await world.table.insert(deed))) throw moved(stage.name);
  const lock: LockRecord = {
    ...keys.lock(stage.name),
    holder: execution,
    tag,
    pushedBy: person.by,
    since: at,
    reason: `rollback: ${person.reason}`,
  };
  try {
    if (!(await takeLock(lock, plan.inherits, world))) throw moved(stage.name);
    const facts = factsOf(stage, world);
    // What was shown to the person is what is done, or nothing is.
    const again = await planRollback({ ...facts, lock: async () => plan.inherits, working: async () => null }, world);
    if (!sameStand(plan, again)) throw moved(stage.name);
    const request = await rescueRequest(execution, facts, plan, { ...person, at, repository: world.pipeline.repository });
    if ((await startOnce(execution, request, world)) === 'exists') throw moved(stage.name);
    return deed;
  } catch (error) {
    // The deed stays begun: the next rollback of the stage takes it up.
    if (error instanceof StartNotKnown) throw error;
    await giveLockBack(lock, plan.inherits, world);
    await world.table.update(deed.pk, deed.sk, { outcome: 'refused' });
    throw error;
  }
}

/** Nobody tells whether the machine runs: then the stage stays held. */
class StartNotKnown extends UsageError {}

/** An answer that was lost is no "no": the lock is given back only when Step Functions says that there is no such execution. */
async function startOnce(name: string, request: RescueRequest, { start, executions }: World): Promise<'started' | 'exists'> {
  try {
    return await start(name, request);
  } catch (error) {
    const found = await executions.find(name).catch(() => {
      const [stage] = request.rescue.release?.stages ?? [];
      throw new StartNotKnown(`Whether ${name} was started is not known: ${error}. Next: npx release rollback ${stage} --yes`);
    });
    if (found) return 'started';
    throw error;
  }
}

/** In place of a holder that ended not recovered, or anew. */
async function takeLock(lock: LockRecord, inherits: LockRecord | null, { table }: World): Promise<boolean> {
  if (!inherits) return table.insert(lock);
  const { pk, sk, ...attributes } = lock;
  return table.update(pk, sk, attributes, { holder: inherits.holder, since: inherits.since });
}

async function giveLockBack({ pk, sk, holder }: LockRecord, inherits: LockRecord | null, { table }: World): Promise<void> {
  if (!inherits) {
    await table.remove(pk, sk, { holder });
    return;
  }
  const { pk: _, sk: __, ...attributes } = inherits;
  await table.update(pk, sk, { reason: undefined, ...attributes }, { holder });
}

/** Scaling may move counts meanwhile: they are not what was decided about. */
const standOf = ({ stack, live, release, lastGood }: RollbackPlan) => [
  [stack.stackId, stack.status, stack.lastUpdated, live.service.taskDefinitionArn, release.name],
  lastGood,
];
const sameStand = (a: RollbackPlan, b: RollbackPlan) => isDeepStrictEqual(standOf(a), standOf(b));

const moved = (stage: string) =>
  new UsageError(`${stage} changed while it was looked at; nothing was begun. Next: npx release rollback ${stage}`);

/** Of a deed that was cut short before the machine began: nothing was done, and the stage is free as it was. */
export async function dropRollback(stage: string, deed: BegunDeed, { table }: Pick<World, 'table'>): Promise<void> {
  const lock = keys.lock(stage);
  await table.remove(lock.pk, lock.sk, { holder: deed.rollback.execution });
  await table.update(deed.pk, deed.sk, { outcome: 'refused' }, { outcome: 'begun' });
}

/**
 * Writes down what the machine proved, or that it did not. What is proven at the stage changes only while it is still the proof of the release
 * that was undone: a newer one may have come since.
 */
export async function endRollback(
  stage: string,
  deed: BegunDeed,
  proof: Proof | undefined,
  { table }: Pick<World, 'table'>,
): Promise<void> {
  const { undoes, proves } = deed.rollback;
  const isProven = proof?.outcome === 'proven';
  const key = keys.state(stage);
  const { proven } = StageState.parse((await table.get(key.pk, key.sk)) ?? key);
  // Not proven to be back is not proven to be there, either.
  const becomes = isProven && proves ? { ...proves, at: proof.at } : undefined;
  if (proven?.tag === undoes.tag && proven.attempt === undoes.attempt && proof?.outcome !== 'unchanged')
    await table.update(key.pk, key.sk, { proven: becomes }, { proven });
  await table.update(deed.pk, deed.sk, { outcome: isProven ? 'done' : 'failed' }, { outcome: 'begun' });
}
