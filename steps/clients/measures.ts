import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { metricNamespace, metricService, metrics } from '../contract/metrics.ts';
import type { Measures } from '../contract/ports.ts';

const sink = new Metrics({ namespace: metricNamespace, serviceName: metricService });

/** One line a value, in CloudWatch's embedded metric format: the function's log group turns it into a metric, and no call is made. */
export const measures: Measures = {
  send(values) {
    for (const { metric, value, ...dimensions } of values) {
      sink.addDimensions(dimensions);
      sink.addMetric(metric, MetricUnit[metrics[metric].unit === 'None' ? 'NoUnit' : metrics[metric].unit], value);
      sink.publishStoredMetrics();
    }
  },
};
