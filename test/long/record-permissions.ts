/**
 * Writes what a release and every fault of the catalogue asked for, when a grant changes: `npm run record:permissions [-- ROWS]`. ROWS is what
 * `release rehearse --all --json ROWS` wrote on this tree, while its kept folders are there; else every fault is rehearsed now.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { CampaignResult } from '../../cli/campaign/rehearse-all.ts';
import { type Asked, askedIn, permissionsOf, type Recording, recordingFile } from '../contract/permissions.ts';
import { uncalledPermissions } from '../contract/uncalled-grants.ts';
import { copyOfTree } from '../scenarios/copy-of-tree.ts';
import { rehearse, release } from '../scenarios/run-release.ts';

/**
 * Rejects when a release without a fault asked for something that was denied.
 * @param rows result file of a whole campaign. @default - a campaign is run
 */
export async function recordPermissions(rows?: string): Promise<Recording> {
  const copy = copyOfTree();
  try {
    const released = askedIn((await rehearse(copy.folder)).json.calls);
    const file = rows ?? (await rehearseAll(copy.folder));
    return recordingOf(released, askedBy(JSON.parse(readFileSync(file, 'utf8')) as CampaignResult));
  } finally {
    copy.remove();
  }
}

/** @returns the result file */
async function rehearseAll(folder: string): Promise<string> {
  const file = join(folder, '.local', 'rows.json');
  const { stdout, stderr } = await release(folder, 'rehearse', '--all', '--containers', 'process', '--json', file);
  if (!existsSync(file)) throw new Error(`the faults were not rehearsed:\n${stdout}${stderr}`);
  return file;
}

/** What the faults asked for. */
export const askedBy = ({ faults }: Pick<CampaignResult, 'faults'>): Asked[] =>
  faults.flatMap(({ kept }) => askedIn(join(kept, 'calls.jsonl')));

/**
 * Grants that are listed as uncalled are left out: whether some of them are asked for depends on who is faster, ECS or the machine. So is what
 * a fault was denied: some deny on purpose.
 */
export function recordingOf(released: readonly Asked[], failed: readonly Asked[]): Recording {
  const denied = released.filter(({ allowed }) => !allowed);
  if (denied.length > 0) throw new Error(`denied: ${JSON.stringify(denied)}`);
  const listed = uncalledPermissions();
  const permissions = permissionsOf(released.filter(({ role, action }) => !listed[role]?.includes(action)));
  const more = failed.filter(
    ({ role, action, allowed }) => allowed && !listed[role]?.includes(action) && !permissions[role]?.includes(action),
  );
  return { release: permissions, faults: permissionsOf(more) };
}

if (argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(recordingFile, `${JSON.stringify(await recordPermissions(argv[2]), null, 2)}\n`);
