import { setTimeout as sleep } from 'node:timers/promises';
import type { Cloud } from '../aws/cloud.ts';

const enough = 1000;
const patienceMilliseconds = 30_000;

/** Has the breaker of ECS count more failures of a deployment than it bears; ECS acts at its next look. */
export function tripBreaker({ ecs }: Pick<Cloud, 'ecs'>, serviceDeploymentArn: string): void {
  const deployment = deploymentOf(ecs, serviceDeploymentArn);
  if (deployment) deployment.failures = enough;
}

/** Waits until ECS has ended a deployment, one way or the other. */
export async function ended({ ecs }: Pick<Cloud, 'ecs'>, serviceDeploymentArn: string): Promise<void> {
  for (const end = Date.now() + patienceMilliseconds; Date.now() < end; await sleep(50)) {
    const deployment = deploymentOf(ecs, serviceDeploymentArn);
    if (!deployment || deployment.finishedAt || deployment.stoppedAt) return;
  }
}

const deploymentOf = (ecs: Cloud['ecs'], arn: string) =>
  [...ecs.services.values()].flatMap(({ history }) => history).find(({ arns }) => arns.deployment === arn);
