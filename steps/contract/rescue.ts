import * as z from 'zod';
import { ReportPointer } from './failure.ts';
import { StageConfig } from './release.ts';
import { Incident } from './steps.ts';

/**
 * An incident whose first half happened elsewhere: in an execution that died, or at an operator's terminal. The machine takes it in at its
 * second entrance and goes the way of any failure: collects, diagnoses, rolls back, proves, reports, unlocks.
 */
export const Rescue = Incident.omit({ execution: true }).extend({
  /** What /config must show, of every stage; null when the secrets had not been read: then a rollback is done, but cannot be proven. */
  configs: z.array(StageConfig).nullable(),
});
export type Rescue = z.infer<typeof Rescue>;

/**
 * The machine's other input, beside ReleaseRequest. `release.name` is the name under which the stage is locked and the diagnostics lie: that
 * of the dead execution, or one of the operator's own that no release has.
 */
export const RescueRequest = z.strictObject({ rescue: Rescue });
export type RescueRequest = z.infer<typeof RescueRequest>;

/** States that no machine has, as `failure.state`: who asks for the rescue instead of one that failed. */
export const operator = 'Operator';

/** What a release that came to its own end said of itself, in its execution's cause; null for one that died. */
export function reportIn(cause: string | null): ReportPointer | null {
  try {
    return ReportPointer.safeParse(JSON.parse(cause ?? '')).data ?? null;
  } catch {
    return null;
  }
}

const suffix = '-rescue';
/** Of an execution's name that tells one release from another: commit and attempt. */
const telling = 24;

/** The one execution that rescues the execution of this name: a second attempt finds the name taken. At most 80 characters. */
export function rescueName(name: string): string {
  const room = 80 - suffix.length;
  return `${name.length <= room ? name : `${name.slice(0, room - telling)}${name.slice(-telling)}`}${suffix}`;
}
