import type { Failure } from '../contract/failure.ts';
import type { EndedExecution } from '../contract/ports.ts';
import { ReleaseRequest } from '../contract/release.ts';
import { Rescue } from '../contract/rescue.ts';
import { steps } from '../contract/steps.ts';

/** States that do the work of a release; the others only wait, or choose what comes next. */
const working: readonly string[] = [...Object.keys(steps), 'BuildImage'];
type Known = Readonly<Record<string, unknown>>;
/** As far as it could be restored. */
export type RestoredRescue = Omit<Rescue, 'failure'> & { failure: Failure | null };

/** What an execution was given to rescue; null when it was given something else. */
export function givenRescue({ input }: Pick<EndedExecution, 'input'>): RestoredRescue | null {
  const { rescue } = (json(input) ?? {}) as { rescue?: Known };
  return rescue ? restore(rescue) : null;
}

/**
 * The incident of an execution that died, put together from the variables that its states had assigned. null when the execution was given no
 * release at all.
 */
export function rescueOf(dead: EndedExecution): Rescue | null {
  const known: Known = Object.assign({ request: json(dead.input) }, ...dead.events.map(({ assigned }) => assigned));
  const restored = restore(known);
  if (!restored) return null;
  const left = leftOff(dead);
  const failed = known['healing'] === true ? null : restored.failure;
  // Between two stages nothing is touched: the one behind is proven and free, the one ahead has not begun.
  return { ...restored, ...(left.between && { stage: null }), failure: failed ?? deathOf(dead, left.state) };
}

/** A variable that does not fit its contract is as good as none: whoever rolls back asks AWS anyway. */
function restore(known: Known): RestoredRescue | null {
  const request = ReleaseRequest.safeParse(known['request']).data;
  if (!request) return null;
  const members = Object.entries(Rescue.shape).map(([name, schema]) => [name, schema.safeParse(known[name] ?? null).data ?? null]);
  return { ...(Object.fromEntries(members) as RestoredRescue), request };
}

/** Where its work stood. */
function leftOff({ events }: EndedExecution): { state: string; between: boolean } {
  const isWork = ({ state = '' }: { state?: string }) => working.includes(state);
  const state = events.findLast((event) => event.type === 'TaskStateEntered' && isWork(event))?.state ?? 'AcceptTag';
  const last = events.findLast((event) => event.type.endsWith('StateExited'));
  return { state, between: state === 'UnlockStage' && last?.state === 'UnlockStage' };
}

/** Whatever the execution was doing, its death is the failure, until the diagnostics know better. */
const deathOf = ({ name, status, error, cause }: EndedExecution, state: string): Failure => ({
  state,
  error: 'MachineDied',
  cause: `the execution ${name} was ${status} in ${state}${error || cause ? `: ${[error, cause].filter(Boolean).join(': ').slice(0, 2000)}` : ''}`,
});

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
