import { LastGood } from '../../steps/contract/deployment.ts';
import { lastGoodPrefix } from '../../steps/contract/release.ts';
import type { Facts } from '../doctor/facts.ts';
import type { World } from '../world.ts';

/** Whose deployment is undone, and what ran before it. */
export interface Undoing {
  /** Name of the release that is undone. */
  readonly release: string;
  readonly lastGood: LastGood;
}

/**
 * What a stage would go back to: what the release that brought its present state recorded before it touched anything. That is the one which was
 * not recovered, else the one whose labels the running tasks carry. The stage's newest record is no guide: a release that was refused wrote one, too.
 * @returns in words, why there is nothing to go back to
 */
export async function undoingOf(facts: Facts, { objects, pipeline }: Pick<World, 'objects' | 'pipeline'>): Promise<Undoing | string> {
  const { blocked } = await facts.state();
  const release = blocked?.release ?? (await facts.brought())?.name;
  if (release === undefined) return (await facts.live()) ? 'no release of this pipeline brought what runs' : 'nothing runs';
  const key = `${lastGoodPrefix(facts.stage.name)}/${release}/last-good.json`;
  try {
    return { release, lastGood: LastGood.parse(JSON.parse(await objects.get(pipeline.bucket, key))) };
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return `nothing ran before ${release}`;
    throw error;
  }
}
