import { forbiddenChanges, sweepingStatements } from './checks/forbidden.ts';
import { sha256 } from './checks/hash.ts';
import type { Plan } from './contract/deployment.ts';
import { ReleaseError } from './contract/errors.ts';
import { loops } from './contract/patience.ts';
import type { ChangeSetView, Objects, Stacks } from './contract/ports.ts';
import { changeSetName } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface PlanChangePorts {
  stacks: Pick<Stacks, 'createChangeSet' | 'changeSet'>;
  objects: Pick<Objects, 'get' | 'url'>;
}
/** The contract carries no more, and the Service stack is far smaller. */
const mostChanges = 100;

/** Has CloudFormation compute what the tag's own template would change, and refuses what a release must not do. Executes nothing. */
export async function planChange(input: StepInput<'PlanChange'>, { stacks, objects }: PlanChangePorts): Promise<StepOutput<'PlanChange'>> {
  const { release, stage, image, inspection } = input;
  const { bucket, prefix } = image.artefacts;
  const key = `${prefix}/${stage.name}.template.json`;
  const template = await objects.get(bucket, key);
  refuse(sweepingStatements(template));
  const plan: Plan = {
    status: 'heal-first',
    changeSetName: changeSetName(release),
    changeSetArn: null,
    stackId: inspection.stackId,
    // A stack that is deleted first is made anew; one whose rollback is brought to its end is there to be updated.
    kind: inspection.stackId === null || inspection.heal?.action === 'delete-stack' ? 'CREATE' : 'UPDATE',
    templateHash: sha256(template),
    changes: [],
  };
  if (inspection.heal) return plan;
  const { arn, stackId } = await stacks.createChangeSet({
    stackName: stage.serviceStack,
    name: plan.changeSetName,
    kind: plan.kind,
    templateUrl: await objects.url(bucket, key),
    parameters: { ImageDigest: image.digest },
    tags: { 'release:tag': release.tag, 'release:attempt': String(release.attempt) },
    roleArn: inspection.foundation.DeployRoleArn,
  });
  const view = await stacks.changeSet(arn);
  return planned({ ...plan, changeSetArn: arn, stackId }, view, input.polls);
}

function planned(plan: Plan, view: ChangeSetView | null, polls: number): Plan {
  const failed = (seen: string) => new ReleaseError('ChangeSetFailed', `The change set ${plan.changeSetName} ${seen}.`);
  if (!view) throw failed('is gone right after it was made');
  if (view.status === 'FAILED') throw failed(`failed: ${view.reason}`);
  if (view.status !== 'CREATE_COMPLETE') {
    if (polls + 1 >= loops.PlanChange.polls) throw failed(`is still ${view.status} after ${polls + 1} polls`);
    return { ...plan, status: 'pending' };
  }
  if (view.changes.length > mostChanges) refuse([`makes ${view.changes.length} changes; a release makes at most ${mostChanges}`]);
  refuse(forbiddenChanges(view.changes));
  const changes = view.changes.map(({ logicalId, type, action, replacement }) => ({ logicalId, type, action, replacement }));
  return { ...plan, status: 'ready', changes };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new ReleaseError('ChangeRefused', `The tag's template ${problems.join('; ')}.`);
}
