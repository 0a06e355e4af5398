import type { ApprovalRules } from '../contract/decision.ts';
import { mayBeTheSame, principalOf } from './principals.ts';

/** Why somebody may not approve; `next`: what to do about it. */
export interface Refusal {
  readonly message: string;
  readonly next: string;
}

/**
 * Whether an approval counts as a second pair of eyes. Everybody who pushed the tag or had it tried again is asked about: else a retry by
 * another would let the author approve.
 * @param by ARN of who wants to approve
 * @param pushedBy of every attempt at the tag
 * @returns null when it does, or when nobody asks for it
 */
export function refuseOwnWork(by: string, pushedBy: readonly string[], { fourEyes, pushers }: ApprovalRules): Refusal | null {
  if (!fourEyes) return null;
  if (!principalOf(by)) return { message: `${by} is no user and no session of a role: nobody can tell who that is.`, next: somebodyElse };
  for (const pusher of new Set(pushedBy)) {
    const known = Object.hasOwn(pushers, pusher) ? pushers[pusher] : undefined;
    if (!known) {
      return {
        message: `Whoever pushed may not approve, and nobody can tell who ${pusher} is: pushers in pipeline/config.json does not name them.`,
        next: `add "${pusher}": ["ARN of the principal that they decide by"] to pushers in pipeline/config.json, and deploy ReleaseMachine`,
      };
    }
    if ([pusher, ...known].some((arn) => mayBeTheSame(by, arn)))
      return { message: `${by} may not approve what ${pusher} pushed: a second person must.`, next: somebodyElse };
  }
  return null;
}

const somebodyElse = 'somebody else who may call the endpoint approves';
