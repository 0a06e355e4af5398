import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Rehearsals of one tag whose report, bundle and log of calls are kept; older ones are removed. */
const keptOfATag = 5;

/**
 * Makes the folder for what a rehearsal leaves: one each, so that two of the same tag at once do not meet.
 * @param root of the project
 * @param id of the rehearsal
 */
export async function openKeptRelease(root: string, tag: string, id: string): Promise<string> {
  const ofTag = join(root, '.local', 'releases', tag);
  const folder = join(ofTag, id);
  await mkdir(folder, { recursive: true });
  // One that is gone between the two looks was removed by a rehearsal that began at the same moment.
  const madeAt = (name: string) =>
    stat(join(ofTag, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  const dated = await Promise.all((await readdir(ofTag)).map(async (name) => ({ name, at: await madeAt(name) })));
  const old = dated.toSorted((a, b) => b.at - a.at).slice(keptOfATag);
  await Promise.all(old.map(({ name }) => rm(join(ofTag, name), { recursive: true, force: true })));
  return folder;
}
