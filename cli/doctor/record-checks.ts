import { undoingOf } from '../rollback/target.ts';
import type { World } from '../world.ts';
import type { Facts } from './facts.ts';
import { type Finding, ok, problem } from './finding.ts';

/** What the pipeline's own records say of a stage. */

/** Whether a rollback that is asked for now has something to go back to, and the store still holds it. */
export async function checkLastGood(facts: Facts, world: Pick<World, 'objects' | 'pipeline' | 'table'>): Promise<Finding> {
  const undoing = await undoingOf(facts, world);
  if (typeof undoing === 'string') return ok(`there is nothing to go back to: ${undoing}`);
  const { lastGood, release } = undoing;
  await world.objects.get(world.pipeline.bucket, lastGood.templateKey);
  const before = `before ${release.name} ran ${lastGood.version ?? 'an unknown version'} (${lastGood.digest}), ${lastGood.desiredCount} tasks; its template is kept`;
  return ok(lastGood.artefacts ? before : `${before}; no release proved it, so a rollback to it cannot be proven either`);
}

export async function checkLock({ stage, lock, working }: Facts): Promise<Finding> {
  const held = await lock();
  if (!held) return ok('nobody holds the stage');
  const by = `held by ${held.holder} (${held.tag}, pushed by ${held.pushedBy}) since ${held.since}${held.reason ? `: ${held.reason}` : ''}`;
  const release = await working();
  return release
    ? ok(`${by}; ${release.name} runs`)
    : problem(`${by}, which does not run any more`, `npx release doctor ${stage.name} --clear`);
}

export async function checkBlocked({ stage, state }: Facts): Promise<Finding> {
  const { blocked } = await state();
  if (!blocked) return ok('not blocked');
  return problem(`BLOCKED since ${blocked.at} by ${blocked.release}: ${blocked.reason}`, `npx release doctor ${stage.name} --clear`);
}
