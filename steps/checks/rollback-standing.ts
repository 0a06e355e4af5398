import type { Stacks } from '../contract/ports.ts';
import { operationToken, type Release } from '../contract/release.ts';
import type { Incident } from '../contract/steps.ts';
import type { Phase, Standing } from './rollback-table.ts';

/** Failures of these states come after the deployment had completed. */
const afterDeployment: readonly string[] = ['SmokeTest', 'WatchAlarms', 'UnlockStage'];
/** An update writes some forty events; our own operations are among the newest of the stack. */
const eventsToLookAt = 300;

/** A release that reached a stage. */
export type StagedIncident = Incident & { release: Release; stage: NonNullable<Incident['stage']> };
export const isStaged = (incident: Incident): incident is StagedIncident => incident.release !== null && incident.stage !== null;

export const stackIdOf = ({ deployment, plan, inspection }: Incident) =>
  deployment?.stackId ?? plan?.stackId ?? inspection?.stackId ?? null;

/**
 * Where the stack stands and how far we had come. AWS is asked both: a step may have executed a change set and died before it could say so.
 * null when CloudFormation says that there is no such stack.
 */
export async function rollbackStanding(incident: StagedIncident, stackId: string, stacks: Stacks): Promise<Standing | null> {
  const stack = await stacks.describe(stackId);
  if (stack === null) return null;
  const events = await stacks.events(stackId, eventsToLookAt);
  const tokens = new Set(events.map(({ token }) => token));
  return { status: stack.status, phase: phaseOf(incident, tokens), created: incident.plan?.kind === 'CREATE' };
}

function phaseOf({ release, failure, deployment }: StagedIncident, tokens: ReadonlySet<string>): Phase {
  if (tokens.has(operationToken(release, 'repair'))) return 'repair';
  if (afterDeployment.includes(failure.state)) return 'after';
  if (deployment !== null || tokens.has(operationToken(release, 'deploy'))) return 'during';
  return failure.state === 'HealStack' ? 'heal' : 'before';
}

/** The ECS service of the stack; null when CloudFormation lists none. */
export async function serviceOf(incident: Incident, stackId: string, stacks: Stacks) {
  const cluster = incident.inspection?.foundation.ClusterArn;
  const service = incident.inspection?.service?.serviceArn ?? (await stacks.resource(stackId, 'AWS::ECS::Service'))?.physicalId;
  return cluster && service ? { cluster, service } : null;
}
