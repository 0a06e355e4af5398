import { Command } from 'commander';
import { keys } from '../../steps/contract/records.ts';
import { type SetExit, UsageError } from '../exit-codes.ts';
import { exitCodeOf } from '../result.ts';
import { knock, watchStarted } from '../start.ts';
import { outcomeLines } from '../view/outcome.ts';
import { openWorld, type World } from '../world.ts';

export const startCommand = (exit: SetExit) =>
  new Command('start')
    .description('releases a tag whose push started nothing, through the same door, and follows it')
    .argument('<tag>', 'a tag that the source repository holds')
    .action(async (tag: string) => {
      const world = await openWorld();
      const commit = await commitToStart(tag, world);
      const name = await knock(world, { tag, commit, retry: false });
      const { result } = await watchStarted(name, tag, world.executions);
      for (const line of outcomeLines(result)) console.log(line);
      exit(exitCodeOf(result));
    });

/** Throws UsageError when there is no such tag, or when it needs no start. */
export async function commitToStart(tag: string, { host, table, pipeline }: Pick<World, 'host' | 'table' | 'pipeline'>): Promise<string> {
  if ((await table.query(keys.release(tag, 1).pk)).length > 0)
    throw new UsageError(`${tag} was started already. Next: npx release status ${tag}, then npx release retry ${tag}`);
  const commit = await host.commitOfTag(pipeline.repository, tag);
  if (commit === null) throw new UsageError(`The repository ${pipeline.repository} has no tag ${tag}. Next: git push origin ${tag}`);
  return commit;
}
