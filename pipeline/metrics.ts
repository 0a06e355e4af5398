import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metricNamespace, metricService, type metrics } from '../steps/contract/metrics.ts';

/** A metric that the steps send, with all its dimensions. */
export function metricOf<Name extends MetricName>(
  name: Name,
  dimensions: Readonly<Record<(typeof metrics)[Name]['by'][number], string>>,
  props: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: metricNamespace,
    metricName: name,
    dimensionsMap: { service: metricService, ...dimensions },
    ...props,
  });
}
