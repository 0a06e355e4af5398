import type { ApprovalRecord } from '../steps/contract/records.ts';
import { keys } from '../steps/contract/records.ts';
import { UsageError } from './exit-codes.ts';
import { newestAttempt } from './releases.ts';

export type Decision = 'approved' | 'rejected';

/**
 * Records a person's decision about the request that the tag's newest release waits with; the first decision wins. The machine is woken
 * afterwards and reads the record: the wake-up itself decides nothing.
 */
export async function decide(tableName: string, tag: string, decision: Decision, decidedBy: string): Promise<ApprovalRecord> {
  const [{ table: openTable }, { wake }] = await Promise.all([
    import('../steps/clients/table.ts'),
    import('../steps/clients/task-tokens.ts'),
  ]);
  const table = openTable(tableName);
  const release = await newestAttempt(table, tag);
  if (!release.approvalId) throw new UsageError(`${tag} waits for no approval. Next: release status ${tag}`);
  const { pk, sk } = keys.approval(release.approvalId);
  const request = (await table.get(pk, sk)) as ApprovalRecord | null;
  if (!request) throw new UsageError(`The approval request of ${tag} is gone. Next: release status ${tag}`);
  if (Date.parse(request.expiresAt) < Date.now())
    throw new UsageError(`The request of ${tag} expired at ${request.expiresAt}. Next: push the tag's successor.`);
  const recorded = await table.update(pk, sk, { decision, decidedBy, decidedAt: new Date().toISOString() }, { decision: 'pending' });
  if (!recorded)
    throw new UsageError(
      `${tag} at ${request.stage} was already ${request.decision}${request.decidedBy ? ` by ${request.decidedBy}` : ''}. Next: release status ${tag}`,
    );
  if ((await wake(request.token, { id: request.id })) === 'late')
    throw new UsageError(`${tag} waits no more: its execution ended. Next: release status ${tag}`);
  return request;
}
