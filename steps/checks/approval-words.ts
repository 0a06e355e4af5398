/** What a person reads who is asked about a release. */

import type { ApprovalView } from '../contract/decision.ts';
import type { Inspection, Plan } from '../contract/deployment.ts';

/** One line a change; what takes something away, or moves rights, says so. */
export function changeLines(plan: Plan, { heal }: Inspection): string[] {
  const first = heal ? [`heals the stack first: ${heal.action}, because it is ${heal.status}`] : [];
  return [...first, ...plan.changes.map(lineOf)];
}

function lineOf({ action, type, logicalId, replacement }: Plan['changes'][number]): string {
  const marks = [
    ...(replacement === 'True' ? ['REPLACED'] : replacement === 'Conditional' ? ['may be REPLACED'] : []),
    ...(action === 'Remove' ? ['REMOVED'] : []),
    ...(type.startsWith('AWS::IAM::') ? ['IAM'] : []),
  ];
  return `${action} ${type} ${logicalId}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
}

/** All that is decided about. */
export const requestLines = (
  request: Pick<ApprovalView, 'digest' | 'templateHash' | 'contractHash' | 'changeSetArn' | 'earlier' | 'changes'>,
) => [
  `Image: ${request.digest}`,
  `Template: sha256 ${request.templateHash}`,
  `Secret contract: sha256 ${request.contractHash}`,
  `Change set: ${request.changeSetArn ?? 'made after the stack is healed, from the same template'}`,
  'Stages before:',
  ...listed(request.earlier),
  'Changes:',
  ...listed(request.changes),
];

const listed = (lines: readonly string[]) => (lines.length > 0 ? lines.map((line) => `- ${line}`) : ['- none']);

export const question = (request: ApprovalView) =>
  [
    `${request.tag} (commit ${request.commit}) was pushed by ${request.pushedBy} and waits for approval of ${request.stage}.`,
    ...requestLines(request),
    `Decide until ${request.expiresAt}:`,
    `npx release approve ${request.tag}`,
    `npx release reject ${request.tag} --reason "…"`,
  ].join('\n');
