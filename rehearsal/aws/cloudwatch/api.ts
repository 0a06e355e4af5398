import * as sdk from '@aws-sdk/client-cloudwatch';
import type { Service } from '../kernel.ts';
import { page } from '../paging.ts';
import { on } from '../physical-names.ts';
import { refuseMembers, saying } from '../sdk-words.ts';
import type { Alarm } from './alarm.ts';
import type { CloudWatch } from './cloudwatch.ts';
import { metricsApi } from './metrics-api.ts';

/** What `monitoring` answers. */
export function api(cloudwatch: CloudWatch): Pick<Service, 'handlers' | 'permissions'> {
  const metrics = metricsApi(cloudwatch.metrics);
  return {
    handlers: { DescribeAlarms: (input: sdk.DescribeAlarmsInput) => describeAlarms(cloudwatch, input), ...metrics.handlers },
    permissions: {
      DescribeAlarms: ({ AlarmNames }: sdk.DescribeAlarmsInput) =>
        (AlarmNames ?? ['*']).flatMap((name) => on(cloudwatch.arnOf(name), 'cloudwatch:DescribeAlarms')),
      ...metrics.permissions,
    },
  };
}

function describeAlarms({ alarms }: CloudWatch, input: sdk.DescribeAlarmsInput): Omit<sdk.DescribeAlarmsOutput, '$metadata'> {
  refuseMembers('DescribeAlarms', { ...input }, 'ChildrenOfAlarmName', 'ParentsOfAlarmName', 'ActionPrefix');
  const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, MaxRecords = 50, NextToken } = input;
  if (AlarmNames && AlarmNamePrefix !== undefined) {
    const message = 'AlarmNamePrefix and AlarmNames cannot both be specified';
    throw new sdk.CloudWatchServiceException({ name: 'ValidationError', $fault: 'client', ...saying(message) });
  }
  // Metric alarms only: the rehearsal evaluates no composite ones.
  const wanted = AlarmTypes && !AlarmTypes.includes('MetricAlarm') ? [] : [...alarms.values()];
  const found = wanted
    .filter(({ settings }) => !AlarmNames || AlarmNames.includes(settings.name))
    .filter(({ settings }) => settings.name.startsWith(AlarmNamePrefix ?? ''))
    .filter(({ state }) => !StateValue || state.value === StateValue)
    .sort((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  const { items, nextToken } = page(found, NextToken, MaxRecords);
  return { MetricAlarms: items.map(described), CompositeAlarms: [], NextToken: nextToken };
}

function described({ settings, state }: Alarm): sdk.MetricAlarm {
  const isPercentile = /^p\d/.test(settings.statistic);
  return {
    AlarmName: settings.name,
    AlarmArn: settings.arn,
    AlarmDescription: settings.description,
    ActionsEnabled: true,
    OKActions: [...settings.actions.OK],
    AlarmActions: [...settings.actions.ALARM],
    InsufficientDataActions: [...settings.actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.reasonData || undefined,
    StateUpdatedTimestamp: state.updatedAt,
    StateTransitionedTimestamp: state.since,
    Namespace: settings.metric.namespace,
    MetricName: settings.metric.name,
    Dimensions: Object.entries(settings.metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    ...(isPercentile ? { ExtendedStatistic: settings.statistic } : { Statistic: settings.statistic as sdk.Statistic }),
    Period: settings.period,
    EvaluationPeriods: settings.evaluationPeriods,
    DatapointsToAlarm: settings.datapointsToAlarm,
    Threshold: settings.threshold,
    ComparisonOperator: settings.comparison,
    TreatMissingData: settings.treatMissingData,
  };
}
