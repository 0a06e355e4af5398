import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The forms in which a report is stored, beside each other. */
export type ReportForm = 'md' | 'json' | 'html';

/**
 * The newest report that a finished rehearsal left, of this tag or of any.
 * @param root of the project
 * @returns path of its report.md; null when none was kept
 */
export async function newestKeptReport(root: string, tag?: string): Promise<string | null> {
  const releases = join(root, '.local', 'releases');
  const tags = tag === undefined ? await names(releases) : [tag];
  const folders = (
    await Promise.all(tags.map(async (each) => (await names(join(releases, each))).map((id) => join(releases, each, id))))
  ).flat();
  const reports = folders.map((folder) => join(folder, 'diagnostics', 'report.md'));
  const dated = await Promise.all(reports.map(async (path) => ({ path, at: await madeAt(path) })));
  return dated.filter(({ at }) => at > 0).sort((a, b) => b.at - a.at)[0]?.path ?? null;
}

/** @param report path of report.md */
export const readKept = (report: string, form: ReportForm) => readFile(formOf(report, form), 'utf8');

/** Path or key of another form of the same report. */
export const formOf = (report: string, form: ReportForm) => report.replace(/md$/, form);

const names = (folder: string) => readdir(folder).catch(() => []);
const madeAt = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
