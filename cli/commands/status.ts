import { Command } from 'commander';
import { costInWords } from '../../steps/checks/tally.ts';
import type { Table } from '../../steps/contract/ports.ts';
import { type ApprovalRecord, keys, type LockRecord, type StageState, type WaitingRecord } from '../../steps/contract/records.ts';
import { rescueName } from '../../steps/contract/rescue.ts';
import { connect, findPipeline, type Pipeline } from '../connection.ts';
import type { SetExit } from '../exit-codes.ts';
import { newestAttempt } from '../releases.ts';
import { stageLines } from '../view/stages.ts';
import { endsInWords } from '../view/words.ts';

export const statusCommand = (_exit: SetExit) =>
  new Command('status')
    .description('says what each stage runs and who holds it, or where a tag stands')
    .argument('[tag]', 'a tag')
    .action(async (tag: string | undefined) => {
      connect();
      const { table: open } = await import('../../steps/clients/table.ts');
      const pipeline = await findPipeline();
      const table = open(pipeline.table);
      if (tag === undefined) await printStages(table, pipeline);
      else await printRelease(table, pipeline, tag);
    });

async function printStages(table: Table, pipeline: Pipeline): Promise<void> {
  const item = ({ pk, sk }: { pk: string; sk: string }) => table.get(pk, sk);
  for (const { name } of pipeline.stages) {
    const [state, lock, waiting] = (await Promise.all([item(keys.state(name)), item(keys.lock(name)), item(keys.waiting(name))])) as [
      StageState | null,
      LockRecord | null,
      WaitingRecord | null,
    ];
    const request = waiting && ((await item(keys.approval(waiting.id))) as ApprovalRecord | null);
    for (const line of stageLines({ name, state, lock, waiting, request, now: new Date() })) console.log(line);
  }
}

async function printRelease(table: Table, pipeline: Pipeline, tag: string): Promise<void> {
  const { describeExecution, newestExecution } = await import('../../steps/clients/execution-history.ts');
  const release = await newestAttempt(table, tag);
  const { name, outcome, cause, startedAt, endsBefore = null } = release;
  console.log(`${name}: ${outcome}${cause ? ` (${cause})` : ''}, started ${startedAt}${endsInWords({ endsBefore })}`);
  if (release.cost) console.log(`cost ${costInWords(release.cost)}`);
  const arn = await newestExecution(pipeline.stateMachineArn, (name) => name === release.name || name === rescueName(release.name));
  if (!arn) return;
  const execution = await describeExecution(arn);
  console.log(`execution ${execution.status}: ${arn}`);
  if (execution.status !== 'RUNNING') return;
  const { Story } = await import('../story.ts');
  const { historyAfter } = await import('../../steps/clients/execution-history.ts');
  const story = new Story();
  for (const event of await historyAfter(arn, 0)) story.take(event);
  const now = story.moments.at(-1);
  if (now) console.log(`now ${now.stage ? `${now.stage} ` : ''}${now.state}${now.text ? `: ${now.text}` : ''}`);
}
