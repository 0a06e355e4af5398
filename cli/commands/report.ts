import { Command } from 'commander';
import type { ReleaseRecord } from '../../steps/contract/records.ts';
import { connect, findPipeline } from '../connection.ts';
import { type SetExit, UsageError } from '../exit-codes.ts';
import { newestAttempt } from '../releases.ts';

export const reportCommand = (_exit: SetExit) =>
  new Command('report')
    .description('prints the incident report of a tag that was not released')
    .argument('<tag>', 'the tag')
    .action(async (tag: string) => {
      connect();
      const [{ table }, { objects }] = await Promise.all([
        import('../../steps/clients/table.ts'),
        import('../../steps/clients/objects.ts'),
      ]);
      const pipeline = await findPipeline();
      const release: ReleaseRecord = await newestAttempt(table(pipeline.table), tag);
      if (!release.report) throw new UsageError(`${release.name} has no report (${release.outcome}). Next: release status ${tag}`);
      console.log(await objects.get(release.report.bucket, release.report.key));
    });
