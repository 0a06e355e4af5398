import type { Measurement } from '../kernel.ts';

/** A request that was answered. */
export interface Answered {
  /** A target, or the load balancer in its stead. */
  readonly by: 'target' | 'load-balancer';
  readonly status: number;
  /** From the request's way to the target until its answer began; real time, whatever the clock's scale. @default - no target answered */
  readonly seconds?: number;
}

/**
 * What an Application Load Balancer tells CloudWatch of it, in AWS's words. Health checks and answers of its own rules (fixed, redirect) are
 * no requests to a target and do not count.
 * @param loadBalancer `app/name/id`
 */
export function measurementsOf(loadBalancer: string, { by, status, seconds }: Answered): Measurement[] {
  const one = (name: string, value = 1): Measurement => ({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: { LoadBalancer: loadBalancer },
    value,
  });
  const who = by === 'target' ? 'Target' : 'ELB';
  return [
    ...(by === 'target' ? [one('RequestCount')] : []),
    one(`HTTPCode_${who}_${Math.floor(status / 100)}XX_Count`),
    ...(seconds === undefined ? [] : [one('TargetResponseTime', seconds)]),
  ];
}
