import { readSecret } from './checks/secret.ts';
import { ReleaseError } from './contract/errors.ts';
import { loops } from './contract/patience.ts';
import type { Clock, SecretReader, Stacks, Table } from './contract/ports.ts';
import { ApprovalRecord, keys, LockRecord } from './contract/records.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface LockStagePorts {
  table: Pick<Table, 'insert' | 'get'>;
  stacks: Pick<Stacks, 'changeSet'>;
  secrets: SecretReader;
  clock: Clock;
}
type Input = StepInput<'LockStage'>;

/** Takes the stage for this release alone, then looks once more: hours may lie between the plan, the approval and this. */
export async function lockStage(input: Input, ports: LockStagePorts): Promise<StepOutput<'LockStage'>> {
  const holder = await lock(input, ports);
  if (holder !== input.release.name) {
    if (input.polls + 1 < loops.LockStage.polls) return { status: 'held', holder };
    throw new ReleaseError('StageLocked', `${input.stage.name} is still held by ${holder} after ${input.polls + 1} polls.`);
  }
  await Promise.all([recheckApproval(input, ports.table), recheckChangeSet(input, ports.stacks), recheckSecret(input, ports)]);
  return { status: 'locked', holder };
}

async function lock({ release, stage }: Input, { table, clock }: LockStagePorts): Promise<string> {
  const key = keys.lock(stage.name);
  const { name, tag, pushedBy } = release;
  const record: LockRecord = { ...key, holder: name, tag, pushedBy, since: clock.now().toISOString() };
  if (await table.insert(record)) return name;
  const existing = await table.get(key.pk, key.sk);
  return existing ? LockRecord.parse(existing).holder : 'a release that just left';
}

/** What was approved is what is deployed: this digest by this template, decided by a person in the table, not by whoever holds a token. */
async function recheckApproval({ release, stage, image, plan, approval }: Input, table: Pick<Table, 'get'>): Promise<void> {
  if (!stage.approval) return;
  const key = keys.approval(approval?.id ?? '');
  const item = approval && (await table.get(key.pk, key.sk));
  if (!item) throw new ReleaseError('PlanStale', `${stage.name} needs an approval, and there is no such request.`);
  const record = ApprovalRecord.parse(item);
  if (record.decision !== 'approved') {
    const by = record.decidedBy ? ` by ${record.decidedBy}` : '';
    throw new ReleaseError('ApprovalRejected', `The approval of ${release.tag} for ${stage.name} is ${record.decision}${by}.`);
  }
  const wanted = { release: release.name, stage: stage.name, digest: image.digest, templateHash: plan.templateHash };
  const different = Object.entries(wanted).filter(([name, value]) => record[name as keyof typeof wanted] !== value);
  if (different.length === 0) return;
  const list = different.map(([name, value]) => `${name} ${record[name as keyof typeof wanted]} instead of ${value}`).join(', ');
  throw new ReleaseError('PlanStale', `What was approved is not what would be deployed: ${list}.`);
}

async function recheckChangeSet({ plan }: Input, stacks: Pick<Stacks, 'changeSet'>): Promise<void> {
  // Heal first: it is made after the heal, from the same template.
  if (plan.changeSetArn === null) return;
  const status = (await stacks.changeSet(plan.changeSetArn))?.executionStatus ?? 'gone';
  if (status === 'AVAILABLE') return;
  throw new ReleaseError('PlanStale', `The change set ${plan.changeSetName} is ${status}; expected AVAILABLE: the stack changed since.`);
}

async function recheckSecret({ stage, inspection }: Input, { secrets }: LockStagePorts): Promise<void> {
  const { versionId } = await readSecret(stage, { secrets });
  if (versionId === inspection.secretVersionId) return;
  throw new ReleaseError(
    'PlanStale',
    `The secret ${stage.secretName} is version ${versionId}; version ${inspection.secretVersionId} was checked. Release again.`,
  );
}
