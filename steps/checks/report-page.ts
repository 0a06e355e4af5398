import { causes } from '../contract/causes.ts';
import type { IncidentReport, RunbookExcerpt } from '../contract/report.ts';
import { pageName } from '../contract/runbook.ts';
import { markdownToHtml, escapeHtml as text } from './markdown-html.ts';
import { reportStyle } from './report-style.ts';
import { timelineHtml } from './report-timeline.ts';
import { causeWords, costs, doneWords, sentenceOf, titleOf } from './report-words.ts';

/** Nothing may run, load or send: what the page shows is outside data, and one forgotten escape must not matter. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** report.html: one file that needs nothing else. Its texts come redacted and without control characters; here everything is escaped. */
export function reportPage(report: IncidentReport): string {
  const { outcome, commit, attempt, diagnosis, cause, diagnostics, runbook, next } = report;
  const act = outcome === 'not-recovered';
  const missing = [...diagnostics.missing.map(({ source, reason }) => `${source}: ${reason}`), ...report.troubles];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${text(titleOf(report))}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<header class="${act ? 'act' : ''}">
<span class="pill ${act ? 'bad' : 'good'}">${act ? 'Not recovered: a person must act' : 'Recovered'}</span>
<h1>${text(titleOf(report))}</h1>
<p class="lead">${text(sentenceOf(report))}</p>
<p class="soft small">commit <code>${text(commit.slice(0, 12))}</code>, attempt ${attempt} <span class="jump">· <a href="#next">what to do next</a></span></p>
</header>
${section('Cause', `<p>${markdownToHtml(causeWords(cause, diagnosis)).replace(/^<p>|<\/p>$/g, '')}</p>`)}
${section('Evidence', lines(diagnosis.evidence.map(({ source, line }) => ({ from: source, line }))))}
${section('Timeline', timelineHtml(report.timeline))}
${section('Blast radius', blastRadius(report))}
${section('Stopped tasks', lines(report.stoppedTasks.map((line) => ({ line }))))}
${section('Done automatically', list(doneWords(report)))}
${section('Missing from the bundle', missing.length === 0 ? '<p>Nothing.</p>' : list(missing))}
${section(
  'Kept',
  `<p><code>s3://${text(diagnostics.bucket)}/${text(diagnostics.prefix)}</code><br><span class="soft small">${diagnostics.objects} objects</span>${costs(
    report,
  )
    .map((words) => `<br>${text(words)}`)
    .join('')}</p>`,
)}
${section('Runbook', runbook ? excerpt(runbook) : `<p>${text(causes[cause].means)}. <code>npx release incident ${text(cause)}</code></p>`)}
<section class="next" id="next"><h2>Next</h2><pre tabindex="0"><code>${text(next)}</code></pre></section>
</main>
</body>
</html>
`;
}

const section = (title: string, body: string) => `<section><h2>${title}</h2>${body}</section>`;
const list = (items: readonly string[]) => `<ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul>`;

function lines(of: readonly { from?: string; line: string }[]): string {
  if (of.length === 0) return '<p>None.</p>';
  // Lines of one log that follow each other read as one.
  const item = ({ from, line }: { from?: string; line: string }, before?: { from?: string }) =>
    from && from === before?.from
      ? `<li class="on"><code>${text(line)}</code></li>`
      : `<li>${from ? `<span class="from">${text(from)}</span>` : ''}<code>${text(line)}</code></li>`;
  return `<ul class="lines">${of.map((each, index) => item(each, of[index - 1])).join('')}</ul>`;
}

function blastRadius({ blastRadius: { served, sentence, before, oldTasks, targets } }: IncidentReport): string {
  const mood = { untouched: 'good', kept: 'good', 'nothing-before': '', replaced: '', unknown: '', hurt: 'bad' }[served];
  const words = {
    untouched: 'not touched',
    kept: 'kept serving',
    'nothing-before': 'first deploy',
    replaced: 'new version served',
    unknown: 'not known',
    hurt: 'nothing healthy',
  };
  const figure = (value: string, what: string) => `<li><b>${value}</b><span>${what}</span></li>`;
  const figures = [
    ...(before ? [figure(`${before.running} / ${before.desired}`, 'tasks before the release')] : []),
    ...(oldTasks === null ? [] : [figure(String(oldTasks), 'of them when it was collected')]),
    ...(targets ? [figure(`${targets.healthy} / ${targets.all}`, 'healthy targets then')] : []),
  ];
  return `<p><span class="pill ${mood}">${words[served]}</span></p><p>${text(sentence)}</p>${figures.length > 0 ? `<ul class="figures">${figures.join('')}</ul>` : ''}
<p class="soft small">As AWS shows it at these moments. It does not count the requests of clients.</p>`;
}

function excerpt({ about, inputs, check, fix }: RunbookExcerpt): string {
  return `<p><strong>${text(about.title)}</strong> <span class="pill">${text(about.severity)}</span> <span class="soft small">${text(about.owner)}</span></p>
<p class="small">The whole page: <code>npx release incident ${text(about.cause)}</code> <span class="soft">(runbooks/${text(pageName(about.cause))})</span></p>
${inputs ? `<pre tabindex="0"><code>${text(inputs)}</code></pre>` : ''}
<h3>Check</h3>${markdownToHtml(check)}
<h3>Fix</h3>${markdownToHtml(fix)}`;
}
