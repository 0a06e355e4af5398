import { readinessOf } from './checks/readiness.ts';
import { ReleaseError } from './contract/errors.ts';
import { loops } from './contract/patience.ts';
import type { Stacks } from './contract/ports.ts';
import { operationToken } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

/** Deletes a stack in which nothing runs and with which nothing else is legal. The machine has collected what it can tell before. */
export async function healStack(
  { release, stage, inspection, polls }: StepInput<'HealStack'>,
  { stacks }: { stacks: Pick<Stacks, 'describe' | 'deleteStack'> },
): Promise<StepOutput<'HealStack'>> {
  const { heal, stackId } = inspection;
  const locked = (seen: string) => new ReleaseError('StackLocked', `${stage.serviceStack} ${seen}.`);
  if (!heal || !stackId) throw locked('has no heal planned');
  if (heal.action !== 'delete-stack') throw locked(`is ${heal.status}; ${heal.action} is for a person to do`);
  // By id: once deleted, its name is no more, or another's.
  const status = (await stacks.describe(stackId))?.status ?? null;
  const readiness = readinessOf(status);
  if (readiness === 'absent') return { status: 'healed', waitingFor: '' };
  if (readiness === 'delete-first') await stacks.deleteStack(stackId, operationToken(release, 'heal'));
  else if (status !== 'DELETE_IN_PROGRESS') throw locked(`is ${status}; expected ${heal.status}, to be deleted`);
  if (polls + 1 >= loops.HealStack.polls) throw locked(`is still ${status} after ${polls + 1} polls`);
  return { status: 'running', waitingFor: `${stage.serviceStack} to be deleted` };
}
