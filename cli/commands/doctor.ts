import { Command } from 'commander';
import { clear, clearingOf, obstacleLines } from '../doctor/clear.ts';
import { examine } from '../doctor/examine.ts';
import { type Facts, factsOf } from '../doctor/facts.ts';
import type { Check } from '../doctor/finding.ts';
import { exitCodes, type SetExit, UsageError } from '../exit-codes.ts';
import { connectSurroundings } from '../init/surroundings.ts';
import { configuredTable } from '../init/table-file.ts';
import { openCheckout } from '../installation/checkout.ts';
import { examineInstallation } from '../installation/examine.ts';
import { checkLines, tally } from '../view/checks.ts';
import { openWorld, stageNamed, type World } from '../world.ts';

interface Options {
  readonly clear: boolean;
  readonly yes: boolean;
  readonly reason: string;
}

export const doctorCommand = (exit: SetExit) =>
  new Command('doctor')
    .description(
      'looks at a stage, or at the installed pipeline: what stands, what runs, what was recorded, and what is wrong; changes nothing',
    )
    .argument('[stage]', 'a stage; none: the installation')
    .option('--clear', 'say what of a blocked mark and a stale lock would be removed; only when all else is in order', false)
    .option('--yes', 'with --clear: remove it', false)
    .option('--reason <text>', 'with --clear: why, for the record', 'mended by hand')
    .action(async (name: string | undefined, options: Options) => {
      if (name === undefined) {
        if (options.clear || options.yes) throw new UsageError('--clear: expected a stage. Next: npx release status');
        const found = await examineInstallation(configuredTable(), await connectSurroundings(), openCheckout());
        for (const line of [...checkLines(found), tally(found)]) console.log(line);
        return exit(exitCodeOf(found));
      }
      if (options.yes && !options.clear)
        throw new UsageError(`--yes: doctor changes nothing without --clear. Next: npx release doctor ${name} --clear`);
      const world = await openWorld();
      const stage = stageNamed(world.pipeline, name);
      const facts = factsOf(stage, world);
      const checks = await examine(facts, world);
      console.log(`${name}: ${stage.serviceStack} on ${stage.foundationStack}`);
      for (const line of checkLines(checks)) console.log(line);
      console.log(tally(checks));
      exit(options.clear ? await clearStage(facts, checks, options, world) : exitCodeOf(checks));
    });

/** Problems come before what could not be looked at. */
export function exitCodeOf(checks: readonly Check[]): number {
  const has = (verdict: Check['verdict']) => checks.some((check) => check.verdict === verdict);
  if (has('problem') || has('missing')) return exitCodes.notReleased;
  return has('unknown') ? exitCodes.couldNotStart : exitCodes.done;
}

async function clearStage(facts: Facts, checks: readonly Check[], { yes, reason }: Options, world: World): Promise<number> {
  const { name } = facts.stage;
  const clearing = await clearingOf(facts, checks);
  if ('refused' in clearing) {
    console.log(`Not cleared: ${clearing.refused}.`);
    return exitCodes.notReleased;
  }
  if ('nothing' in clearing) {
    console.log(`${name} is ${clearing.nothing}.`);
    return exitCodes.done;
  }
  console.log(yes ? 'Removing:' : 'Would remove:');
  for (const line of obstacleLines(clearing.remove)) console.log(`  ${line}`);
  if (!yes) {
    console.log(`Nothing was changed. Next: npx release doctor ${name} --clear --yes --reason '…'`);
    return exitCodes.done;
  }
  const person = { by: await world.caller(), at: new Date().toISOString(), reason };
  if (!(await clear(name, clearing.remove, person, world)))
    throw new UsageError(`${name} changed while it was looked at. Next: npx release doctor ${name}`);
  console.log(`${name} is free: the next release may begin.`);
  return exitCodes.done;
}
