import { sha256 } from './checks/hash.ts';
import type { Plan } from './contract/deployment.ts';
import { approvalHours } from './contract/patience.ts';
import type { Clock, Notifier, Table } from './contract/ports.ts';
import { type ApprovalRecord, keys } from './contract/records.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface RequestApprovalPorts {
  table: Pick<Table, 'insert' | 'update'>;
  notifier: Notifier;
  clock: Clock;
}

/**
 * Asks a person. The token goes into the table and nowhere else: whoever decides names the request's id, and what was decided is written
 * beside the token before the machine wakes.
 */
export async function requestApproval(
  input: StepInput<'RequestApproval'>,
  { table, notifier, clock }: RequestApprovalPorts,
): Promise<StepOutput<'RequestApproval'>> {
  const request = requestOf(input, clock.now());
  // A repeated call carries the same token, so it finds its own request, whatever was decided meanwhile.
  const isFirst = await table.insert(request);
  const { release, stage } = input;
  const record = keys.release(release.tag, release.attempt);
  await table.update(record.pk, record.sk, { approvalId: request.id }, { name: release.name });
  if (isFirst) await notifier.notify(`${release.tag} waits for approval of ${stage.name}`, question(request));
  return { id: request.id };
}

function requestOf({ release, stage, image, inspection, plan, token, execution }: StepInput<'RequestApproval'>, now: Date): ApprovalRecord {
  // As hard to guess as the token, and tells nothing of it.
  const id = sha256(token).slice(0, 32);
  const heal = inspection.heal ? [`heals the stack first: ${inspection.heal.action}, because it is ${inspection.heal.status}`] : [];
  return {
    ...keys.approval(id),
    id,
    token,
    release: release.name,
    tag: release.tag,
    attempt: release.attempt,
    commit: release.commit,
    stage: stage.name,
    digest: image.digest,
    templateHash: plan.templateHash,
    changes: [...heal, ...plan.changes.map(lineOf)],
    pushedBy: release.pushedBy,
    executionArn: execution.arn,
    requestedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + approvalHours * 3_600_000).toISOString(),
    decision: 'pending',
  };
}

const lineOf = ({ action, type, logicalId, replacement }: Plan['changes'][number]) =>
  `${action} ${type} ${logicalId}${replacement === 'True' ? ' (replaced)' : ''}`;

const question = (request: ApprovalRecord) =>
  [
    `${request.tag} (commit ${request.commit}) was pushed by ${request.pushedBy} and waits for approval of ${request.stage}.`,
    `Image: ${request.digest}`,
    `Template: sha256 ${request.templateHash}`,
    'Changes:',
    ...request.changes.map((line) => `- ${line}`),
    `Decide until ${request.expiresAt}:`,
    `npx release approve ${request.tag}`,
    `npx release reject ${request.tag}`,
  ].join('\n');
