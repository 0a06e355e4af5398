import { sha256 } from './checks/hash.ts';
import { provenByNewer, supersedeOlder } from './checks/newest-asks.ts';
import { readSecret } from './checks/secret.ts';
import { type StageLockPorts, takeStage } from './checks/stage-lock.ts';
import { ReleaseError } from './contract/errors.ts';
import { deadHolderPolls, loops } from './contract/patience.ts';
import type { Objects, SecretReader, Stacks, Table, Waker } from './contract/ports.ts';
import { ApprovalRecord, keys } from './contract/records.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface LockStagePorts extends StageLockPorts {
  stacks: Pick<Stacks, 'changeSet'>;
  secrets: SecretReader;
  objects: Pick<Objects, 'get'>;
  waker: Waker;
}
type Input = StepInput<'LockStage'>;

/** Takes the stage for this release alone, then looks once more: hours may lie between the plan, the approval and this. */
export async function lockStage(input: Input, ports: LockStagePorts): Promise<StepOutput<'LockStage'>> {
  const { release, stage, polls } = input;
  // Before the lock: a release that a person refused, or a newer one overtook, keeps nobody waiting and waits for nobody.
  await recheckApproval(input, ports.table);
  await refuseOvertaken(input, ports.table);
  const { holder, stuck } = await takeStage(release, stage.name, input.execution.arn, ports);
  if (holder !== release.name) {
    const last = polls + 1 >= (stuck ? deadHolderPolls : loops.LockStage.polls);
    if (!last) return { status: 'held', holder, waitingFor: stuck ?? `${holder} to leave ${stage.name}` };
    throw new ReleaseError(
      'StageLocked',
      stuck
        ? `${stage.name} is blocked: ${stuck}. It is freed by npx release doctor ${stage.name} --clear, once the stage is in order.`
        : `${stage.name} is still held by ${holder} after ${polls + 1} polls.`,
    );
  }
  await refuseOvertaken(input, ports.table);
  await Promise.all([recheckChangeSet(input, ports.stacks), recheckSecret(input, ports), recheckContract(input, ports.objects)]);
  await supersedeOlder({ ...release, stage: stage.name }, ports.clock.now().toISOString(), ports);
  return { status: 'locked', holder };
}

/** What was approved is what is deployed: decided by a person in the table, not by whoever holds a token. */
async function recheckApproval({ release, stage, image, inspection, plan, approval }: Input, table: Pick<Table, 'get'>): Promise<void> {
  if (!stage.approval) return;
  const key = keys.approval(approval?.id ?? '');
  const item = approval && (await table.get(key.pk, key.sk));
  if (!item) throw new ReleaseError('PlanStale', `${stage.name} needs an approval, and there is no such request.`);
  const record = ApprovalRecord.parse(item);
  if (record.decision === 'superseded')
    throw new ReleaseError('Superseded', `${release.tag} waited for approval of ${stage.name} when ${record.decidedBy} asked for it.`);
  if (record.decision !== 'approved') {
    const by = record.decidedBy ? ` by ${record.decidedBy}` : '';
    const because = record.reason ? `: ${record.reason}` : '';
    throw new ReleaseError('ApprovalRejected', `The approval of ${release.tag} for ${stage.name} is ${record.decision}${by}${because}.`);
  }
  const wanted = {
    release: release.name,
    stage: stage.name,
    digest: image.digest,
    templateHash: plan.templateHash,
    contractHash: inspection.contractHash,
    // A change set that is made after a heal could not be shown: its template was.
    changeSetArn: record.changeSetArn === null ? null : plan.changeSetArn,
  };
  const different = Object.entries(wanted).filter(([name, value]) => record[name as keyof typeof wanted] !== value);
  if (different.length === 0) return;
  const list = different.map(([name, value]) => `${name} ${record[name as keyof typeof wanted]} instead of ${value}`).join(', ');
  throw new ReleaseError('PlanStale', `What was approved is not what would be deployed: ${list}.`);
}

/** AcceptTag asked this, too; a newer tag may have been quicker since. */
async function refuseOvertaken({ release, stage }: Input, table: Pick<Table, 'get'>): Promise<void> {
  const newer = await provenByNewer(release, stage.name, table);
  if (newer) throw new ReleaseError('Superseded', `${stage.name} runs ${newer.tag} since ${newer.at}, which is newer than ${release.tag}.`);
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

async function recheckContract({ image: { artefacts }, inspection }: Input, objects: Pick<Objects, 'get'>): Promise<void> {
  const hash = sha256(await objects.get(artefacts.bucket, `${artefacts.prefix}/secret-contract.json`));
  if (hash === inspection.contractHash) return;
  throw new ReleaseError('PlanStale', `The secret contract of the build is sha256 ${hash}; ${inspection.contractHash} was checked.`);
}
