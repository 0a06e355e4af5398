import type { StackEvent, Stacks } from '../contract/ports.ts';
import { operationToken, type Release } from '../contract/release.ts';
import { operator } from '../contract/rescue.ts';
import type { Incident } from '../contract/steps.ts';
import { hasSkipped } from './continue-rollback.ts';
import type { Phase, Standing } from './rollback-table.ts';

/** Failures of these states come after the deployment had completed; so does an operator who wants back what ran before. */
const afterDeployment: readonly string[] = ['SmokeTest', 'WatchAlarms', 'UnlockStage', operator];
/** An update writes some forty events; our own operations are among the newest of the stack. */
const eventsToLookAt = 300;

/** A release that reached a stage. */
export type StagedIncident = Incident & { release: Release; stage: NonNullable<Incident['stage']> };
export const isStaged = (incident: Incident): incident is StagedIncident => incident.release !== null && incident.stage !== null;

export const stackIdOf = ({ deployment, plan, inspection }: Incident) =>
  deployment?.stackId ?? plan?.stackId ?? inspection?.stackId ?? null;

/** With the stack's newest events, newest first: what was tried before is read from them. */
export type SeenStanding = Standing & { events: readonly StackEvent[] };

/**
 * Where the stack stands and how far we had come. AWS is asked both: a step may have executed a change set and died before it could say so.
 * null when CloudFormation says that there is no such stack.
 */
export async function rollbackStanding(incident: StagedIncident, stackId: string, stacks: Stacks): Promise<SeenStanding | null> {
  const stack = await stacks.describe(stackId);
  if (stack === null) return null;
  const events = await stacks.events(stackId, eventsToLookAt);
  return { status: stack.status, phase: phaseOf(incident, stack.status, events), created: incident.plan?.kind === 'CREATE', events };
}

function phaseOf({ release, failure, deployment }: StagedIncident, status: string, events: readonly StackEvent[]): Phase {
  const tokens = new Set(events.map(({ token }) => token));
  const skipped = hasSkipped('rollback', release, events);
  if (tokens.has(operationToken(release, 'repair'))) return skipped ? 'mended' : 'repair';
  if (skipped) return 'skipped';
  // Whoever asks for what ran before asks for this rollback, too, whosesoever update it was.
  if (failure.state === operator && status === 'UPDATE_ROLLBACK_FAILED') return 'during';
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
