import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { metricNamespace, metricService } from '../steps/contract/metrics.ts';
import { metricOf } from './metrics.ts';

export interface ReleaseDashboardProps {
  readonly stages: readonly { readonly name: string; readonly secretName: string }[];
}

/** What the service measures: container/src/metrics.ts has the names. */
const service = 'BenchlingWebhook';
const day = Duration.days(1);
const { AVERAGE, MAXIMUM, SUM } = cloudwatch.Stats;

/** One page a pipeline: how releases go, what tasks do, what becomes of webhooks. Three dashboards of an account cost nothing. */
export class ReleaseDashboard extends Construct {
  constructor(scope: Construct, id: string, { stages }: ReleaseDashboardProps) {
    super(scope, id);
    const dashboard = new cloudwatch.Dashboard(this, 'Page', { defaultInterval: Duration.days(14) });
    dashboard.addWidgets(...releases());
    dashboard.addWidgets(...durations());
    dashboard.addWidgets(...stages.map(({ name }) => tasks(name, stages.length)));
    for (const { name, secretName } of stages) dashboard.addWidgets(...webhooks(name, secretName));
  }
}

/** How many, how many of them failed, and for how long. */
function releases(): cloudwatch.IWidget[] {
  const sum = { statistic: SUM, period: day };
  const share = new cloudwatch.MathExpression({
    expression: '100 * FILL(failed, 0) / changed',
    usingMetrics: { failed: metricOf('ChangeFailed', {}, sum), changed: metricOf('Changed', {}, sum) },
    label: 'failed, % of changes',
    period: day,
  });
  return [
    graph('Releases', [
      metricOf('Released', {}, { ...sum, label: 'released' }),
      metricOf('NotReleased', {}, { ...sum, label: 'not released' }),
      metricOf('NotRecovered', {}, { ...sum, label: 'not recovered', color: cloudwatch.Color.RED }),
    ]),
    graph('Change-failure rate', [share]),
    graph('Lead time: from the pushed tag to the last stage proven (s)', [
      metricOf('LeadTime', {}, { statistic: 'p50', period: day, label: 'median' }),
      metricOf('LeadTime', {}, { statistic: MAXIMUM, period: day, label: 'longest' }),
    ]),
    graph('Time to restore: from what broke first to the proof (s)', [
      metricOf('TimeToRestore', {}, { statistic: 'p50', period: day, label: 'median' }),
      metricOf('TimeToRestore', {}, { statistic: MAXIMUM, period: day, label: 'longest' }),
    ]),
  ];
}

function durations(): cloudwatch.IWidget[] {
  return [
    graph(
      'Steps (s, average of a day; waits for a person are RequestApproval)',
      [search(`{${metricNamespace},service,Step} MetricName="StepDuration" service="${metricService}"`, AVERAGE, day)],
      12,
    ),
    graph('Cost of a release, without build minutes (USD)', [metricOf('ReleaseCost', {}, { statistic: AVERAGE, period: day })]),
    graph('Releases that take too long', [metricOf('OverdueReleases', {}, { statistic: MAXIMUM, period: Duration.hours(1) })]),
  ];
}

const tasks = (stage: string, stages: number) =>
  graph(
    `${stage}: tasks that stopped, by cause`,
    [search(`{${metricNamespace},service,Stage,Cause} MetricName="TaskStopped" Stage="${stage}"`, SUM, Duration.hours(1))],
    Math.floor(24 / stages),
  );

/** What the service tells of itself, and the secret that it lives by. */
function webhooks(stage: string, secretName: string): cloudwatch.IWidget[] {
  const metric = (metricName: string, statistic: string, label: string) =>
    new cloudwatch.Metric({
      namespace: service,
      metricName,
      dimensionsMap: { Secret: secretName },
      statistic,
      label,
      period: Duration.minutes(5),
    });
  const byReason = (metricName: string) =>
    search(`{${service},Secret,Reason} MetricName="${metricName}" Secret="${secretName}"`, SUM, Duration.minutes(5));
  return [
    graph(`${stage}: webhooks`, [
      metric('Accepted', SUM, 'accepted'),
      metric('Processed', SUM, 'worked off'),
      metric('Parked', SUM, 'given up'),
      metric('Overloaded', SUM, 'turned away'),
    ]),
    graph(`${stage}: refused and failed, by reason`, [byReason('Refused'), byReason('Failed')]),
    graph(`${stage}: waiting and exporting (ms)`, [
      metric('QueueAge', 'p99', 'in the queue, p99'),
      metric('ExportDuration', 'p99', 'export, p99'),
    ]),
    graph(`${stage}: problems of the secret`, [
      metricOf('SecretProblems', { Stage: stage }, { statistic: MAXIMUM, period: Duration.hours(1) }),
    ]),
  ];
}

const graph = (title: string, left: cloudwatch.IMetric[], width = 6) => new cloudwatch.GraphWidget({ title, left, width, height: 6 });

/** Every metric of that name, whatever the last dimension's values are. */
const search = (query: string, statistic: string, period: Duration) =>
  new cloudwatch.MathExpression({
    expression: `SEARCH('${query}', '${statistic}', ${period.toSeconds()})`,
    usingMetrics: {},
    label: '',
    period,
  });
