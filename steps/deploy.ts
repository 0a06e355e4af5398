import { beginningOf } from './checks/operation.ts';
import { ReleaseError } from './contract/errors.ts';
import type { Clock, Stacks } from './contract/ports.ts';
import { operationToken } from './contract/release.ts';
import type { StepInput, StepOutput } from './contract/steps.ts';

export interface DeployPorts {
  stacks: Pick<Stacks, 'changeSet' | 'execute' | 'events'>;
  clock: Clock;
}

/** Executes the change set that was planned, approved and looked at again. From here on the stage changes. */
export async function deploy({ release, plan }: StepInput<'Deploy'>, { stacks, clock }: DeployPorts): Promise<StepOutput<'Deploy'>> {
  const { changeSetArn, stackId, changeSetName } = plan;
  if (!changeSetArn || !stackId) throw new ReleaseError('PlanStale', `${changeSetName} was never made: the stack is to be healed first.`);
  const token = operationToken(release, 'deploy');
  const deployment = { stackId, changeSetArn, token, startedAt: clock.now().toISOString() };
  const status = (await stacks.changeSet(changeSetArn))?.executionStatus ?? 'gone';
  if (status === 'AVAILABLE') {
    await stacks.execute(changeSetArn, token);
    return deployment;
  }
  // An executed change set is no longer available, and may be gone: when this step is repeated, that is its own doing. Whether nobody else
  // executed it, the watch sees by the token.
  const began = await beginningOf(stackId, token, stacks);
  // What is ours is told by when it began: the beginning of the first call, not of this one, or the watch would take our tasks for older ones.
  if (status.startsWith('EXECUTE_') || began !== null) return { ...deployment, startedAt: began ?? deployment.startedAt };
  throw new ReleaseError('PlanStale', `The change set ${changeSetName} is ${status}; expected AVAILABLE.`);
}
