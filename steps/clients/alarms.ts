import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { Alarms, AlarmView } from '../contract/ports.ts';
import { defaults } from './defaults.ts';

const client = new CloudWatchClient(defaults);

export const alarms: Alarms = {
  async describe(names) {
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [...names], MaxRecords: 100 }));
    return MetricAlarms.map(viewOf);
  },
};

const viewOf = (alarm: MetricAlarm): AlarmView => ({
  name: alarm.AlarmName ?? '',
  state: alarm.StateValue ?? '',
  // The other time also moves when only the reason is written anew.
  since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date(0)).toISOString(),
  reason: alarm.StateReason ?? '',
  metric: `${alarm.MetricName ?? 'metric math'} (${alarm.ExtendedStatistic ?? alarm.Statistic ?? 'no statistic'})`,
  threshold: alarm.Threshold ?? null,
  value: newestValue(alarm.StateReasonData),
});

/** @param reasonData JSON that CloudWatch writes beside the reason; who sets a state by hand may write anything, or nothing */
function newestValue(reasonData = ''): number | null {
  try {
    const { recentDatapoints } = JSON.parse(reasonData) as { recentDatapoints?: unknown };
    const newest: unknown = Array.isArray(recentDatapoints) ? recentDatapoints.at(-1) : null;
    return typeof newest === 'number' ? newest : null;
  } catch {
    return null;
  }
}
