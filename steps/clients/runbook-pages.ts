import { readFile } from 'node:fs/promises';
import type { RunbookPages } from '../contract/ports.ts';
import { pageName } from '../contract/runbook.ts';

/** Text by file name. build/bundle.ts puts the pages in place of this name: beside a bundle on Lambda there is no folder runbooks. */
declare const RUNBOOK_PAGES: Readonly<Record<string, string>>;

export const runbookPages: RunbookPages = {
  async page(cause) {
    const name = pageName(cause);
    if (typeof RUNBOOK_PAGES !== 'undefined') return RUNBOOK_PAGES[name] ?? null;
    return readFile(new URL(`../../runbooks/${name}`, import.meta.url), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
  },
};
