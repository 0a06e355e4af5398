import { healInWords, readHeals } from './checks/record-heal.ts';
import type { Announcer, Clock, Notifier, Table } from './contract/ports.ts';
import { keys } from './contract/records.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface CloseReleasePorts {
  table: Pick<Table, 'get' | 'update'>;
  notifier: Notifier;
  announcer: Announcer;
  clock: Clock;
}

/** Records that the tag is released, and tells it. */
export async function closeRelease(
  { release, image }: StepInput<'CloseRelease'>,
  { table, notifier, announcer, clock }: CloseReleasePorts,
): Promise<StepOutput<'CloseRelease'>> {
  const { tag, commit, attempt, name, stages } = release;
  const digest = image?.digest ?? null;
  const record = keys.release(tag, attempt);
  const closed = { outcome: 'released', closedAt: clock.now().toISOString(), ...(digest && { digest }) };
  await table.update(record.pk, record.sk, closed, { name });
  const healed = await readHeals(release, table);
  await announcer.announce({ outcome: 'released', tag, commit, attempt, name, stages, digest, ...(healed.length > 0 && { healed }) });
  const where = stages.length > 0 ? `now runs in ${stages.join(', ')}` : 'already ran in every stage: nothing was changed';
  await notifier.notify(
    `${tag} is released`,
    `${tag} (commit ${commit}) ${where}.\nImage: ${digest ?? 'none was built'}${healed.map((each) => `\nNote: ${healInWords(each)}.`).join('')}`,
  );
  return { outcome: 'released' };
}
