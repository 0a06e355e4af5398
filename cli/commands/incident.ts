import { Command } from 'commander';
import { Cause } from '../../steps/contract/causes.ts';
import type { ExecutionLookup } from '../../steps/contract/operator-ports.ts';
import { keys, type ReleaseRecord } from '../../steps/contract/records.ts';
import { nothingToTalkTo, projectRoot } from '../connection.ts';
import { type SetExit, UsageError } from '../exit-codes.ts';
import { type KnownIncident, keptIncident } from '../incident/kept.ts';
import { nearest } from '../incident/nearest.ts';
import { causeNamed, readPage } from '../incident/page.ts';
import { valuesOf } from '../incident/values.ts';
import { newestOf } from '../releases.ts';
import { openWorld, type World } from '../world.ts';

export const incidentCommand = (_exit: SetExit) =>
  new Command('incident')
    .description('prints what to do about a cause; for a tag, about why it was not released, with its names filled in')
    .argument('<cause-or-tag>', 'a cause, as in SecretKeyMissing, or a tag')
    .action(async (typed: string) => {
      const cause = causeNamed(typed);
      if (cause) {
        console.log(await readPage(cause, {}));
        return;
      }
      // What looks like no tag needs nobody to be asked.
      if (!/^v?\d/.test(typed)) throw new UsageError(unknownWords(typed, nearest(typed, Cause.options)));
      const {
        cause: why,
        release,
        outcome,
        values,
      } = (nothingToTalkTo() && (await keptIncident(projectRoot, typed))) || (await incidentOf(typed));
      console.log(await readPage(why, values));
      console.log(`\n${release} was ${outcome} because of ${why}. Its report: npx release report ${typed}`);
    });

/** In AWS, or the rehearsal that runs here. */
async function incidentOf(tag: string): Promise<KnownIncident> {
  const world = await openWorld();
  const record = await recordOf(tag, world);
  return { cause: causeOf(record), release: record.name, outcome: record.outcome, values: await valuesOf(record, world) };
}

async function recordOf(tag: string, { table, executions }: Pick<World, 'table' | 'executions'>): Promise<ReleaseRecord> {
  const newest = newestOf((await table.query(keys.release(tag, 1).pk)) as ReleaseRecord[]);
  if (newest) return newest;
  throw new UsageError(unknownWords(tag, nearest(tag, await recentTags(executions))));
}

/** Throws UsageError for a release that has no incident. */
export function causeOf({ name, tag, outcome, cause }: Pick<ReleaseRecord, 'name' | 'tag' | 'outcome' | 'cause'>): Cause {
  const known = Cause.safeParse(cause).data;
  if (known) return known;
  if (cause !== undefined)
    throw new UsageError(`${name} was ${outcome} because of ${cause}, which this checkout does not know. Next: npx release report ${tag}`);
  throw new UsageError(
    `${name} is ${outcome}: there is no incident. Next: npx release ${outcome === 'running' ? 'watch' : 'status'} ${tag}`,
  );
}

async function recentTags(executions: Pick<ExecutionLookup, 'recent'>): Promise<string[]> {
  const names = (await executions.recent()).map(({ name }) => /^(.+)-[0-9a-f]{7}-\d+$/.exec(name)?.[1]);
  return [...new Set(names.filter((tag) => tag !== undefined))];
}

export function unknownWords(typed: string, near: readonly string[]): string {
  const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : 'expected a cause, as in SecretKeyMissing, or the tag of a release.';
  return `There is no cause and no release ${typed}: ${hint} Next: npx release incident ${near[0] ?? '--help'}`;
}
