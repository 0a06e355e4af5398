import type { Table } from '../contract/ports.ts';
import { type HealedStage, keys, ReleaseRecord } from '../contract/records.ts';
import type { StepInput } from '../contract/steps.ts';

/** Writes on the release that it freed a stack: whoever reads what became of it must know that more than a release was done. */
export async function recordHeal(
  { release }: Pick<StepInput<'HealStack'>, 'release'>,
  healed: HealedStage,
  table: Pick<Table, 'get' | 'update'>,
): Promise<void> {
  const { pk, sk } = keys.release(release.tag, release.attempt);
  const before = await readHeals(release, table);
  // Only this execution writes here, one stage after the other; a repeated call finds its stage.
  const others = before.filter(({ stage }) => stage !== healed.stage);
  await table.update(pk, sk, { healed: [...others, healed] }, { name: release.name });
}

/** What this release healed; nothing when its record is not there. */
export async function readHeals(release: { tag: string; attempt: number }, table: Pick<Table, 'get'>): Promise<HealedStage[]> {
  const { pk, sk } = keys.release(release.tag, release.attempt);
  const item = await table.get(pk, sk);
  return item ? (ReleaseRecord.pick({ healed: true }).parse(item).healed ?? []) : [];
}

/** `the stack of staging was healed first (UPDATE_ROLLBACK_FAILED: continue-rollback)` */
export const healInWords = ({ stage, from, did }: HealedStage): string =>
  `the stack of ${stage} was healed first (${from}: ${did.length > 0 ? did.join(', ') : 'by somebody else meanwhile'})`;
