import { userInfo } from 'node:os';
import { Command } from 'commander';
import { connect, findPipeline } from '../connection.ts';
import { type Decision, decide } from '../decision.ts';
import type { SetExit } from '../exit-codes.ts';

export const approveCommand = (_exit: SetExit) => make('approve', 'approved', 'lets a release that waits go on, to what its request names');
export const rejectCommand = (_exit: SetExit) => make('reject', 'rejected', 'ends a release that waits; nothing of the stage was changed');

function make(name: string, decision: Decision, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<tag>', 'the tag that waits')
    .action(async (tag: string) => {
      connect();
      const { table } = await findPipeline();
      const request = await decide(table, tag, decision, userInfo().username);
      console.log(`${tag} is ${decision} for ${request.stage}: ${request.digest}`);
    });
}
