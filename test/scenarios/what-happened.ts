import { type LoggedCall, sealingIn, undoingIn } from '../../rehearsal/call-log.ts';
import type { Rehearsed } from './run-release.ts';

export { nameOf, roleOf } from '../../rehearsal/call-log.ts';

/** States in the order in which they were entered, with their stage before them. A state that loops counts once. */
export const entered = ({ json }: Rehearsed): string[] =>
  json.timeline.filter(({ event }) => event === 'entered').map(({ stage, state }) => (stage ? `${stage} ${state}` : state));

/** The calls by which a release was undone. */
export const undoing = ({ calls }: Rehearsed): LoggedCall[] => undoingIn(calls);

/** When the manifest was written: its place in the order of all calls. -1 when it was not. */
export const sealing = ({ calls }: Rehearsed): number => sealingIn(calls);
