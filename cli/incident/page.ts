import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cause, causes } from '../../steps/contract/causes.ts';
import { fillIn, pageName, parseRunbook, type RunbookInput } from '../../steps/contract/runbook.ts';
import { projectRoot } from '../connection.ts';
import { UsageError } from '../exit-codes.ts';

/** A cause by its name, however it is spelled: `SecretKeyMissing`, `secret-key-missing`, `secretkeymissing`. null when it is none. */
export function causeNamed(typed: string): Cause | null {
  const plain = (word: string) => word.toLowerCase().replaceAll('-', '');
  return Cause.options.find((cause) => plain(cause) === plain(typed.replace(/\.md$/, ''))) ?? null;
}

/** What a person does about a cause, with what is known of a release in its commands. Throws UsageError when this checkout has no such page. */
export async function readPage(cause: Cause, values: Partial<Record<RunbookInput, string>>): Promise<string> {
  const file = join('runbooks', pageName(cause));
  const text = await readFile(join(projectRoot, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new UsageError(`${cause} means: ${causes[cause].means}. This checkout has no ${file}. Next: ${causes[cause].next}`);
  });
  const { severity, owner, fault } = parseRunbook(text).about;
  const page = fillIn(text, values).replace(/^---\n.*?\n---\n+/s, '');
  return `${page.trimEnd()}\n\nFor: ${owner} (${severity}). Seen in a rehearsal with: npx release rehearse --fault ${fault}`;
}
