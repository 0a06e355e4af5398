import type { LiveService } from '../contract/deployment.ts';
import type { DeploymentView, ServiceView, TaskView } from '../contract/ports.ts';

/** How far ECS is with replacing tasks, told apart from the service that ran before. */
export interface Rollout {
  /** The deployment that this release began; null while ECS has none, or none any more. */
  ours: DeploymentView | null;
  /** Whether ours is the one that ECS works towards. */
  isPrimary: boolean;
  /** ECS, or somebody, turned from ours back to what ran before. */
  reverted: boolean;
  /** Tasks that ours started, stopped ones included, newest first. */
  tasks: TaskView[];
  /** Whether tasks of another deployment are left. */
  draining: boolean;
}

/**
 * @param before what ran when the stage was inspected; null for a first deploy. Every release has a task definition of its own, by its labels
 * @param since when the change set was executed: ECS still describes what earlier, failed releases left behind
 */
export function rolloutOf(service: ServiceView | null, tasks: readonly TaskView[], before: LiveService | null, since: string): Rollout {
  const isOurs = ({ taskDefinitionArn, createdAt }: { taskDefinitionArn: string; createdAt: string | null }) =>
    taskDefinitionArn !== before?.taskDefinitionArn && (createdAt ?? since) >= since;
  const deployments = service?.deployments ?? [];
  const ours = deployments.find(isOurs) ?? null;
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  const isPrimary = primary !== undefined && isOurs(primary);
  const own = tasks.filter(isOurs);
  // Ours had begun and is not what ECS works towards any more: the old deployment took over again, or its breaker gave up.
  const began = ours !== null || own.length > 0;
  return {
    ours,
    isPrimary,
    reverted: ours?.rolloutState === 'FAILED' || (began && primary !== undefined && !isPrimary),
    tasks: own,
    draining: deployments.some((deployment) => deployment !== ours && deployment.runningCount > 0),
  };
}

/** What is waited for, in words: `2 of 2 tasks to be healthy`. */
export function waitingFor({ ours, isPrimary, tasks, draining }: Rollout): string {
  if (!ours || !isPrimary) return 'ECS to begin the deployment';
  const { desiredCount, runningCount, rolloutState } = ours;
  const toStart = desiredCount - runningCount;
  if (desiredCount === 0 || toStart > 0) return `${toStart} of ${desiredCount} tasks to start`;
  if (rolloutState === 'COMPLETED') return 'CloudFormation to complete';
  // Old tasks are stopped once new ones are healthy to themselves, which ECS shows, and to the load balancer, which it does not.
  const healthy = tasks.filter(({ lastStatus, healthStatus }) => lastStatus === 'RUNNING' && healthStatus === 'HEALTHY').length;
  const unhealthy = Math.max(desiredCount - healthy, 0);
  if (unhealthy > 0) return `${unhealthy} of ${desiredCount} tasks to be healthy`;
  return draining ? 'the load balancer to take the new tasks and the old ones to drain' : 'the deployment to complete';
}
