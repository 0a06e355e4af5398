import { Command } from 'commander';
import { connect, findPipeline } from '../connection.ts';
import { type Decided, decide, lookAt, lookLines } from '../decision.ts';
import type { SetExit } from '../exit-codes.ts';

export const approveCommand = (_exit: SetExit) => make('approve', 'approved', 'lets a release that waits go on, to what its request names');
export const rejectCommand = (_exit: SetExit) => make('reject', 'rejected', 'ends a release that waits; nothing of the stage was changed');

function make(name: string, decision: Decided, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<tag>', 'the tag that waits')
    .option('--reason <text>', 'kept with the decision, at most 400 characters')
    .action(async (tag: string, { reason }: { reason?: string }) => {
      connect('approver');
      const [pipeline, { decisionDesk }] = await Promise.all([findPipeline(), import('../../steps/clients/decision-desk.ts')]);
      const desk = decisionDesk(pipeline.approvalUrl());
      const request = await lookAt(tag, desk);
      for (const line of lookLines(request)) console.log(line);
      console.log(await decide(request, decision, reason, desk));
    });
}
