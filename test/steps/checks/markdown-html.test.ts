import { markdownToHtml } from '../../../steps/checks/markdown-html.ts';

describe('markdownToHtml', () => {
  it('draws paragraphs, commands and what is strong', () => {
    expect(markdownToHtml('Look **here** at `ls <x>`.\n\n`npx release status`')).toBe(
      '<p>Look <strong>here</strong> at <code>ls &#60;x&#62;</code>.</p>\n<pre tabindex="0"><code>npx release status</code></pre>',
    );
  });

  it('keeps what is indented in the item that it belongs to', () => {
    expect(markdownToHtml('1. First.\n   ```sh\n   a\n     b\n   ```\n2. Second.\n   `c`')).toBe(
      '<ol>\n<li>First.<pre tabindex="0"><code>a\n  b</code></pre></li>\n<li>Second.<pre tabindex="0"><code>c</code></pre></li>\n</ol>',
    );
  });

  it('closes a list before what follows it, and opens another kind anew', () => {
    expect(markdownToHtml('- a\n1. b\nthen')).toBe('<ul>\n<li>a</li>\n</ul>\n<ol>\n<li>b</li>\n</ol>\n<p>then</p>');
  });

  it('takes a fence that nobody closes to its end', () => {
    expect(markdownToHtml('```sh\na\nb')).toBe('<pre tabindex="0"><code>a\nb</code></pre>');
  });

  it.each(['<script>', '<b>x</b>', '" onload="x', "'", '&amp;', '[x](javascript:x)', '![x](y)'])('writes %s as it stands', (text) => {
    const html = markdownToHtml(`${text}\n\n\`${text}\`\n\n- ${text}\n\n\`\`\`\n${text}\n\`\`\``);
    expect(html.replace(/<\/?(?:p|ul|li|pre|code)(?: tabindex="0")?>/g, '')).not.toMatch(/[<>"']/);
  });
});
