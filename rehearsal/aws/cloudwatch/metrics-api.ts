import type * as sdk from '@aws-sdk/client-cloudwatch';
import type { Service } from '../kernel.ts';
import { on } from '../physical-names.ts';
import { refuseMembers } from '../sdk-words.ts';
import type { Metric, Metrics } from './metrics.ts';

/** For people and their AWS CLI: what was measured. No step reads it. */
export function metricsApi(metrics: Metrics): Pick<Service, 'handlers' | 'permissions'> {
  return {
    handlers: {
      ListMetrics: (input: sdk.ListMetricsInput) => listMetrics(metrics, input),
      GetMetricData: (input: sdk.GetMetricDataInput) => ({
        MetricDataResults: input.MetricDataQueries!.map((query) => answer(metrics, input, query)),
        Messages: [],
      }),
    },
    permissions: {
      ListMetrics: () => on('*', 'cloudwatch:ListMetrics'),
      GetMetricData: () => on('*', 'cloudwatch:GetMetricData'),
    },
  };
}

function listMetrics(metrics: Metrics, input: sdk.ListMetricsInput): Omit<sdk.ListMetricsOutput, '$metadata'> {
  refuseMembers('ListMetrics', { ...input }, 'RecentlyActive', 'IncludeLinkedAccounts', 'OwningAccount', 'NextToken');
  const { Namespace, MetricName, Dimensions = [] } = input;
  const found = metrics
    .all()
    .filter(({ namespace }) => !Namespace || namespace === Namespace)
    .filter(({ name }) => !MetricName || name === MetricName)
    .filter(({ dimensions }) => Dimensions.every(({ Name, Value }) => Name! in dimensions && (!Value || dimensions[Name!] === Value)));
  return {
    Metrics: found.map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([key, value]) => ({ Name: key, Value: value })),
    })),
  };
}

function answer(
  metrics: Metrics,
  { StartTime, EndTime, ScanBy }: sdk.GetMetricDataInput,
  query: sdk.MetricDataQuery,
): sdk.MetricDataResult {
  refuseMembers('GetMetricData', { ...query }, 'Expression', 'AccountId');
  const { Metric: asked, Stat, Period } = query.MetricStat!;
  const metric: Metric = {
    namespace: asked!.Namespace!,
    name: asked!.MetricName!,
    dimensions: Object.fromEntries((asked!.Dimensions ?? []).map(({ Name, Value }) => [Name!, Value!])),
  };
  const points = metrics
    .history(metric, Stat!, Math.max(1, Math.round(Period! / 60)))
    .filter(({ at, value }) => value !== null && at >= StartTime! && at < EndTime!);
  if (ScanBy !== 'TimestampAscending') points.reverse();
  return {
    Id: query.Id,
    Label: query.Label ?? metric.name,
    Timestamps: points.map(({ at }) => at),
    Values: points.map(({ value }) => value!),
    StatusCode: 'Complete',
  };
}
