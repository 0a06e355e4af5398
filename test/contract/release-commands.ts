import { CommanderError } from 'commander';
import { releaseProgram } from '../../cli/main.ts';
import { faults } from '../../rehearsal/faults/catalogue.ts';

/** What is wrong with a `release …` command by the command line itself, in words; null when nothing is. Runs nothing. */
export async function releaseProblem(words: readonly string[]): Promise<string | null> {
  const program = releaseProgram(() => {});
  for (const command of program.commands) command.action(() => {}).configureOutput({ writeOut: () => {}, writeErr: () => {} });
  const fault = words[words.indexOf('--fault') + 1];
  if (words.includes('--fault') && !faults.some(({ name }) => name === fault)) return `there is no fault ${fault}`;
  try {
    await program.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    // `--help` ends the command line, too, and well.
    if (error instanceof CommanderError) return error.exitCode === 0 ? null : error.message;
    throw error;
  }
}

/** Verbs that change something, unless they are dry. */
const acting = ['approve', 'reject', 'start'];
const dryWithoutYes = ['rollback', 'retry', 'doctor', 'init'];
export const releaseReadsOnly = ([verb = '', ...rest]: readonly string[]) =>
  !acting.includes(verb) && !(dryWithoutYes.includes(verb) && rest.includes('--yes'));
