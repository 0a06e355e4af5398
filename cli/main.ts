import { Command, CommanderError } from 'commander';
import { approveCommand, rejectCommand } from './commands/decide.ts';
import { faultsCommand } from './commands/faults.ts';
import { rehearseCommand } from './commands/rehearse.ts';
import { reportCommand } from './commands/report.ts';
import { statusCommand } from './commands/status.ts';
import { exitCodes, UsageError } from './exit-codes.ts';

/** Parses, runs one command, and says what the shell learns. Prints errors as one line each; a defect prints its stack. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.done;
  const program = new Command('release')
    .description('Releases tags of the webhook service, and keeps the reason when a release fails.')
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  for (const make of [rehearseCommand, faultsCommand, statusCommand, approveCommand, rejectCommand, reportCommand]) {
    program.addCommand(
      make((exit: number) => {
        code = exit;
      }).exitOverride(),
    );
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done;
      console.error(`${error.message.replace(/^error: /, '')}. Next: release --help`);
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
