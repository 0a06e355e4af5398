import type { StackEvent } from '../contract/ports.ts';
import { type LadderVerb, operationToken, type Release } from '../contract/release.ts';

/** How often resources may be left out: what was cancelled beside a failure can fail by itself in the next round. Then a person must look. */
export const skipRounds = 3;

/** Whose tries these are. A release may heal a stack first and roll its own update back later: neither counts the other's tries. */
export type Climber = 'rollback' | 'heal';

/** One try at a rollback that failed. */
export interface Rung {
  readonly verb: LadderVerb;
  /** Logical ids to leave out; empty in the first try. */
  readonly skip: readonly string[];
}

const prefix = (climber: Climber) => (climber === 'heal' ? 'heal-' : '');
const skipVerbs = (climber: Climber): LadderVerb[] =>
  Array.from({ length: skipRounds }, (_, round): LadderVerb => `${prefix(climber)}skip-${round + 1}`);
const isTried = (release: Pick<Release, 'name'>, events: readonly StackEvent[], verb: LadderVerb) =>
  events.some(({ token }) => token === operationToken(release, verb));

/**
 * What ContinueUpdateRollback is to be asked next, by what the stack's events say was asked before: first the whole way back again, because
 * what stood in its way may be gone; then without the resources that cannot go back, and without no other. null when nothing is left to try.
 */
export function nextRung(climber: Climber, release: Pick<Release, 'name'>, stackId: string, events: readonly StackEvent[]): Rung | null {
  const whole: LadderVerb = `${prefix(climber)}continue`;
  if (!isTried(release, events, whole)) return { verb: whole, skip: [] };
  const verb = skipVerbs(climber).find((each) => !isTried(release, events, each));
  const skip = failedToGoBack(stackId, events);
  return verb && skip.length > 0 ? { verb, skip } : null;
}

/** Whether resources were left out: from then on the template says what is not true of them. */
export const hasSkipped = (climber: Climber, release: Pick<Release, 'name'>, events: readonly StackEvent[]): boolean =>
  skipVerbs(climber).some((verb) => isTried(release, events, verb));

/**
 * Resources whose own way back failed in the newest rollback. One that was cancelled because another failed is not among them: it can go
 * back, and CloudFormation refuses to leave it out.
 */
export function failedToGoBack(stackId: string, events: readonly StackEvent[]): string[] {
  const began = events.findIndex(({ physicalId, status }) => physicalId === stackId && status === 'UPDATE_ROLLBACK_IN_PROGRESS');
  const newest = new Map<string, StackEvent>();
  for (const event of began < 0 ? [] : events.slice(0, began)) {
    if (event.physicalId !== stackId && !newest.has(event.logicalId)) newest.set(event.logicalId, event);
  }
  return [...newest.values()]
    .filter(({ status, reason }) => status === 'UPDATE_FAILED' && !/\bcancell?ed\b/i.test(reason))
    .map(({ logicalId }) => logicalId)
    .sort();
}
