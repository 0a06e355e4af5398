import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { bootCrash } from '../../rehearsal/faults/boot-crash.ts';
import type { Fault } from '../../rehearsal/faults/fault.ts';
import { exitCodes } from '../exit-codes.ts';
import { Interruption } from '../interruption.ts';
import { duration } from '../view/words.ts';
import type { Comparison } from './backstop.ts';
import { serve, type Work } from './lanes.ts';
import type { Answer, LaneSettings } from './orders.ts';
import type { FaultRow } from './row.ts';
import { comparisonLine, heading, linesOf } from './table.ts';

export interface RehearseAllOptions extends LaneSettings {
  readonly json?: string;
}

/** `--json`: every row, and the conditions under which it was measured. */
export interface CampaignResult {
  readonly faults: readonly FaultRow[];
  /** null when it could not be measured; `broken` says why. */
  readonly backstop: Comparison | null;
  /** What ended without an answer, with its last words. */
  readonly broken: readonly { readonly of: string; readonly error: string }[];
  readonly timeScale: number;
  readonly containers: 'process' | 'docker' | 'as available';
  readonly cores: number;
  readonly node: string;
  /** Worlds at work at the same time. */
  readonly lanes: number;
  /** Milliseconds. */
  readonly durations: { readonly total: number };
}

/** One world more than cores, as a release waits for a third of its time, and no more than four: each takes about a gibibyte. */
const lanes = Math.min(4, availableParallelism() + 1);

/** Rehearses faults of the catalogue, usually all, and says where one differs from its row. */
export async function rehearseAll(faults: readonly Fault[], { json, ...settings }: RehearseAllOptions): Promise<number> {
  const began = Date.now();
  const interruption = new Interruption();
  const rows: FaultRow[] = [];
  const broken: { of: string; error: string }[] = [];
  let backstop: Comparison | null = null;
  console.log(
    `Rehearsing ${faults.length} faults, ${lanes} worlds at a time; waits ×${settings.timeScale}, process work is real.\n${heading()}`,
  );
  const tell = (answer: Answer, of: string) => {
    if (answer.kind === 'row') {
      rows.push(answer.row);
      for (const line of linesOf(answer.row)) console.log(line);
    }
    if (answer.kind === 'comparison') backstop = answer.comparison;
    if (answer.kind === 'broken' && !interruption.happened) {
      broken.push({ of, error: answer.error });
      console.log(` ✗  ${of}: ${answer.error}`);
    }
  };
  try {
    const work = plan(faults);
    await Promise.all(Array.from({ length: lanes }, () => serve(work, settings, interruption.signal, tell)));
    if (interruption.happened) return exitCodes.interrupted;
    const total = Date.now() - began;
    printEnd(rows, { faults: faults.length, broken: broken.length }, backstop, total);
    const machine = { cores: availableParallelism(), node: process.version };
    const result: CampaignResult = {
      faults: faults.flatMap(({ name }) => rows.find(({ fault }) => fault === name) ?? []),
      backstop,
      broken,
      containers: 'as available',
      ...settings,
      ...machine,
      lanes,
      durations: { total },
    };
    if (json) await writeFile(resolve(json), `${JSON.stringify(result, null, 2)}\n`);
    return broken.length === 0 && rows.every(({ ok }) => ok) ? exitCodes.done : exitCodes.notReleased;
  } finally {
    interruption.dispose();
  }
}

/** What spoils its world comes last: each costs a world of its own. */
function plan(faults: readonly Fault[]): Work {
  const by = (on: 'first-deploy' | 'update') =>
    faults
      .filter((fault) => fault.on === on)
      .toSorted((a, b) => Number(a.outcome === 'not-recovered') - Number(b.outcome === 'not-recovered'));
  return { fresh: by('first-deploy'), updated: [...(faults.includes(bootCrash) ? ['comparison' as const] : []), ...by('update')] };
}

function printEnd(
  rows: readonly FaultRow[],
  { faults, broken }: { faults: number; broken: number },
  backstop: Comparison | null,
  total: number,
): void {
  const good = rows.filter(({ ok }) => ok).length;
  console.log(
    `\n${good} of ${faults} faults went as the catalogue says${broken > 0 ? `, ${broken} gave no answer` : ''}, in ${duration(total)}.`,
  );
  if (backstop) console.log(comparisonLine(backstop));
}
