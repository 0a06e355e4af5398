import { Cause } from '../../steps/contract/causes.ts';
import { keys, type ReleaseRecord, StageState } from '../../steps/contract/records.ts';
import { artefactsPrefix } from '../../steps/contract/release.ts';
import { rescueName } from '../../steps/contract/rescue.ts';
import { UsageError } from '../exit-codes.ts';
import { stageOfFailure } from '../incident/values.ts';
import { newestAttempt } from '../releases.ts';
import type { World } from '../world.ts';
import { type Mending, mendingOf } from './mended.ts';

export interface RetryPlan {
  /** The last attempt. */
  readonly record: ReleaseRecord;
  readonly mending: Mending;
}

/**
 * What became of the last attempt, and whether another may help. Throws UsageError for a tag that was never tried, that runs, or that every
 * stage runs already: one that was released and rolled back since may be tried again.
 */
export async function planRetry(tag: string, world: World): Promise<RetryPlan> {
  const record = await newestAttempt(world.table, tag);
  const isReleased = record.outcome === 'released';
  if (isReleased && (await isProvenEverywhere(record, world)))
    throw new UsageError(`${record.name} is released, and every stage runs it: there is nothing to retry. Next: npx release status ${tag}`);
  for (const name of [record.name, rescueName(record.name)]) {
    if ((await world.executions.find(name))?.status === 'RUNNING') throw new UsageError(`${name} runs. Next: npx release watch ${tag}`);
  }
  const failedAt = (await stageOfFailure(record, world))?.name;
  const cause = isReleased ? 'RollbackRequested' : Cause.safeParse(record.cause).data;
  const mending = await mendingOf(cause, { failedAt, artefacts: (stage) => artefactsOf(record, stage, world) }, world);
  return { record, mending };
}

const provenAt = async (stage: string, { table }: Pick<World, 'table'>) => {
  const key = keys.state(stage);
  return StageState.parse((await table.get(key.pk, key.sk)) ?? key).proven;
};

/** In every stage that takes the tag. */
async function isProvenEverywhere({ tag, endsBefore }: ReleaseRecord, world: World): Promise<boolean> {
  const { stages } = world.pipeline;
  const end = stages.findIndex(({ name }) => name === endsBefore);
  const reached = end < 0 ? stages : stages.slice(0, end);
  const proven = await Promise.all(reached.map(({ name }) => provenAt(name, world)));
  return proven.every((each) => each?.tag === tag);
}

/** What the attempt's own build exported, if it came that far; the bucket is known from what was proven before. */
async function artefactsOf(record: ReleaseRecord, stage: string, world: World) {
  const proven = await provenAt(stage, world);
  if (!proven) return null;
  const artefacts = { bucket: proven.artefacts.bucket, prefix: artefactsPrefix(record) };
  const isThere = await world.objects.get(artefacts.bucket, `${artefacts.prefix}/secret-contract.json`).catch(() => null);
  return isThere === null ? null : artefacts;
}
