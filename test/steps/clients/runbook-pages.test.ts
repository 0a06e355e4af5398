import { readRunbook } from '../../../steps/clients/runbook-files.ts';
import { runbookPages } from '../../../steps/clients/runbook-pages.ts';

describe('the page of a cause', () => {
  it('is the file of its name', async () => {
    expect(await runbookPages.page('TagMoved')).toBe(await readRunbook('tag-moved.md'));
    expect(await readRunbook('tag-moved.md')).toContain('cause: TagMoved');
  });

  it('is null when there is no such file, and only then', async () => {
    expect(await readRunbook('no-such-page.md')).toBeNull();
    await expect(readRunbook('')).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
