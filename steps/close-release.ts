import { healInWords, readHeals } from './checks/record-heal.ts';
import { costInWords, type Tally, tallied, tally } from './checks/tally.ts';
import type { Announcer, Clock, Measures, Notifier, ReleaseHistory, Table } from './contract/ports.ts';
import { keys } from './contract/records.ts';
import type { Release } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface CloseReleasePorts {
  table: Pick<Table, 'get' | 'update'>;
  notifier: Notifier;
  announcer: Announcer;
  history: ReleaseHistory;
  measures: Measures;
  clock: Clock;
}

/** Records that the tag is released and what that cost, and tells it. */
export async function closeRelease(
  { release, image, execution }: StepInput<'CloseRelease'>,
  ports: CloseReleasePorts,
): Promise<StepOutput<'CloseRelease'>> {
  const { table, notifier, announcer, clock } = ports;
  const { tag, commit, attempt, name, stages, endsBefore } = release;
  const digest = image?.digest ?? null;
  const record = keys.release(tag, attempt);
  // What it cost is worth less than that it is done.
  const counted = await tally([execution.arn], ports).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  const cost = typeof counted === 'string' ? null : counted.cost;
  const closedAt = clock.now().toISOString();
  const closed = { outcome: 'released', closedAt, ...(digest && { digest }), ...(cost && { cost }) };
  await table.update(record.pk, record.sk, closed, { name });
  const healed = await readHeals(release, table);
  const about = { tag, commit, attempt, name, stages, digest, ...(endsBefore && { endsBefore }) };
  await announcer.announce({ outcome: 'released', ...about, ...(healed.length > 0 && { healed }) });
  const where = stages.length > 0 ? `now runs in ${stages.join(', ')}` : 'already ran in every stage: nothing was changed';
  await notifier.notify(
    `${tag} is released`,
    `${tag} (commit ${commit}) ${where}${endsBefore ? `; ${endsBefore} takes no tag like it` : ''}.\nImage: ${digest ?? 'none was built'}${healed.map((each) => `\nNote: ${healInWords(each)}.`).join('')}` +
      `\nCost: ${cost ? costInWords(cost) : `not known: ${counted}`}`,
  );
  measure(release, closedAt, typeof counted === 'string' ? null : counted, ports.measures);
  return { outcome: 'released' };
}

function measure({ stages, startedAt, endsBefore }: Release, closedAt: string, counted: Tally | null, measures: Measures): void {
  const leadTime = (Date.parse(closedAt) - Date.parse(startedAt)) / 1000;
  measures.send([
    { metric: 'Released', value: 1 },
    // One that found every stage proven changed nothing, and was no way to production.
    ...(stages.length > 0 ? ([{ metric: 'Changed', value: 1 }] as const) : []),
    // Nor was one that ends before the last stage.
    ...(stages.length > 0 && !endsBefore ? ([{ metric: 'LeadTime', value: leadTime }] as const) : []),
    ...(counted ? tallied(counted) : []),
  ]);
}
