import { changeBack } from './checks/change-back.ts';
import { hasSkipped, nextRung } from './checks/continue-rollback.ts';
import { readinessOf } from './checks/readiness.ts';
import { recordHeal } from './checks/record-heal.ts';
import { relabelled } from './checks/relabel.ts';
import { ReleaseError } from './contract/errors.ts';
import { loops } from './contract/patience.ts';
import type { Clock, Objects, StackEvent, Stacks, StackView, Table } from './contract/ports.ts';
import { changeSetName, lastGoodPrefix, operationToken } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface HealStackPorts {
  stacks: Stacks;
  objects: Pick<Objects, 'put' | 'url'>;
  table: Pick<Table, 'get' | 'update'>;
  clock: Clock;
  diagnosticsBucket: string;
}
type Input = StepInput<'HealStack'>;
interface Turn extends Input {
  stackId: string;
  stack: StackView | null;
  ports: HealStackPorts;
}
/** What was done now, and what is waited for; null when the stack is free. */
interface Progress {
  waitingFor: string | null;
  did?: string;
  driftDetectionId?: string;
}

/** An update and the tries at its rollback write some forty events each. */
const eventsToLookAt = 300;

/**
 * Frees a stack that was locked before this release came. The machine has collected what it can tell before. Each call looks at AWS and does
 * what is due: what an earlier one did is found there. What does not help ends with StackLocked.
 */
export async function healStack(input: Input, ports: HealStackPorts): Promise<StepOutput<'HealStack'>> {
  const { heal: plan, stackId } = input.inspection;
  if (!plan || !stackId) throw locked(input, 'has no heal planned');
  // By id: once deleted, its name is no more, or another's.
  const turn: Turn = { ...input, stackId, stack: await ports.stacks.describe(stackId), ports };
  const progress = await (plan.action === 'delete-stack' ? removed(turn, plan.status) : goneBack(turn));
  const did = [...new Set([...(input.heal?.did ?? []), ...(progress.did ? [progress.did] : [])])];
  if (progress.waitingFor === null) {
    await recordHeal(input, { stage: input.stage.name, from: plan.status, did, at: ports.clock.now().toISOString() }, ports.table);
    return { status: 'healed', waitingFor: '', did };
  }
  const polls = input.polls + 1;
  if (polls >= loops.HealStack.polls) throw locked(input, `is still ${turn.stack?.status} after ${polls} polls`);
  const driftDetectionId = progress.driftDetectionId ?? input.heal?.driftDetectionId;
  return { status: 'running', waitingFor: progress.waitingFor, did, ...(driftDetectionId && { driftDetectionId }) };
}

const locked = ({ stage }: Pick<Input, 'stage'>, seen: string) => new ReleaseError('StackLocked', `${stage.serviceStack} ${seen}.`);

/** Deletes a stack in which nothing runs and with which nothing else is legal. */
async function removed(turn: Turn, planned: string): Promise<Progress> {
  const { release, stage, stackId, stack, ports } = turn;
  const status = stack?.status ?? null;
  const readiness = readinessOf(status);
  const waitingFor = `${stage.serviceStack} to be deleted`;
  if (readiness === 'absent') return { waitingFor: null };
  if (status === 'DELETE_IN_PROGRESS') return { waitingFor };
  if (readiness !== 'delete-first') throw locked(turn, `is ${status}; expected ${planned}, to be deleted`);
  await ports.stacks.deleteStack(stackId, operationToken(release, 'heal'));
  return { waitingFor, did: 'delete-stack' };
}

/** Brings a rollback that failed to its end, and template and reality to agree. */
async function goneBack(turn: Turn): Promise<Progress> {
  const { release, stackId, stack, ports } = turn;
  const events = await ports.stacks.events(stackId, eventsToLookAt);
  const skipped = hasSkipped('heal', release, events);
  const repaired = events.some(({ token }) => token === operationToken(release, 'heal-repair'));
  switch (stack?.status) {
    case 'UPDATE_ROLLBACK_FAILED':
      if (repaired) throw locked(turn, 'was repaired, and neither the repair nor its rollback came to an end');
      return continueRollback(turn, events);
    case 'UPDATE_ROLLBACK_COMPLETE':
      if (repaired) throw locked(turn, 'was repaired, and the repair was rolled back: the version before does not start any more');
      return skipped ? repair(turn) : { waitingFor: null };
    case 'UPDATE_COMPLETE':
      return skipped ? compare(turn) : { waitingFor: null };
    case 'UPDATE_ROLLBACK_IN_PROGRESS':
    case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
    case 'UPDATE_IN_PROGRESS':
    case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      return { waitingFor: `${stack.name} to leave ${stack.status}` };
    default:
      throw locked(turn, `is ${stack?.status ?? 'gone'}; expected UPDATE_ROLLBACK_FAILED, whose rollback is to be continued`);
  }
}

async function continueRollback(turn: Turn, events: readonly StackEvent[]): Promise<Progress> {
  const { release, stackId, ports } = turn;
  const rung = nextRung('heal', release, stackId, events);
  if (rung === null) throw locked(turn, 'is UPDATE_ROLLBACK_FAILED; its rollback was continued, and does not end');
  const answer = await ports.stacks.continueRollback(stackId, operationToken(release, rung.verb), rung.skip);
  const waitingFor = `the rollback of ${turn.stage.serviceStack} to go on`;
  // Refused: it is no longer in the state that we saw.
  if (answer === 'refused') return { waitingFor };
  return { waitingFor, did: rung.skip.length > 0 ? `continue-rollback without ${rung.skip.join(', ')}` : 'continue-rollback' };
}

/** What was left out counts as gone back, and is not: a change set from CloudFormation's own template reaches it. */
async function repair(turn: Turn): Promise<Progress> {
  const { release, stage, inspection, stackId, stack, ports } = turn;
  const { stacks, objects, diagnosticsBucket } = ports;
  const template = relabelled(await stacks.template(stackId), release.name);
  if (template === null) throw locked(turn, 'has no task definition by which what was left out of its rollback could be reached');
  const key = `${lastGoodPrefix(stage.name)}/${release.name}/heal.template.json`;
  await objects.put(diagnosticsBucket, key, template, 'application/json');
  const { state, reason } = await changeBack(
    {
      stackName: stackId,
      name: changeSetName(release, 'heal'),
      templateUrl: await objects.url(diagnosticsBucket, key),
      parameters: stack?.parameters ?? {},
      tags: { 'release:tag': release.tag, 'release:attempt': String(release.attempt) },
      roleArn: inspection.foundation.DeployRoleArn,
    },
    operationToken(release, 'heal-repair'),
    stacks,
  );
  if (state === 'computing') return { waitingFor: 'the repair to be computed' };
  if (state === 'executed') return { waitingFor: 'the repair to begin', did: 'repair' };
  throw locked(turn, `cannot be repaired: the change set ${state === 'unchanged' ? 'changes nothing' : `failed: ${reason}`}`);
}

/** Whether template and reality agree again is asked, not assumed: the release would build on it. */
async function compare(turn: Turn): Promise<Progress> {
  const { stackId, heal, ports } = turn;
  const waitingFor = 'the drift check';
  if (!heal?.driftDetectionId) {
    const driftDetectionId = await ports.stacks.detectDrift(stackId);
    // null: somebody else's check runs, whose answer nobody can ask for.
    return driftDetectionId === null ? { waitingFor } : { waitingFor, driftDetectionId, did: 'drift check' };
  }
  const drift = await ports.stacks.drift(stackId, heal.driftDetectionId);
  if (!drift) return { waitingFor };
  if (drift.status === 'IN_SYNC') return { waitingFor: null };
  const what = [...drift.differs, drift.reason].filter(Boolean).join(', ').slice(0, 500);
  throw locked(turn, `was repaired, and is ${drift.status}, not IN_SYNC${what && `: ${what}`}`);
}
