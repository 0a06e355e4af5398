import { taskDefinitionHash } from '../../steps/checks/last-good.ts';
import { readinessOf } from '../../steps/checks/readiness.ts';
import { nextMove } from '../../steps/checks/rollback-table.ts';
import type { World } from '../world.ts';
import type { Facts } from './facts.ts';
import { type Finding, ok, problem } from './finding.ts';

/** What CloudFormation, ECS and the load balancer say of the service. */

const nothingYet = ok('nothing was deployed here yet');

export async function checkStack({ stage, stack, working }: Facts): Promise<Finding> {
  const view = await stack();
  const readiness = readinessOf(view?.status ?? null);
  if (!view || readiness === 'absent') return nothingYet;
  const where = `${view.name} is ${view.status}${view.reason && ` (${view.reason})`}`;
  const events = `aws cloudformation describe-stack-events --stack-name ${stage.serviceStack}`;
  switch (readiness) {
    case 'settled': {
      const move = nextMove({ status: view.status, phase: 'after', created: false });
      return ok(`${where}; a rollback asked for now would begin with ${move}`);
    }
    case 'busy': {
      const release = await working();
      return release ? ok(`${where}: ${release.name} is at work`) : problem(`${where}, and no release is at work here`, events);
    }
    case 'delete-first':
      return problem(
        `${where}: nothing runs, and nothing but its removal is legal; the next release removes it first`,
        `aws cloudformation delete-stack --stack-name ${stage.serviceStack}`,
      );
    default:
      return view.status === 'UPDATE_ROLLBACK_FAILED'
        ? problem(`${where}: its rollback failed, and a rollback by hand tries it again`, `npx release rollback ${stage.name}`)
        : problem(`${where}: a release cannot begin`, events);
  }
}

export async function checkService({ stage, live, stack, working, outputs }: Facts): Promise<Finding> {
  const found = await live();
  if (!found) {
    const status = (await stack())?.status ?? null;
    if (readinessOf(status) !== 'settled') return status === null ? nothingYet : ok(`no service runs in a stack that is ${status}`);
    return problem(`${stage.serviceStack} is ${status}, but ECS has no such service`, `npx cdk diff ${stage.serviceStack}`);
  }
  const { serviceArn, runningCount, desiredCount } = found.service;
  const describe = `aws ecs describe-services --cluster ${(await outputs()).ClusterArn} --services ${serviceArn}`;
  const counts = `${runningCount} of ${desiredCount} tasks run; scaling keeps ${stage.minTasks} to ${stage.maxTasks}`;
  const release = await working();
  if (found.rolling)
    return release
      ? ok(`${counts}; ${release.name} replaces them`)
      : problem(`${counts}; ECS replaces tasks, and no release is at work here`, describe);
  return runningCount === desiredCount && runningCount > 0 ? ok(counts) : problem(counts, describe);
}

/** What runs beside what was proven, and what CloudFormation believes to run beside what ECS runs. */
export async function checkVersion({ stage, live, state, stack, working }: Facts, { stacks }: Pick<World, 'stacks'>): Promise<Finding> {
  const found = await live();
  if (!found) return nothingYet;
  const { digest, taskDefinitionArn } = found.service;
  const runs = `${found.definition.labels['release.tag'] ?? 'an unlabelled task definition'} (${digest ?? 'no digest'})`;
  const release = await working();
  if (release) return ok(`${runs} runs; ${release.name} is at work`);
  const back = `npx release rollback ${stage.name}`;
  const declared = await stacks.resource((await stack())?.stackId ?? stage.serviceStack, 'AWS::ECS::TaskDefinition');
  if (declared && declared.physicalId !== taskDefinitionArn)
    return problem(`${runs} runs by ${taskDefinitionArn}, but CloudFormation believes in ${declared.physicalId}`, back);
  const { proven, lastGood } = await state();
  // Recorded while it ran, if a release that came later was turned back: then nobody may have changed it since.
  const recorded = lastGood?.digest === digest && `v${lastGood?.version}` === found.definition.labels['release.tag'] ? lastGood : null;
  if (recorded && recorded.taskDefinitionHash !== taskDefinitionHash(found.definition))
    return problem(`${runs} runs, by a task definition that differs from the one recorded as last-good`, back);
  if (!proven) {
    // All that can be asked of what ran before the first release: else a stage that was turned back to it could never be freed.
    const asRecorded = lastGood?.digest === digest && lastGood?.taskDefinitionHash === taskDefinitionHash(found.definition);
    return asRecorded
      ? ok(`${runs} runs, as recorded before the last release; no release proved it`)
      : problem(`${runs} runs, and no release proved it`, back);
  }
  return proven.digest === digest
    ? ok(`${runs} runs, as proven ${proven.at}`)
    : problem(`${runs} runs; proven is ${proven.tag} (${proven.digest})`, back);
}

/** Targets that only drain are on their way out: they count neither way. */
export async function checkTargets(
  { stack, live }: Facts,
  { stacks, targetHealth }: Pick<World, 'stacks' | 'targetHealth'>,
): Promise<Finding> {
  const view = await stack();
  if (!view || !(await live())) return nothingYet;
  const group = await stacks.resource(view.stackId, 'AWS::ElasticLoadBalancingV2::TargetGroup');
  if (!group) return problem(`CloudFormation lists no target group in ${view.name}`, `npx cdk diff ${view.name}`);
  const targets = (await targetHealth.describe(group.physicalId)).filter(({ state }) => state !== 'draining');
  const sick = targets.filter(({ state }) => state !== 'healthy');
  const describe = `aws elbv2 describe-target-health --target-group-arn ${group.physicalId}`;
  if (targets.length === 0) return problem('the load balancer has no target', describe);
  const reasons = sick.map(
    ({ target, state, reason, description }) => `${target} ${[state, reason, description].filter(Boolean).join(' ')}`,
  );
  return sick.length === 0
    ? ok(`${targets.length} of ${targets.length} targets are healthy`)
    : problem(`${sick.length} of ${targets.length} targets are not healthy: ${reasons.join('; ')}`, describe);
}
