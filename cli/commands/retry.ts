import { Command } from 'commander';
import { exitCodes, type SetExit, UsageError } from '../exit-codes.ts';
import { exitCodeOf } from '../result.ts';
import { planRetry, type RetryPlan } from '../retry/plan.ts';
import { knock, watchStarted } from '../start.ts';
import { checkLines } from '../view/checks.ts';
import { outcomeLines } from '../view/outcome.ts';
import { openWorld } from '../world.ts';

export const retryCommand = (exit: SetExit) =>
  new Command('retry')
    .description('tries a tag again that was not released; without --yes it only says what became of it, and whether that is mended')
    .argument('<tag>', 'a tag that was not released')
    .option('--yes', 'do it, and follow it to its end', false)
    .action(async (tag: string, { yes }: { yes: boolean }) => {
      const world = await openWorld();
      const plan = await planRetry(tag, world);
      for (const line of retryLines(plan)) console.log(line);
      if (!yes) {
        const next = plan.mending.verdict === 'not-mended' ? `incident ${tag}` : `retry ${tag} --yes`;
        console.log(`Nothing was started. Next: npx release ${next}`);
        exit(exitCodes.done);
        return;
      }
      if (plan.mending.verdict === 'not-mended')
        throw new UsageError(`${tag} is not retried: ${plan.mending.says}. Next: npx release incident ${tag}`);
      const name = await knock(world, { tag, commit: plan.record.commit, retry: true });
      const { result } = await watchStarted(name, tag, world.executions);
      for (const line of outcomeLines(result)) console.log(line);
      exit(exitCodeOf(result));
    });

export function retryLines({ record, mending }: RetryPlan): string[] {
  const { name, outcome, cause, startedAt, closedAt, pushedBy } = record;
  // Its record is open, and nothing of it runs.
  const became = outcome === 'running' ? 'cut short' : outcome;
  return [
    `${name}: ${became}${cause ? ` (${cause})` : ''}, pushed by ${pushedBy}, started ${startedAt}${closedAt ? `, closed ${closedAt}` : ''}`,
    ...mending.stages.flatMap(({ stage, checks }) => [stage, ...checkLines(checks)]),
    `${mending.says.charAt(0).toUpperCase()}${mending.says.slice(1)}.`,
  ];
}
