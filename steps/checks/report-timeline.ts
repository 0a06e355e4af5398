import type { Moment } from '../contract/report.ts';
import { escapeHtml as text } from './markdown-html.ts';
import { span } from './outside-text.ts';
import { stretchesOf } from './report-words.ts';

/** The timeline as a bar whose parts are as long as they took, their lengths in words, and each moment with what is known of it. */
export function timelineHtml(timeline: readonly Moment[]): string {
  const stretches = stretchesOf(timeline);
  const first = timeline.find(({ at }) => at !== null)?.at ?? null;
  const whole = stretches.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const bar = stretches.map(
    ({ to, milliseconds }) => `<i class="${classOf(to)}" style="width:${((100 * milliseconds) / whole).toFixed(2)}%"></i>`,
  );
  const key = stretches.map(({ to, what }) => `<li><i class="${classOf(to)}"></i>${text(what)}</li>`);
  const moments = timeline.map(
    ({ what, at, note }) =>
      `<dt>${what}</dt><dd>${at ? when(at, first) : '<span class="soft">–</span>'}</dd><dd class="note">${text(note)}</dd>`,
  );
  const drawn =
    stretches.length > 0
      ? `<div class="bar" role="img" aria-label="${text(stretches.map(({ what }) => what).join(', '))}">${bar.join('')}</div><ul class="key">${key.join('')}</ul>`
      : '';
  return `${drawn}<dl class="moments">${moments.join('')}</dl>`;
}

const classOf = (what: Moment['what']) => what.replace(' ', '-');

/** The time of day, and how long after the first moment. */
function when(at: string, first: string | null): string {
  const after = first ? Date.parse(at) - Date.parse(first) : 0;
  return `<time datetime="${text(at)}" title="${text(at)}">${text(at.slice(11, 19))}${after > 0 ? ` +${span(after)}` : ' UTC'}</time>`;
}
