import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../aws/codecommit/git.ts';
import type { FaultContext } from './fault.ts';

/** One place of one file of the released commit, and what stands there instead. */
export interface Edit {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Text that occurs once. */
  readonly find: string;
  readonly replace: string;
}

/**
 * Makes a commit on top of the released one and pushes it to a branch of the rehearsal's own repository, as a colleague would. No tag:
 * nothing starts.
 * @param edits none makes a commit that changes nothing
 * @returns its id. Rejects when an edit does not fit the released commit.
 */
export async function commitOnTop(
  { cloud, repository, commit, tag }: Pick<FaultContext, 'cloud' | 'repository' | 'commit' | 'tag'>,
  message: string,
  edits: readonly Edit[],
): Promise<string> {
  const scratch = await mkdtemp(join(cloud.world.home, 'commit-'));
  try {
    await git(['clone', '--quiet', '--shared', '--no-checkout', cloud.codecommit.cloneUrl(repository), scratch], scratch);
    await git(['checkout', '--quiet', '--detach', commit], scratch);
    for (const { file, find, replace } of edits) {
      const path = join(scratch, file);
      await writeFile(path, edited(await readFile(path, 'utf8'), { file, find, replace }));
    }
    await git(['commit', '--quiet', '--all', '--allow-empty', '--message', message], scratch);
    await git(['push', '--quiet', 'origin', `HEAD:refs/heads/change-for-${tag}`], scratch);
    return await git(['rev-parse', 'HEAD'], scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Throws when the place is not there, or not the only one: the commit would then be another than the one that is meant. */
export function edited(text: string, { file, find, replace }: Edit): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file}: expected ${JSON.stringify(find)} once, found it ${parts.length - 1} times`);
  return parts.join(replace);
}
