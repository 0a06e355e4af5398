import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Command, Option } from 'commander';
import { visible } from '../../steps/checks/outside-text.ts';
import { keys, type ReleaseRecord } from '../../steps/contract/records.ts';
import { IncidentReport } from '../../steps/contract/report.ts';
import { nothingToTalkTo, projectRoot } from '../connection.ts';
import { type SetExit, UsageError } from '../exit-codes.ts';
import { formOf, newestKeptReport, type ReportForm, readKept } from '../kept-reports.ts';
import { openFile } from '../open-file.ts';
import { newestAttempt, newestOf } from '../releases.ts';
import { toldByRecorder } from '../told-by-recorder.ts';
import { openWorld, type World } from '../world.ts';

interface Options {
  readonly html?: true;
  readonly json?: true;
  readonly open?: true;
}

export const reportCommand = (_exit: SetExit) =>
  new Command('report')
    .description('prints the incident report of a tag that was not released')
    .argument('[tag]', 'the tag (default: the newest release that has a report)')
    .addOption(new Option('--html', 'print it as one page that needs nothing else').conflicts('json'))
    .option('--json', 'print what it is drawn from')
    .option('--open', 'open the page')
    .action(async (tag: string | undefined, { html, json, open }: Options) => {
      const report = await find(tag);
      const form: ReportForm = json ? 'json' : html ? 'html' : 'md';
      if (!open || html || json) process.stdout.write(checked(await report.read(form), form));
      if (open) await show(report);
    });

interface FoundReport {
  read(form: ReportForm): Promise<string>;
  /** Where the page lies on this machine; null when it lies in the bucket. */
  readonly page: string | null;
}

/** In AWS or the running rehearsal; where neither is, what the last rehearsal left. */
async function find(tag: string | undefined): Promise<FoundReport> {
  if (nothingToTalkTo()) {
    const kept = await newestKeptReport(projectRoot, tag);
    if (kept) {
      console.error(`From a rehearsal that is over: ${relative(process.cwd(), kept)}`);
      return { read: (form) => readKept(kept, form), page: formOf(kept, 'html') };
    }
  }
  const world = await openWorld();
  const attempt = tag === undefined ? null : await newestAttempt(world.table, tag);
  if (attempt && !attempt.report) {
    const { recorded } = await import('../../steps/clients/recordings.ts');
    const { bucket, stages } = world.pipeline;
    for (const line of await toldByRecorder(attempt.startedAt, { bucket, stages, recorded: recorded(bucket), objects: world.objects }))
      console.error(visible(line));
  }
  const { report } = attempt === null ? await newestReported(world) : reported(attempt);
  return { read: (form) => world.objects.get(report.bucket, formOf(report.key, form)), page: null };
}

type Reported = ReleaseRecord & { report: NonNullable<ReleaseRecord['report']> };

/** Throws UsageError for a release without one. */
export function reported(release: ReleaseRecord): Reported {
  const { name, tag, outcome, report } = release;
  if (report) return { ...release, report };
  const why = report === null ? 'the store refused its report: the notification and the execution tell' : `has no report: it is ${outcome}`;
  throw new UsageError(`${name} ${why}. Next: npx release status ${tag}`);
}

/** The newest release that has one. Throws UsageError when none has. */
export async function newestReported({ executions, table }: Pick<World, 'executions' | 'table'>): Promise<Reported> {
  const names = (await executions.recent()).flatMap(({ name }) => /^(.+)-[0-9a-f]{7}-\d+(?:-rescue)?$/.exec(name)?.[1] ?? []);
  for (const tag of new Set(names)) {
    const release = newestOf((await table.query(keys.release(tag, 1).pk)) as ReleaseRecord[]);
    if (release?.report) return reported(release);
  }
  throw new UsageError('No recent release has a report. Next: npx release status, or npx release report TAG');
}

/** The store is outside too: nothing of it moves the terminal, and what is no report of ours is not passed on as one. */
function checked(text: string, form: ReportForm): string {
  if (form === 'json') IncidentReport.parse(JSON.parse(text));
  return `${visible(text).trimEnd()}\n`;
}

async function show({ page, read }: FoundReport): Promise<void> {
  const path = page ?? join(await mkdtemp(join(tmpdir(), 'release-report-')), 'report.html');
  if (page === null) await writeFile(path, await read('html'), { mode: 0o600 });
  console.log(path);
  openFile(path);
}
