import type { LiveView } from '../../steps/checks/live-service.ts';
import { readinessOf } from '../../steps/checks/readiness.ts';
import { type Move, nextMove } from '../../steps/checks/rollback-table.ts';
import { checkStage } from '../../steps/checks/secret.ts';
import type { StackView } from '../../steps/contract/ports.ts';
import { keys, type LockRecord, type Proven, ReleaseRecord, StageDeed } from '../../steps/contract/records.ts';
import type { StageConfig } from '../../steps/contract/release.ts';
import type { Facts } from '../doctor/facts.ts';
import { UsageError } from '../exit-codes.ts';
import type { World } from '../world.ts';
import { type Undoing, undoingOf } from './target.ts';

export interface RollbackPlan extends Undoing {
  readonly stack: StackView;
  readonly live: LiveView;
  readonly move: Move;
  readonly config: StageConfig | null;
  /** What is proven again afterwards; null when that is not known. */
  readonly proves: Proven | null;
  /** Why the machine could not prove it; empty when it can. */
  readonly unprovable: readonly string[];
  /** Of a release that was not recovered, which the rollback takes over. */
  readonly inherits: LockRecord | null;
}

/** What a rollback that is asked for now would do. Throws UsageError, in one line, when it must not be: the machine decides the rest. */
export async function planRollback(facts: Facts, world: World): Promise<RollbackPlan> {
  const { name, serviceStack } = facts.stage;
  const look = `npx release doctor ${name}`;
  const inherits = await lockToInherit(facts);
  const [stack, undoing, live] = await Promise.all([facts.stack(), undoingOf(facts, world), facts.live()]);
  if (!stack || readinessOf(stack.status) === 'absent')
    throw new UsageError(`${name} has no stack ${serviceStack}: nothing runs there. Next: ${look}`);
  if (typeof undoing === 'string') throw new UsageError(`${name} has nothing to go back to: ${undoing}. Next: ${look}`);
  const move = nextMove({ status: stack.status, phase: 'after', created: false });
  if (move === 'wait' || move === 'blocked' || !live)
    throw new UsageError(
      `${stack.name} is ${stack.status}${live ? '' : ', and no service runs'}: no safe move is known. Next: aws cloudformation describe-stack-events --stack-name ${stack.name}`,
    );
  const [config, proves] = await Promise.all([configOf(facts, world), provenBy(undoing, world)]);
  const { lastGood } = undoing;
  const unprovable = [
    ...(typeof config === 'string' ? [`the secret is not in order: ${config}`] : []),
    ...(lastGood.artefacts && lastGood.version && proves ? [] : ['no release of this pipeline proved what ran before']),
  ];
  return { ...undoing, stack, live, move, config: typeof config === 'string' ? null : config, proves, unprovable, inherits };
}

/** Never beside a release, nor beside the rescue that may yet come for a dead one: only after one that ended not recovered. */
async function lockToInherit(facts: Facts): Promise<LockRecord | null> {
  const { name } = facts.stage;
  const [lock, working, { blocked }] = await Promise.all([facts.lock(), facts.working(), facts.state()]);
  if (working) throw new UsageError(`${name} is held by ${lock?.holder}, and ${working.name} runs. Next: npx release watch ${lock?.tag}`);
  if (lock && blocked?.release !== lock.holder)
    throw new UsageError(
      `${name} is held by ${lock.holder} since ${lock.since}, which does not run any more. Next: npx release doctor ${name} --clear`,
    );
  return lock;
}

/** What /config must show after the rollback; in words, why that is not known. */
async function configOf({ stage }: Facts, world: World): Promise<StageConfig | string> {
  const verdict = await checkStage(stage, world);
  return verdict.ok ? verdict.facts.config : verdict.problems.map(({ message }) => message).join(' ');
}

async function provenBy({ lastGood }: Undoing, { table }: World): Promise<Proven | null> {
  const [, tag, attempt] = /^artefacts\/(.+)\/(\d+)$/.exec(lastGood.artefacts?.prefix ?? '') ?? [];
  if (tag === undefined || lastGood.artefacts === null) return null;
  const key = keys.release(tag, Number(attempt));
  const found = await table.get(key.pk, key.sk);
  if (!found) return null;
  const { commit } = ReleaseRecord.parse(found);
  return { tag, attempt: Number(attempt), commit, digest: lastGood.digest, artefacts: lastGood.artefacts, at: new Date().toISOString() };
}

/** A rollback of the stage that was begun and never followed to its end; null when there is none. */
export async function unfinishedRollback(stage: string, { table }: Pick<World, 'table'>): Promise<StageDeed | null> {
  const { pk, sk } = keys.deed(stage, '');
  const deeds = (await table.query(pk)).filter((item) => item.sk.startsWith(sk)).map((item) => StageDeed.parse(item));
  return deeds.find(({ deed, outcome }) => deed === 'rollback' && outcome === 'begun') ?? null;
}
