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

/** What became of the last attempt, and whether another may help. Throws UsageError for a tag that runs, is released, or was never tried. */
export async function planRetry(tag: string, world: World): Promise<RetryPlan> {
  const record = await newestAttempt(world.table, tag);
  if (record.outcome === 'released')
    throw new UsageError(`${record.name} is released: there is nothing to retry. Next: npx release status ${tag}`);
  for (const name of [record.name, rescueName(record.name)]) {
    if ((await world.executions.find(name))?.status === 'RUNNING') throw new UsageError(`${name} runs. Next: npx release watch ${tag}`);
  }
  const failedAt = (await stageOfFailure(record, world))?.name;
  const cause = Cause.safeParse(record.cause).data;
  const mending = await mendingOf(cause, { failedAt, artefacts: (stage) => artefactsOf(record, stage, world) }, world);
  return { record, mending };
}

/** What the attempt's own build exported, if it came that far; the bucket is known from what was proven before. */
async function artefactsOf(record: ReleaseRecord, stage: string, { table, objects }: World) {
  const key = keys.state(stage);
  const { proven } = StageState.parse((await table.get(key.pk, key.sk)) ?? key);
  if (!proven) return null;
  const artefacts = { bucket: proven.artefacts.bucket, prefix: artefactsPrefix(record) };
  const isThere = await objects.get(artefacts.bucket, `${artefacts.prefix}/secret-contract.json`).catch(() => null);
  return isThere === null ? null : artefacts;
}
