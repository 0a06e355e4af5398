import { changeLines, question } from './checks/approval-words.ts';
import { sha256 } from './checks/hash.ts';
import { provenByNewer, takeTurn } from './checks/newest-asks.ts';
import { ReleaseError } from './contract/errors.ts';
import { approvalHours } from './contract/patience.ts';
import type { Clock, Notifier, Table, Waker } from './contract/ports.ts';
import { type ApprovalRecord, keys, StageState } from './contract/records.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface RequestApprovalPorts {
  table: Pick<Table, 'get' | 'insert' | 'update'>;
  notifier: Notifier;
  waker: Waker;
  clock: Clock;
}
type Input = StepInput<'RequestApproval'>;

/**
 * Asks a person. The token goes into the table and nowhere else: whoever decides names the request's id, and what was decided is written
 * beside the token before the machine wakes.
 */
export async function requestApproval(input: Input, ports: RequestApprovalPorts): Promise<StepOutput<'RequestApproval'>> {
  const { table, notifier, clock } = ports;
  const { release, stage } = input;
  const newer = await provenByNewer(release, stage.name, table);
  if (newer) throw new ReleaseError('Superseded', `${stage.name} runs ${newer.tag}, which is newer than ${release.tag}.`);
  const request = await requestOf(input, clock.now(), table);
  // A repeated call carries the same token, so it finds its own request, whatever was decided meanwhile.
  const isFirst = await table.insert(request);
  const record = keys.release(release.tag, release.attempt);
  await table.update(record.pk, record.sk, { approvalId: request.id }, { name: release.name });
  const supersededBy = await takeTurn(request, ports);
  // Nobody is asked: this state was woken, and the next one reads why.
  if (isFirst && !supersededBy) await notifier.notify(`${release.tag} waits for approval of ${stage.name}`, question(request));
  return { id: request.id };
}

async function requestOf(
  { release, stage, stages, image, inspection, plan, token, execution }: Input,
  now: Date,
  table: Pick<Table, 'get'>,
): Promise<ApprovalRecord> {
  // As hard to guess as the token, and tells nothing of it.
  const id = sha256(token).slice(0, 32);
  const before = stages.slice(
    0,
    Math.max(
      0,
      stages.findIndex(({ name }) => name === stage.name),
    ),
  );
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
    contractHash: inspection.contractHash,
    changeSetArn: plan.changeSetArn,
    changes: changeLines(plan, inspection),
    earlier: await Promise.all(before.map(({ name }) => provedAt(name, image.digest, table))),
    pushedBy: release.pushedBy,
    executionArn: execution.arn,
    requestedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + approvalHours * 3_600_000).toISOString(),
    decision: 'pending',
  };
}

/** What the stage proved last: of this image, or, when a newer tag was quicker, of another one. */
async function provedAt(stage: string, digest: string, table: Pick<Table, 'get'>): Promise<string> {
  const key = keys.state(stage);
  const { proven } = StageState.parse((await table.get(key.pk, key.sk)) ?? key);
  if (!proven) return `${stage}: nothing proven`;
  const which = proven.digest === digest ? 'this image' : `another image, that of ${proven.tag},`;
  const checks = proven.smoke ? `, all ${proven.smoke.length} smoke checks passed: ${proven.smoke.join(', ')}` : '';
  return `${stage}: ${which} proven ${proven.at}${checks}`;
}
