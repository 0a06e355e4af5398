/** Text as HTML text, in an attribute too. */
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);

/**
 * The Markdown of runbook pages as HTML: paragraphs, lists of one level, fences (indented in a list too), `code`, **strong**. Everything else
 * stands as it is written, and everything is escaped: names that were filled in are outside data.
 */
export function markdownToHtml(markdown: string): string {
  const out: string[] = [];
  let open: 'ol' | 'ul' | null = null;
  const close = () => {
    if (open) out.push(`</${open}>`);
    open = null;
  };
  for (const block of blocksOf(markdown)) {
    const { kind, text, item } = block;
    if (kind === 'code') out.push(item && open ? `<li class="on">${pre(text)}</li>` : `${closing(close)}${pre(text)}`);
    else if (kind === 'text') out.push(item && open ? `<li class="on">${spans(text)}</li>` : `${closing(close)}${paragraph(text)}`);
    else {
      if (open !== kind) {
        close();
        out.push(`<${kind}>`);
        open = kind;
      }
      out.push(`<li>${spans(text)}</li>`);
    }
  }
  close();
  return out.join('\n').replaceAll('</li>\n<li class="on">', '');
}

interface Block {
  kind: 'ol' | 'ul' | 'text' | 'code';
  text: string;
  /** Indented: it belongs to the item before it. */
  item: boolean;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const { indent = '', fence } = /^(?<indent> *)(?<fence>`{3,})/.exec(line)?.groups ?? {};
    if (fence) {
      const end = lines.findIndex((other, at) => at > index && other.trim() === fence);
      const inside = lines.slice(index + 1, end < 0 ? undefined : end);
      blocks.push({ kind: 'code', text: inside.map((each) => each.replace(indent, '')).join('\n'), item: indent !== '' });
      index = end < 0 ? lines.length : end;
      continue;
    }
    const { mark, rest } = /^(?<mark>\d+\.|-) (?<rest>.*)$/.exec(line)?.groups ?? {};
    if (mark !== undefined) blocks.push({ kind: mark === '-' ? 'ul' : 'ol', text: rest ?? '', item: false });
    else if (line.trim() !== '') blocks.push({ kind: 'text', text: line.trim(), item: line.startsWith('  ') });
  }
  return blocks;
}

const closing = (close: () => void) => {
  close();
  return '';
};
const pre = (text: string) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;

const commandOnly = (text: string) => /^`([^`]+)`$/.exec(text)?.[1];
const paragraph = (text: string) => (commandOnly(text) ? spans(text) : `<p>${spans(text)}</p>`);

/** Code first: what stands in it is nothing else. A command of its own line reads as one. */
function spans(text: string): string {
  const whole = commandOnly(text);
  if (whole) return pre(whole);
  return text
    .split(/(`[^`]+`)/)
    .map((part) =>
      /^`[^`]+`$/.test(part)
        ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
        : escapeHtml(part).replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>'),
    )
    .join('');
}
