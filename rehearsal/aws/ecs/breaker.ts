import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';

const defaultPercent = 50;

/**
 * How many failed tasks end a deployment.
 * @param desiredCount the service's count now, not the one it began with
 */
export function threshold(breaker: DeploymentCircuitBreaker | undefined, desiredCount: number): number {
  const { type = 'BOUNDED_PERCENT', value = defaultPercent } = breaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return value;
  const share = Math.ceil((value / 100) * desiredCount);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
}

const longestDelaySeconds = 300;

/**
 * AWS seconds until the next try after so many failures in a row: a crash loop is slowed down. From one try to the next takes a minute and
 * more on Fargate (a breaker that counts three was seen to take four and a half): far less here, and a pipeline that watches would always
 * come too late, far more, and it would never be overtaken.
 */
export function retryDelay(failures: number): number {
  return failures === 0 ? 0 : Math.min(longestDelaySeconds, 15 * 2 ** (failures - 1));
}
