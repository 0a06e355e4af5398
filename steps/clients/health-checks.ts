import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { HealthChecks } from '../contract/evidence-ports.ts';
import { defaults } from './defaults.ts';

const client = new ElasticLoadBalancingV2Client(defaults);

export const healthChecks: HealthChecks = {
  async check(arn) {
    try {
      const { TargetGroups: [group] = [] } = await client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
      if (!group) return null;
      return {
        path: group.HealthCheckPath ?? '',
        port: group.HealthCheckPort ?? '',
        matcher: group.Matcher?.HttpCode ?? '',
        intervalSeconds: group.HealthCheckIntervalSeconds ?? 0,
        timeoutSeconds: group.HealthCheckTimeoutSeconds ?? 0,
        healthyThreshold: group.HealthyThresholdCount ?? 0,
        unhealthyThreshold: group.UnhealthyThresholdCount ?? 0,
      };
    } catch (error) {
      if (error instanceof TargetGroupNotFoundException) return null;
      throw error;
    }
  },
};
