import type { CloudEvent } from '../kernel.ts';
import type { Alarm, AlarmState } from './alarm.ts';

const told = ({ value, reason, reasonData, since }: AlarmState) => ({
  value,
  reason,
  ...(reasonData && { reasonData }),
  timestamp: since.toISOString().replace('Z', '+0000'),
});

/** What EventBridge is told when an alarm comes into another state: `CloudWatch Alarm State Change`. */
export function stateChange({ settings, state }: Alarm, before: AlarmState): CloudEvent {
  const { name, arn, description, metric, statistic, period } = settings;
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: [arn],
    detail: {
      alarmName: name,
      state: told(state),
      previousState: told(before),
      configuration: {
        ...(description && { description }),
        metrics: [
          {
            id: arn.slice(arn.lastIndexOf(':') + 1).replace(/\W/g, '_'),
            metricStat: {
              metric: { namespace: metric.namespace, name: metric.name, dimensions: metric.dimensions },
              period,
              stat: statistic,
            },
            returnData: true,
          },
        ],
      },
    },
  };
}
