import type { IncidentReport, Moment, RunbookExcerpt } from '../contract/report.ts';
import { pageName } from '../contract/runbook.ts';
import { causeWords, costs, doneWords, sentenceOf, stretchesOf, titleOf } from './report-words.ts';

/** report.md: what a terminal shows. Its texts come redacted and without control characters; here they only lose what Markdown would obey. */
export function renderReport(report: IncidentReport): string {
  const { attempt, commit, cause, diagnosis, diagnostics, blastRadius, runbook, next } = report;
  const sections = [
    [`# ${inline(titleOf(report))}`, inline(sentenceOf(report))],
    ['## Cause', inline(causeWords(cause, diagnosis), '**')],
    ['## Evidence', code(diagnosis.evidence.map(({ source, line }) => `${source}: ${line}`))],
    ['## Timeline', timeline(report.timeline)],
    ['## Blast radius', inline(blastRadius.sentence)],
    ['## Stopped tasks', code(report.stoppedTasks)],
    ['## Done automatically', list(doneWords(report))],
    [
      '## Kept',
      list([
        `s3://${diagnostics.bucket}/${diagnostics.prefix} (${diagnostics.objects} objects)`,
        `commit ${commit}, attempt ${attempt}`,
        ...costs(report),
      ]),
    ],
    ['## Missing', list([...diagnostics.missing.map(({ source, reason }) => `${source}: ${reason}`), ...report.troubles])],
    ['## Runbook', runbook ? excerpt(runbook) : `The page could not be read here: \`npx release incident ${cause}\``],
    ['## Next', code([next])],
  ];
  return `${sections.map(([title, text]) => `${title}\n\n${text}`).join('\n\n')}\n`;
}

function timeline(moments: readonly Moment[]): string {
  const rows = moments.map(({ what, at, note }) => `| ${what} | ${at ?? 'not known'} | ${cell(note)} |`);
  const stretches = stretchesOf(moments).map(({ what }) => what);
  return [['| what | when | |', '|---|---|---|', ...rows].join('\n'), ...(stretches.length > 0 ? [`${stretches.join(', ')}.`] : [])].join(
    '\n\n',
  );
}

function excerpt({ about, inputs, check, fix }: RunbookExcerpt): string {
  const parts = [
    `${about.title} (${about.severity}, ${about.owner}). The whole page: \`npx release incident ${about.cause}\`, runbooks/${pageName(about.cause)}`,
    ...(inputs ? [code([inputs], 'sh')] : []),
    `### Check\n\n${check}`,
    `### Fix\n\n${fix}`,
  ];
  return parts.join('\n\n');
}

const list = (lines: readonly string[]) => (lines.length === 0 ? 'Nothing.' : lines.map((line) => `- ${inline(line)}`).join('\n'));

/**
 * Outside text in a sentence: no line of its own, no link, no emphasis, no HTML. A terminal shows the escapes too, so there are no more than
 * needed. @param keep a mark of ours that stays
 */
function inline(text: string, keep = ''): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/[\\`*]|<(?=[a-z/!?])|\](?=[([])/gi, (mark) => (keep.includes(mark) ? mark : `\\${mark}`))
    .replace(/^(?:[>#|+=~-]|\d+(?=[.)])|\[(?=[^\]]*\]:))/, '\\$&');
}

const cell = (text: string) => inline(text).replaceAll('|', '\\|');

/** Longer than any run of backticks inside: a line of a log may hold anything, a closing fence too. */
function code(lines: readonly string[], language = ''): string {
  if (lines.length === 0) return 'None.';
  const text = lines.join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
