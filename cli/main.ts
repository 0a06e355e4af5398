import { Command, CommanderError } from 'commander';
import { approveCommand, rejectCommand } from './commands/decide.ts';
import { doctorCommand } from './commands/doctor.ts';
import { faultsCommand } from './commands/faults.ts';
import { incidentCommand } from './commands/incident.ts';
import { initCommand } from './commands/init.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import { reportCommand } from './commands/report.ts';
import { retryCommand } from './commands/retry.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { watchCommand } from './commands/watch.ts';
import { exitCodes, type SetExit, UsageError } from './exit-codes.ts';
import { refusalOf } from './refusal.ts';

/** What is wrong is said once, by `main`. */
const silent = { writeErr: () => {} };

const commands = [
  rehearseCommand,
  faultsCommand,
  initCommand,
  startCommand,
  retryCommand,
  watchCommand,
  statusCommand,
  approveCommand,
  rejectCommand,
  reportCommand,
  incidentCommand,
  doctorCommand,
  rollbackCommand,
];

/** The whole command line, before it is told what to do. Also what the commands of runbooks/ are held against. */
export function releaseProgram(exit: SetExit): Command {
  const program = new Command('release')
    .description('Releases tags of the webhook service, and keeps the reason when a release fails.')
    .exitOverride()
    .configureOutput(silent);
  // Commands that are added, not made by their program, inherit nothing of it.
  for (const make of commands) program.addCommand(make(exit).exitOverride().configureOutput(silent));
  return program;
}

/** Parses, runs one command, and says what the shell learns. Prints errors as one line each; a defect prints its stack. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.done;
  const program = releaseProgram((exit) => {
    code = exit;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      console.error(refusalOf(error, program, argv));
      return exitCodes.couldNotStart;
    }
    if (error instanceof UsageError) {
      console.error(error.message);
      return exitCodes.couldNotStart;
    }
    console.error(error instanceof Error ? error.stack : error);
    return exitCodes.couldNotStart;
  }
}
