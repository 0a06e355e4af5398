import type { LastGood } from '../contract/deployment.ts';
import type { Recovery } from '../contract/failure.ts';
import type { Objects, Stacks } from '../contract/ports.ts';
import { changeSetName, operationToken } from '../contract/release.ts';
import { changeBack } from './change-back.ts';
import { relabelled } from './relabel.ts';
import type { StagedIncident } from './rollback-standing.ts';

type Done = Pick<Recovery, 'status' | 'action' | 'reason'> & { changeSetArn: string | null };

export interface RedeployPorts {
  stacks: Pick<Stacks, 'createChangeSet' | 'changeSet' | 'execute'>;
  objects: Objects;
}

/**
 * After UPDATE_COMPLETE nothing goes back but a new change set. It is made from the template and the parameters that were stored before
 * anything was touched, and executed by a later call, once CloudFormation has computed it.
 * @param skipped resources were left out of the rollback: CloudFormation takes them for gone back, so the template must differ to reach them
 */
export async function redeployLastGood(
  { release, stage, inspection }: StagedIncident,
  { stackId, bucket, where, skipped }: { stackId: string; bucket: string; where: string; skipped: boolean },
  { stacks, objects }: RedeployPorts,
): Promise<Done> {
  const lastGood = inspection?.lastGood;
  const blocked = (reason: string, changeSetArn: string | null = null): Done => {
    return { status: 'blocked', action: changeSetArn ? 'redeploy-last-good' : 'none', changeSetArn, reason: `${reason}; ${where}` };
  };
  if (!lastGood) return blocked(`no last-good was recorded at ${stage.name}`);
  const templateKey = skipped ? await relabel(lastGood, release.name, bucket, objects) : lastGood.templateKey;
  if (!templateKey) return blocked("last-good's template has no task definition by which what was left out could be reached");
  const made = await changeBack(
    {
      // By id: a stack of that name which somebody made anew is not the one that we broke.
      stackName: stackId,
      name: changeSetName(release, 'repair'),
      templateUrl: await objects.url(bucket, templateKey),
      parameters: lastGood.parameters,
      tags: { 'release:tag': release.tag, 'release:attempt': String(release.attempt) },
      roleArn: inspection.foundation.DeployRoleArn,
    },
    operationToken(release, 'repair'),
    stacks,
  );
  const started = (action: string, reason: string): Done => ({
    status: 'started',
    action,
    changeSetArn: made.arn,
    reason: `${reason}; ${where}`,
  });
  switch (made.state) {
    case 'computing':
      return started('redeploy-last-good', 'the change set from last-good is computed');
    case 'executed':
      return started('execute-last-good', 'the change set from last-good is executed');
    case 'unchanged':
      return skipped
        ? blocked('the change set from last-good changes nothing of what was left out', made.arn)
        : started('settled', 'the stack is as last-good left it');
    case 'refused':
      return blocked(`the change set from last-good failed: ${made.reason}`, made.arn);
  }
}

async function relabel({ templateKey }: LastGood, by: string, bucket: string, objects: Objects): Promise<string | null> {
  const template = relabelled(await objects.get(bucket, templateKey), by);
  if (template === null) return null;
  const key = templateKey.replace(/[^/]*$/, 'repair.template.json');
  await objects.put(bucket, key, template, 'application/json');
  return key;
}
