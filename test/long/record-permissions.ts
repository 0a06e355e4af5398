/** Rehearses every scenario and writes what they asked for: `node --import tsx test/long/record-permissions.ts`, when a grant changes. */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { faults } from '../../rehearsal/faults/catalogue.ts';
import { type Asked, askedIn, permissionsOf, type Recording, recordingFile } from '../contract/permissions.ts';
import { uncalledPermissions } from '../contract/uncalled-grants.ts';
import { copyOfTree } from '../scenarios/copy-of-tree.ts';
import { rehearse } from '../scenarios/run-release.ts';

/** Rejects when a scenario asked for something that was denied. */
export async function recordPermissions(): Promise<Recording> {
  const copy = copyOfTree();
  try {
    const rehearsed = async (...args: string[]) => askedIn((await rehearse(copy.folder, ...args)).json.calls);
    const released = await rehearsed();
    const failed: Asked[] = [];
    for (const { name } of faults) failed.push(...(await rehearsed('--fault', name)));
    return recordingOf(released, failed);
  } finally {
    copy.remove();
  }
}

/** Grants that are listed as uncalled are left out: whether some of them are asked for depends on who is faster, ECS or the machine. */
export function recordingOf(released: readonly Asked[], failed: readonly Asked[]): Recording {
  const denied = [...released, ...failed].filter(({ allowed }) => !allowed);
  if (denied.length > 0) throw new Error(`denied: ${JSON.stringify(denied)}`);
  const listed = uncalledPermissions();
  const release = permissionsOf(released.filter(({ role, action }) => !listed[role]?.includes(action)));
  const more = failed.filter(({ role, action }) => !listed[role]?.includes(action) && !release[role]?.includes(action));
  return { release, faults: permissionsOf(more) };
}

if (argv[1] === fileURLToPath(import.meta.url)) writeFileSync(recordingFile, `${JSON.stringify(await recordPermissions(), null, 2)}\n`);
