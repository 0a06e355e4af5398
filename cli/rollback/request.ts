import type { RescueRequest } from '../../steps/contract/rescue.ts';
import { operator } from '../../steps/contract/rescue.ts';
import type { Facts } from '../doctor/facts.ts';
import type { RollbackPlan } from './plan.ts';

/** What the machine takes in at its second entrance: an incident at which nothing failed but an operator's patience with what runs. */
export async function rescueRequest(
  name: string,
  { stage, outputs }: Pick<Facts, 'stage' | 'outputs'>,
  { release, lastGood, stack, live, config }: RollbackPlan,
  { by, at, reason, repository }: { by: string; at: string; reason: string; repository: string },
): Promise<RescueRequest> {
  const { tag, commit, attempt } = release;
  return {
    rescue: {
      request: { tag, commit, attempt, repository, pushedBy: by },
      release: { tag, version: tag.replace(/^v/, ''), commit, attempt, name, pushedBy: by, startedAt: at, stages: [stage.name] },
      stage,
      failure: { state: operator, error: 'RollbackRequested', cause: `${by} asked for what ran before ${release.name}: ${reason}` },
      inspection: {
        status: 'ready',
        stackId: stack.stackId,
        stackStatus: stack.status,
        foundation: await outputs(),
        service: live.service,
        lastGood,
        heal: null,
        secretVersionId: config?.secretVersionId ?? '',
        // Nothing is locked by it: what is brought back was proven against its own.
        contractHash: '',
      },
      configs: config && [config],
      build: null,
      image: null,
      plan: null,
      deployment: null,
      smoke: null,
    },
  };
}
