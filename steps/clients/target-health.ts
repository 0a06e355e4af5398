import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetHealth } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new ElasticLoadBalancingV2Client(defaults);

export const targetHealth: TargetHealth = {
  async describe(TargetGroupArn) {
    const { TargetHealthDescriptions = [] } = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return TargetHealthDescriptions.map(({ Target, TargetHealth: health }) => ({
      target: `${Target?.Id ?? ''}:${Target?.Port ?? ''}`,
      state: health?.State ?? '',
      reason: health?.Reason ?? '',
      description: health?.Description ?? '',
    }));
  },
};
