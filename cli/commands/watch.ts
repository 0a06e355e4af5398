import { Command } from 'commander';
import type { SetExit } from '../exit-codes.ts';
import { newestAttempt } from '../releases.ts';
import { exitCodeOf } from '../result.ts';
import { outcomeLines } from '../view/outcome.ts';
import { watchExecution } from '../watch.ts';
import { openWorld, type World } from '../world.ts';

export const watchCommand = (exit: SetExit) =>
  new Command('watch')
    .description('follows a release to its end, or tells again how it went')
    .argument('[tag]', 'a tag (default: the newest release that runs)')
    .action(async (tag: string | undefined) => {
      const world = await openWorld();
      const name = await (tag === undefined ? newestRunning(world) : newestOf(world, tag));
      const found = name === null ? null : await world.executions.find(name);
      if (!found) {
        console.log(name === null ? 'No release runs. Next: npx release status' : `The execution ${name} is forgotten: it ended long ago.`);
        return;
      }
      const { result } = await watchExecution(found.arn, tag ?? found.name);
      for (const line of outcomeLines(result)) console.log(line);
      exit(exitCodeOf(result));
    });

const newestOf = async ({ table }: World, tag: string) => (await newestAttempt(table, tag)).name;

async function newestRunning({ executions }: World): Promise<string | null> {
  const [newest, ...others] = await executions.recent('RUNNING');
  if (others.length > 0) console.log(`Also running: ${others.map(({ name }) => name).join(', ')}`);
  return newest?.name ?? null;
}
