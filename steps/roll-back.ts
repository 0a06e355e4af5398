import { nextRung } from './checks/continue-rollback.ts';
import { redeployLastGood } from './checks/redeploy-last-good.ts';
import { isStaged, rollbackStanding, type SeenStanding, type StagedIncident, serviceOf, stackIdOf } from './checks/rollback-standing.ts';
import { type Move, nextMove } from './checks/rollback-table.ts';
import type { Recovery } from './contract/failure.ts';
import { rollbackPatience } from './contract/patience.ts';
import type { Clock, Objects, Services, Stacks } from './contract/ports.ts';
import { operationToken } from './contract/release.ts';
import type { StepInput } from './contract/steps.ts';

export interface RollBackPorts {
  stacks: Stacks;
  services: Services;
  objects: Objects;
  clock: Clock;
}
type Done = Pick<Recovery, 'status' | 'action' | 'reason' | 'driftDetectionId'> & { changeSetArn?: string | null };

/**
 * Does the one move that the table names, and returns. Called again, it looks again: what an earlier call began is found at AWS, not
 * remembered. Trouble with AWS is thrown: not knowing is never "there is nothing to do".
 */
export async function rollBack({ incident, polls }: StepInput<'RollBack'>, bucket: string, ports: RollBackPorts): Promise<Recovery> {
  const stackId = stackIdOf(incident);
  const done = await decide(incident, stackId, bucket, polls, ports);
  return { changeSetArn: null, ...done, stackId, polls, at: ports.clock.now().toISOString() };
}

async function decide(
  incident: StepInput<'RollBack'>['incident'],
  stackId: string | null,
  bucket: string,
  polls: number,
  ports: RollBackPorts,
) {
  if (!isStaged(incident)) return nothing('none', 'no stage had been reached');
  if (incident.failure.state === 'CloseRelease') return nothing('none', 'every stage is proven; only the closing of the record failed');
  if (stackId === null) return nothing('none', 'the stage has no Service stack');
  const standing = await rollbackStanding(incident, stackId, ports.stacks);
  if (standing === null) return blocked('none', `CloudFormation knows no stack ${stackId}`);
  const move = nextMove(standing);
  const where = `the stack is ${standing.status} (${standing.phase}${standing.created ? ', created by this release' : ''})`;
  return act[move]({ incident, stackId, bucket, polls, standing, where, ports });
}

interface Turn {
  incident: StagedIncident;
  stackId: string;
  bucket: string;
  polls: number;
  standing: SeenStanding;
  where: string;
  ports: RollBackPorts;
}

const act: Record<Move, (turn: Turn) => Promise<Done>> = {
  'delete-change-set': async ({ incident, where, ports: { stacks } }) => {
    const arn = incident.plan?.changeSetArn;
    if (!arn || (await stacks.changeSet(arn)) === null) return nothing('none', `nothing of this release was executed; ${where}`);
    await stacks.deleteChangeSet(arn);
    return nothing('delete-change-set', `nothing of this release was executed; ${where}`);
  },
  'delete-stack': async ({ incident, stackId, where, ports: { stacks } }) => {
    // The id was carried through the whole release: it must still be the id of the one stack that a release may touch.
    const name = stackId.split('/')[1];
    const { serviceStack } = incident.stage;
    if (name !== serviceStack) return blocked('none', `${stackId} is not the stack ${serviceStack}: it is not deleted; ${where}`);
    await stacks.deleteStack(stackId, operationToken(incident.release, 'delete'));
    return started('delete-stack', where);
  },
  'stop-service-deployment': stopDeployment,
  'roll-back-stack': async ({ incident, stackId, where, ports: { stacks } }) => {
    const answer = await stacks.rollBack(stackId, operationToken(incident.release, 'roll-back'));
    return answer === 'accepted' ? started('roll-back-stack', where) : started('look-again', `RollbackStack was refused; ${where}`);
  },
  'continue-rollback': async ({ incident, stackId, standing, where, ports: { stacks } }) => {
    const rung = nextRung('rollback', incident.release, stackId, standing.events);
    if (rung === null) return blocked('continue-rollback', `the rollback was continued, and does not end; ${where}`);
    const how = rung.skip.length > 0 ? `leaving out ${rung.skip.join(', ')}` : 'all of it again';
    const answer = await stacks.continueRollback(stackId, operationToken(incident.release, rung.verb), rung.skip);
    return answer === 'accepted'
      ? started('continue-rollback', `${how}; ${where}`)
      : started('look-again', `ContinueUpdateRollback was refused; ${where}`);
  },
  'redeploy-last-good': ({ incident, stackId, bucket, standing, where, ports }) =>
    redeployLastGood(incident, { stackId, bucket, where, skipped: standing.phase === 'skipped' }, ports),
  'detect-drift': async ({ stackId, where, ports: { stacks } }) => {
    const driftDetectionId = await stacks.detectDrift(stackId);
    return driftDetectionId === null
      ? started('look-again', `another drift check runs; ${where}`)
      : { ...started('detect-drift', where), driftDetectionId };
  },
  wait: stopWaiting,
  settled: async ({ where }) => started('settled', where),
  blocked: async ({ where }) => blocked('none', `no safe move is known; ${where}`),
};

const underWay = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL', 'STOP_REQUESTED'];

/** ECS first. CloudFormation's cancel only when ECS has nothing to stop, refused, or had its time. */
async function stopDeployment({ incident, stackId, polls, where, ports: { stacks, services } }: Turn): Promise<Done> {
  const at = await serviceOf(incident, stackId, stacks);
  const deployment = at && (await services.deployment(at.cluster, at.service));
  if (deployment && underWay.includes(deployment.status) && polls < rollbackPatience.ecs) {
    return started('stop-service-deployment', `ECS rolls back already (${deployment.status}); ${where}`);
  }
  if (deployment && ['PENDING', 'IN_PROGRESS'].includes(deployment.status)) {
    if ((await services.rollBackDeployment(deployment.arn)) === 'accepted') return started('stop-service-deployment', where);
  }
  const why = deployment ? `ECS's newest deployment is ${deployment.status}` : 'ECS has no deployment to stop';
  const answer = await stacks.cancelUpdate(stackId, operationToken(incident.release, 'cancel'));
  return answer === 'accepted'
    ? started('cancel-update', `${why}; ${where}`)
    : started('look-again', `CancelUpdateStack was refused; ${why}; ${where}`);
}

/** What CloudFormation does by itself is waited for. When its rollback outlasts all patience, ECS is told to end it, and a person must look. */
async function stopWaiting({ incident, stackId, polls, standing, where, ports: { stacks, services } }: Turn): Promise<Done> {
  if (standing.status !== 'UPDATE_ROLLBACK_IN_PROGRESS' || polls < rollbackPatience.all) return started('wait', where);
  const at = await serviceOf(incident, stackId, stacks);
  const deployment = at && (await services.deployment(at.cluster, at.service));
  const stoppable = deployment && ['PENDING', 'IN_PROGRESS'].includes(deployment.status);
  const answer = stoppable ? await services.rollBackDeployment(deployment.arn) : null;
  const ecs = answer ? `ECS was told to stop, and ${answer === 'accepted' ? 'does' : 'refused'}` : 'ECS has nothing to stop';
  return blocked('stop-service-deployment', `the rollback did not end within ${rollbackPatience.all} polls; ${ecs}; ${where}`);
}

const nothing = (action: string, reason: string): Done => ({ status: 'nothing', action, reason });
const started = (action: string, reason: string): Done => ({ status: 'started', action, reason });
const blocked = (action: string, reason: string): Done => ({ status: 'blocked', action, reason });
