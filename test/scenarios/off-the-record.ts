import { askedIn, beyond, permissionsOf, readRecording } from '../contract/permissions.ts';
import { uncalledPermissions } from '../contract/uncalled-grants.ts';
import type { Rehearsed } from './run-release.ts';

/** `role action` of all that a rehearsal asked for, and that neither the recording nor the list of uncalled grants knows. */
export function offTheRecord({ json }: Rehearsed): string[] {
  const { release, faults } = readRecording();
  return beyond(permissionsOf(askedIn(json.calls)), release, faults, uncalledPermissions());
}
