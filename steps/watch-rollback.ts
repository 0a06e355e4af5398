import { isStaged, rollbackStanding, type SeenStanding, type StagedIncident, serviceOf } from './checks/rollback-standing.ts';
import { type Move, nextMove } from './checks/rollback-table.ts';
import type { Drift, Recovery, RollbackWatch } from './contract/failure.ts';
import { rollbackPatience } from './contract/patience.ts';
import type { Services, Stacks } from './contract/ports.ts';
import type { StepInput } from './contract/steps.ts';

export interface WatchRollbackPorts {
  stacks: Stacks;
  services: Services;
}

/**
 * Asks the table whether there is still anything to do. `running`: what was done has not ended; `again`: another move is due, RollBack makes
 * it; `stuck`: CloudFormation's own rollback does not end. Trouble with AWS is thrown.
 */
export async function watchRollback(input: StepInput<'WatchRollback'>, ports: WatchRollbackPorts): Promise<RollbackWatch> {
  const { incident, recovery, polls } = input;
  if (!isStaged(incident) || recovery.stackId === null) throw new Error('a rollback without a stage and a stack cannot be watched');
  const standing = await standingOf(incident, recovery, ports.stacks);
  if (standing === null) return verdict('blocked', 'none', `CloudFormation knows no stack ${recovery.stackId}`);
  const { status, phase } = standing;

  // Nothing was left to change back: the stack stays in the status that would else call for another change set.
  const move = recovery.action === 'settled' && status === 'UPDATE_COMPLETE' ? 'settled' : nextMove(standing);
  if (move === 'blocked') return verdict('blocked', status, `no safe move is known: the stack is ${status} (${phase})`);
  const turn = { ...input, stackId: recovery.stackId, standing, move };
  const drift = await driftOf(turn, ports.stacks);
  if (drift && drift !== 'running') return { ...verdict('settled', status, `the stack is ${status} and ${drift.status}`), drift };
  const waitingFor = drift ? 'the drift check' : ((await whatFor(turn, ports)) ?? tooSoon(turn));
  if (waitingFor === null)
    return move === 'settled' ? verdict('settled', status, `the stack is ${status}`) : verdict('again', status, `${move} is due`);
  if (polls < rollbackPatience.all) return { status: 'running', stackStatus: status, waitingFor, reason: `the stack is ${status}` };
  const outlasted = `the rollback did not end within ${rollbackPatience.all} polls; it still waits for ${waitingFor}`;
  return verdict(move === 'wait' && status === 'UPDATE_ROLLBACK_IN_PROGRESS' ? 'stuck' : 'blocked', status, outlasted);
}

const verdict = (status: RollbackWatch['status'], stackStatus: string, reason: string): RollbackWatch => ({
  status,
  stackStatus,
  waitingFor: '',
  reason,
});

/** Events may lag behind the change set that was executed: its own status counts too, or the repair would look like a stranger's update. */
async function standingOf(
  incident: StagedIncident,
  { stackId, action, changeSetArn }: Recovery,
  stacks: Stacks,
): Promise<SeenStanding | null> {
  const standing = stackId === null ? null : await rollbackStanding(incident, stackId, stacks);
  if (standing === null || action !== 'execute-last-good' || changeSetArn === null) return standing;
  const changeSet = await stacks.changeSet(changeSetArn);
  if (!changeSet?.executionStatus.startsWith('EXECUTE_')) return standing;
  return { ...standing, phase: standing.phase === 'skipped' || standing.phase === 'mended' ? 'mended' : 'repair' };
}

type Turn = StepInput<'WatchRollback'> & { stackId: string; standing: SeenStanding; move: Move };

/** What the drift check that RollBack began has found; undefined when none is due. */
async function driftOf({ stackId, recovery, move }: Turn, stacks: Stacks): Promise<Drift | 'running' | undefined> {
  const { action, driftDetectionId } = recovery;
  if (move !== 'detect-drift' || action !== 'detect-drift' || driftDetectionId === undefined) return undefined;
  const view = await stacks.drift(stackId, driftDetectionId);
  return view === null ? 'running' : { ...view, differs: view.differs.slice(0, 100) };
}

/** What is being waited for; null when nothing is. */
async function whatFor(turn: Turn, ports: WatchRollbackPorts): Promise<string | null> {
  const { recovery, standing, move, polls } = turn;
  const since = polls - recovery.polls;
  if (move === 'wait') return `the stack to leave ${standing.status}`;
  if (move === 'settled' || move === 'detect-drift')
    return standing.created || since >= rollbackPatience.steady ? null : steady(turn, ports);
  switch (recovery.action) {
    case 'stop-service-deployment':
      return move === 'stop-service-deployment' && since < rollbackPatience.ecs ? ecsRollback(turn, ports) : null;
    case 'redeploy-last-good': {
      const changeSet = await ports.stacks.changeSet(recovery.changeSetArn ?? '');
      return /_(PENDING|IN_PROGRESS)$/.test(changeSet?.status ?? '') ? 'the change set from last-good to be computed' : null;
    }
    case 'continue-rollback':
      return move === 'continue-rollback' && since < rollbackPatience.effect && !failedAnew(turn) ? 'the rollback to go on' : null;
    case 'look-again':
    case 'wait':
    case 'settled':
      return null;
    default:
      // Accepted, and perhaps not yet to be seen in the stack's status.
      return since < rollbackPatience.effect && move === sameAs(recovery.action) ? `${recovery.action} to begin` : null;
  }
}

/**
 * A move follows a move after one wait at least: two steps that hand each other the turn would use up in seconds the patience that a
 * refused call needs. RollBack's own call is the first poll since.
 */
function tooSoon({ recovery, polls, move }: Turn): string | null {
  return move !== 'settled' && polls - recovery.polls < 2 ? `a moment to pass before ${move}` : null;
}

/** CloudFormation took the rollback up again, and it failed again. */
const failedAnew = ({ stackId, recovery, standing }: Turn): boolean =>
  standing.events.some(({ physicalId, status, at }) => physicalId === stackId && status === 'UPDATE_ROLLBACK_FAILED' && at > recovery.at);

/** The move that the table names for as long as an action has not begun. */
const sameAs = (action: string) =>
  ({ 'cancel-update': 'stop-service-deployment', 'execute-last-good': 'redeploy-last-good' })[action] ?? action;

async function ecsRollback({ incident, stackId }: Turn, { stacks, services }: WatchRollbackPorts): Promise<string | null> {
  const at = await serviceOf(incident, stackId, stacks);
  const deployment = at && (await services.deployment(at.cluster, at.service));
  if (!deployment || ['ROLLBACK_FAILED', 'STOPPED', 'SUCCESSFUL'].includes(deployment.status)) return null;
  return deployment.status === 'ROLLBACK_SUCCESSFUL' ? 'CloudFormation to notice that ECS rolled back' : 'ECS to promote the old tasks';
}

async function steady({ incident, stackId }: Turn, { stacks, services }: WatchRollbackPorts): Promise<string | null> {
  const at = await serviceOf(incident, stackId, stacks);
  const service = at && (await services.describe(at.cluster, at.service));
  if (!service) return null; // ProveRollback says what that means.
  if (service.deployments.length === 1 && service.runningCount === service.desiredCount) return null;
  return `${service.runningCount} of ${service.desiredCount} tasks to run, and the broken ones to end`;
}
