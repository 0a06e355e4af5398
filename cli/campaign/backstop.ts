import { digestOfTag, secondsOfBackstop } from '../../rehearsal/backstop.ts';
import { bootCrash } from '../../rehearsal/faults/boot-crash.ts';
import type { Fault } from '../../rehearsal/faults/fault.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';
import type { RehearsedRelease } from '../rehearse-release.ts';

/** The same fault and the same image, decided by the machine's watch and by ECS's circuit breaker alone, one after the other in one world. */
export interface Comparison {
  readonly fault: string;
  /** From the state Deploy until the machine knew that the deployment had failed. */
  readonly machineSeconds: number;
  /** From the execution of the change set until ECS gave up, with nobody watching. */
  readonly backstopSeconds: number;
  /** How many times longer the backstop takes. */
  readonly ratio: number;
}

/** @param release releases the tag under the fault, as any row of the catalogue */
export async function compareWithBackstop(
  rehearsal: Rehearsal,
  tag: string,
  release: (fault: Fault) => Promise<RehearsedRelease>,
): Promise<Comparison> {
  const watched = await release(bootCrash);
  if (watched.differences.length > 0) throw new Error(`${bootCrash.name}: ${watched.differences.join('; ')}`);
  const moment = (state: string, event: string) =>
    Date.parse(watched.timeline.findLast((one) => one.state === state && one.event === event)?.at ?? '');
  const machineSeconds = (moment('WatchDeployment', 'failed') - moment('Deploy', 'entered')) / 1000;
  const again = await rehearsal.inject(bootCrash, tag);
  const backstopSeconds = await secondsOfBackstop(rehearsal.parts, digestOfTag(rehearsal.parts, tag)).finally(() => again.end());
  return { fault: bootCrash.name, machineSeconds, backstopSeconds, ratio: backstopSeconds / machineSeconds };
}
