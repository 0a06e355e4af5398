import { Command, InvalidArgumentError, Option } from 'commander';
import semver from 'semver';
import { readCheckout } from '../../rehearsal/checkout.ts';
import { faultNamed, faults } from '../../rehearsal/faults/catalogue.ts';
import type { Fault } from '../../rehearsal/faults/fault.ts';
import { projectRoot } from '../connection.ts';
import { exitCodes, type SetExit, UsageError } from '../exit-codes.ts';
import type { RehearseOptions } from '../rehearse.ts';

const choices = (names: readonly string[]) => names.join(', ');

function parseTag(value: string): string {
  if (!value.startsWith('v') || !semver.valid(value.slice(1)))
    throw new InvalidArgumentError(`"${value}": expected v followed by a semantic version, as in v1.4.0.`);
  return value;
}

function parseScale(value: string): number {
  const scale = Number(value);
  if (!(scale > 0 && scale <= 10))
    throw new InvalidArgumentError(`"${value}": expected a number above 0 and at most 10; 1 waits as AWS does.`);
  return scale;
}

function parseFault(value: string): Fault {
  const fault = faultNamed(value);
  if (!fault) throw new InvalidArgumentError(`"${value}": expected one of ${choices(faults.map(({ name }) => name))}.`);
  return fault;
}

const parseFaults = (value: string): Fault[] => value.split(',').map(parseFault);

function parseWithheld(value: string): { step: string; action: string } {
  const [, step, action] = /^(\w+)=([\w-]+:\w+)$/.exec(value) ?? [];
  if (!step || !action)
    throw new InvalidArgumentError(`"${value}": expected STEP=service:Action, as in Deploy=cloudformation:ExecuteChangeSet.`);
  return { step, action };
}

export const rehearseCommand = (exit: SetExit) =>
  new Command('rehearse')
    .description('releases the committed tree on this machine: the same pipeline, on a stand-in for AWS')
    .addOption(new Option('--tag <vX.Y.Z>', 'the tag to push (default: v and the version of package.json)').argParser(parseTag))
    .addOption(new Option('--fault <name>', 'inject a failure; release faults lists them').argParser(parseFault))
    .option('--all', 'rehearse every fault of the catalogue, and say where one differs from its row', false)
    .addOption(new Option('--only <faults>', 'with --all: these faults only, separated by commas').argParser(parseFaults))
    .addOption(new Option('--approve <how>', 'what becomes of requests for approval').choices(['yes', 'no', 'ask']))
    .addOption(new Option('--time-scale <n>', 'factor for every wait; process work is real').default(0.05).argParser(parseScale))
    .addOption(
      new Option('--containers <how>', 'run containers as processes or with Docker (default: Docker when a daemon answers)').choices([
        'process',
        'docker',
      ]),
    )
    .addOption(new Option('--withhold <step=action>', 'take one IAM action away from one step, to see it fail').argParser(parseWithheld))
    .option('--json <file>', 'write what became of it to a file')
    .option('--keep', 'keep everything running afterwards, until Ctrl-C', false)
    .option('--open', 'open the report, when there is one', false)
    .action(async ({ all, only, ...options }: RehearseOptions & { all: boolean; only?: Fault[] }) => {
      if (all) return exit(await everyFault(only ?? faults, options));
      if (only) throw new UsageError('--only: only with --all. Next: --fault NAME, or --all --only NAMES');
      const checkout = await readCheckout(projectRoot).catch((error: Error) => {
        throw new UsageError(error.message);
      });
      const { rehearse } = await import('../rehearse.ts');
      const result = await rehearse(checkout, options);
      exit(result.exitCode);
      if (result.exitCode === exitCodes.interrupted) console.error('Interrupted: everything that was started was ended.');
    });

/** Options of a single release have no meaning for all of them. */
async function everyFault(wanted: readonly Fault[], options: RehearseOptions): Promise<number> {
  const { timeScale, containers, json, ...single } = options;
  const given = Object.entries(single).flatMap(([name, value]) => (value === undefined || value === false ? [] : [`--${name}`]));
  if (given.length > 0) throw new UsageError(`${given.join(', ')}: not with --all, which releases many tags. Next: leave one of them out.`);
  const { rehearseAll } = await import('../campaign/rehearse-all.ts');
  return rehearseAll(wanted, { timeScale, ...(containers && { containers }), ...(json && { json }) });
}
