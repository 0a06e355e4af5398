import type { Recovery } from '../contract/failure.ts';
import type { Objects, Stacks } from '../contract/ports.ts';
import { changeSetName, operationToken } from '../contract/release.ts';
import type { StagedIncident } from './rollback-standing.ts';

type Done = Pick<Recovery, 'status' | 'action' | 'reason' | 'changeSetArn'>;

/** CloudFormation's words for a change set that would change nothing: the stack is as last-good left it. */
const nothingToChange = /didn't contain changes|No updates are to be performed/;

/**
 * After UPDATE_COMPLETE nothing goes back but a new change set. It is made from the template and the parameters that were stored before
 * anything was touched, and executed by a later call, once CloudFormation has computed it.
 */
export async function redeployLastGood(
  { release, stage, inspection }: StagedIncident,
  stackId: string,
  bucket: string,
  where: string,
  { stacks, objects }: { stacks: Stacks; objects: Objects },
): Promise<Done> {
  const lastGood = inspection?.lastGood;
  if (!lastGood)
    return { status: 'blocked', action: 'none', changeSetArn: null, reason: `no last-good was recorded at ${stage.name}; ${where}` };
  const { arn } = await stacks.createChangeSet({
    // By id: a stack of that name which somebody made anew is not the one that we broke.
    stackName: stackId,
    name: changeSetName(release, 'repair'),
    kind: 'UPDATE',
    templateUrl: await objects.url(bucket, lastGood.templateKey),
    parameters: lastGood.parameters,
    tags: { 'release:tag': release.tag, 'release:attempt': String(release.attempt) },
    roleArn: inspection.foundation.DeployRoleArn,
  });
  const changeSet = await stacks.changeSet(arn);
  const done = { action: 'redeploy-last-good', changeSetArn: arn };
  if (changeSet?.status === 'FAILED') {
    if (nothingToChange.test(changeSet.reason))
      return { ...done, status: 'started', action: 'settled', reason: `the stack is as last-good left it; ${where}` };
    return { ...done, status: 'blocked', reason: `the change set from last-good failed: ${changeSet.reason}; ${where}` };
  }
  const executed = {
    ...done,
    action: 'execute-last-good',
    status: 'started' as const,
    reason: `the change set from last-good is executed; ${where}`,
  };
  switch (changeSet?.executionStatus ?? 'UNAVAILABLE') {
    case 'AVAILABLE':
      await stacks.execute(arn, operationToken(release, 'repair'));
      return executed;
    // By an earlier try of this very step, whose events are not to be seen yet.
    case 'EXECUTE_IN_PROGRESS':
    case 'EXECUTE_COMPLETE':
      return executed;
    case 'UNAVAILABLE':
      return { ...done, status: 'started', reason: `the change set from last-good is computed; ${where}` };
    default:
      // Somebody changed the stack meanwhile: computing it anew would undo what nobody of us did.
      return { ...done, status: 'blocked', reason: `the change set from last-good is ${changeSet?.executionStatus}; ${where}` };
  }
}
