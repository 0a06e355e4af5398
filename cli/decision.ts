import { requestLines } from '../steps/checks/approval-words.ts';
import type { ApprovalView, DecisionAnswer } from '../steps/contract/decision.ts';
import type { DecisionDesk } from '../steps/contract/operator-ports.ts';
import { UsageError } from './exit-codes.ts';

export type Decided = 'approved' | 'rejected';

/** What waits for approval of a tag. Throws UsageError when nothing does. */
export async function lookAt(tag: string, desk: DecisionDesk): Promise<ApprovalView> {
  const { status, request, ...answer } = await desk.show(tag);
  if (status !== 200 || !request) throw refused(status, answer);
  return request;
}

/** Decides about that request and no other: the first decision stays. Throws UsageError when it is refused, and by what rule. */
export async function decide(request: ApprovalView, decision: Decided, reason: string | undefined, desk: DecisionDesk): Promise<string> {
  const { status, ...answer } = await desk.decide({ id: request.id, decision, ...(reason && { reason }) });
  if (status !== 200) throw refused(status, answer);
  return answer.message;
}

/** For people, before they decide or after. */
export const lookLines = (request: ApprovalView): string[] => [
  `${request.tag} (commit ${request.commit}) was pushed by ${request.pushedBy}; ${request.stage} waits since ${request.requestedAt}, until ${request.expiresAt}.`,
  ...requestLines(request),
];

function refused(status: number, { message, next }: Pick<DecisionAnswer, 'message' | 'next'>): UsageError {
  // AWS itself says no more than that: the caller lacks the right, or signed with the wrong key.
  if (/^Forbidden/.test(message))
    return new UsageError(
      'AWS lets you not call the endpoint of decisions. Next: ask for the policy that ReleaseMachine exports as ApproversPolicy.',
    );
  return new UsageError(`${message}${next ? ` Next: ${next}` : ''}${status >= 500 ? ` (${status})` : ''}`);
}
