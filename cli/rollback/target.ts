import { LastGood } from '../../steps/contract/deployment.ts';
import { keys, ReleaseRecord } from '../../steps/contract/records.ts';
import { lastGoodPrefix } from '../../steps/contract/release.ts';
import type { Facts } from '../doctor/facts.ts';
import type { World } from '../world.ts';
import { undoneBy } from './name.ts';

/** Whose deployment is undone, and what ran before it. */
export interface Undoing {
  readonly release: ReleaseRecord;
  readonly lastGood: LastGood;
}

/**
 * What a stage would go back to: what the release that brought its present state recorded before it touched anything. That is the one which was
 * not recovered, else the one whose labels the running tasks carry. The stage's newest record is no guide: a release that was refused wrote one, too.
 * @returns in words, why there is nothing to go back to
 */
export async function undoingOf(facts: Facts, world: Pick<World, 'objects' | 'pipeline' | 'table'>): Promise<Undoing | string> {
  const { blocked } = await facts.state();
  const release = blocked ? await releaseNamed(undoneBy(blocked.release), world) : await facts.brought();
  if (!release) return (await facts.live()) ? 'no recorded release of this pipeline brought what runs' : 'nothing runs';
  const key = `${lastGoodPrefix(facts.stage.name)}/${release.name}/last-good.json`;
  try {
    return { release, lastGood: LastGood.parse(JSON.parse(await world.objects.get(world.pipeline.bucket, key))) };
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return `nothing ran before ${release.name}`;
    throw error;
  }
}

async function releaseNamed(name: string, { table }: Pick<World, 'table'>): Promise<ReleaseRecord | null> {
  const [, tag, attempt] = /^(.+)-[0-9a-f]{7}-(\d+)$/.exec(name) ?? [];
  if (tag === undefined) return null;
  const key = keys.release(tag, Number(attempt));
  const found = await table.get(key.pk, key.sk);
  return found && ReleaseRecord.parse(found);
}
