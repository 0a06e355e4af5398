import { Command } from 'commander';
import type { Proof } from '../../steps/contract/failure.ts';
import type { Stage } from '../../steps/contract/stage.ts';
import { factsOf } from '../doctor/facts.ts';
import { exitCodes, type SetExit, UsageError } from '../exit-codes.ts';
import { type BegunDeed, beginRollback, dropRollback, endRollback } from '../rollback/perform.ts';
import { planRollback, unfinishedRollback } from '../rollback/plan.ts';
import { watchStarted } from '../start.ts';
import { planLines, proofLines } from '../view/rollback.ts';
import { openWorld, stageNamed, type World } from '../world.ts';

interface Options {
  readonly yes: boolean;
  readonly reason: string;
}

export const rollbackCommand = (exit: SetExit) =>
  new Command('rollback')
    .description('brings back what ran before at a stage, by the way of any failure; without --yes it only says what would happen')
    .argument('<stage>', 'a stage')
    .option('--yes', 'do it', false)
    .option('--reason <text>', 'why, for the record', 'asked for by hand')
    .action(async (name: string, options: Options) => {
      const world = await openWorld();
      const stage = stageNamed(world.pipeline, name);
      const begun = await unfinishedRollback(name, world);
      if (begun?.rollback) exit(await takeUp(stage, { ...begun, rollback: begun.rollback }, options, world));
      else exit(await rollBack(stage, options, world));
    });

async function rollBack(stage: Stage, { yes, reason }: Options, world: World): Promise<number> {
  const plan = await planRollback(factsOf(stage, world), world);
  for (const line of planLines(stage.name, plan)) console.log(line);
  if (!yes) {
    console.log(`Nothing was changed. Next: npx release rollback ${stage.name} --yes --reason '…'`);
    return exitCodes.done;
  }
  return finish(stage, await beginRollback(stage, plan, { by: await world.caller(), reason }, world), world);
}

/** One that was begun, by somebody whose terminal ended before it did: it comes first, and what it proved is written down. */
export async function takeUp(stage: Stage, deed: BegunDeed, { yes }: Options, world: World): Promise<number> {
  const { execution } = deed.rollback;
  const found = await world.executions.find(execution);
  const words = `${deed.by} began ${execution} at ${deed.at}, and ${found?.status === 'RUNNING' ? 'it runs' : 'nobody wrote down how it ended'}`;
  if (!yes)
    throw new UsageError(`${words}. Next: npx release rollback ${stage.name} --yes, which follows it to its end and begins no other`);
  console.log(`${words}: it is followed to its end, and no other is begun.`);
  if (found) return finish(stage, deed, world);
  await dropRollback(stage.name, deed, world);
  throw new UsageError(`${execution} was never started: nothing was changed. Next: npx release rollback ${stage.name}`);
}

async function finish(stage: Stage, deed: BegunDeed, world: World): Promise<number> {
  const { known } = await watchStarted(deed.rollback.execution, deed.rollback.undoes.tag, world.executions);
  await endRollback(stage.name, deed, known.proof, world);
  const { blocked } = await factsOf(stage, world).state();
  for (const line of proofLines(stage.name, known.proof, Boolean(blocked))) console.log(line);
  if (known.report?.reportKey) console.log(`  report: s3://${known.report.bucket}/${known.report.reportKey}`);
  return exitCodeOf(known.proof);
}

/** Said to be back only when it is proven. */
export function exitCodeOf(proof: Proof | undefined): number {
  if (proof?.outcome === 'proven') return exitCodes.done;
  return proof?.outcome === 'unchanged' ? exitCodes.notReleased : exitCodes.notRecovered;
}
