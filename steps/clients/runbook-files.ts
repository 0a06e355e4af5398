import { readFile } from 'node:fs/promises';

/**
 * Text of a page by its file name; null when there is none. In a bundle this file is replaced by one that holds the pages
 * (build/runbook-pages.ts): beside a bundle on Lambda there is no folder runbooks.
 */
export async function readRunbook(name: string): Promise<string | null> {
  return readFile(new URL(`../../runbooks/${name}`, import.meta.url), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}
