import type { World } from '../kernel.ts';
import type { Alarm, AlarmState } from './alarm.ts';

/** What an alarm tells a topic. */
export interface AlarmMessage {
  readonly topicArn: string;
  readonly alarmArn: string;
  /** `ALARM: "release-failed" in us-east-1`; AWS writes the region's name in words. */
  readonly subject: string;
  /** JSON */
  readonly message: string;
}

/** In the form that subscribers of an alarm's topic know. */
export function alarmMessage({ settings, state }: Alarm, before: AlarmState, topicArn: string, world: World): AlarmMessage {
  const { name, arn, description, metric, statistic, period, evaluationPeriods, comparison, threshold, treatMissingData } = settings;
  const message = {
    AlarmName: name,
    AlarmDescription: description ?? null,
    AWSAccountId: world.account,
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: state.since.toISOString().replace('Z', '+0000'),
    Region: world.region,
    AlarmArn: arn,
    OldStateValue: before.value,
    OKActions: settings.actions.OK,
    AlarmActions: settings.actions.ALARM,
    InsufficientDataActions: settings.actions.INSUFFICIENT_DATA,
    Trigger: {
      MetricName: metric.name,
      Namespace: metric.namespace,
      Statistic: statistic.toUpperCase(),
      Dimensions: Object.entries(metric.dimensions).map(([key, value]) => ({ name: key, value })),
      Period: period,
      EvaluationPeriods: evaluationPeriods,
      ComparisonOperator: comparison,
      Threshold: threshold,
      TreatMissingData: treatMissingData,
    },
  };
  return { topicArn, alarmArn: arn, subject: `${state.value}: "${name}" in ${world.region}`, message: JSON.stringify(message) };
}
