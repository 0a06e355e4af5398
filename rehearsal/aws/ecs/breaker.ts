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

/** AWS seconds until the next try after so many failures in a row: a crash loop is slowed down. */
export function retryDelay(failures: number): number {
  if (failures === 0) return 0;
  return failures === 1 ? 1 : Math.min(longestDelaySeconds, 5 * 2 ** (failures - 2));
}
