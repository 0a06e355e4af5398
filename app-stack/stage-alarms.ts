import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';

/** When a stage's traffic is taken for ill. */
export interface AlarmThresholds {
  /** Answers of 5xx within one minute, of the targets or of the load balancer in their stead. */
  readonly errorsPerMinute: number;
  /** Seconds within which 99 of 100 requests are answered, or nearly all: two minutes in a row above it are too slow. */
  readonly responseSeconds: number;
}

const alarms = ['target-errors', 'load-balancer-errors', 'response-time'] as const;
type AlarmName = (typeof alarms)[number];

/** Physical names: the release machine is granted to read these and no others. */
const alarmName = (stageName: string, name: AlarmName) => `release-${stageName}-${name}`;
export const alarmNames = (stageName: string): string[] => alarms.map((name) => alarmName(stageName, name));

/**
 * What a release is watched by after it took the traffic. By the load balancer alone: the target group is the Service stack's and may be
 * replaced. An alarm stands in the foundation so that no release can mute it.
 */
export class StageAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { readonly stageName: string; readonly balancer: elb.ApplicationLoadBalancer; readonly thresholds: AlarmThresholds },
  ) {
    super(scope, id);
    const { stageName, balancer, thresholds } = props;
    const period = Duration.minutes(1);
    const errors = { threshold: thresholds.errorsPerMinute, evaluationPeriods: 1 };
    const perMinute = { period, statistic: 'Sum' };
    const make = (name: AlarmName, metric: cloudwatch.Metric, more: { threshold: number; evaluationPeriods: number; says: string }) => {
      const { says, ...limits } = more;
      return new cloudwatch.Alarm(this, name, {
        alarmName: alarmName(stageName, name),
        alarmDescription: `${stageName}: ${says}. Runbook: alarm-during-watch`,
        metric,
        ...limits,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        // Without requests nothing is measured: a stage that nobody calls is not ill.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      });
    };
    make('target-errors', balancer.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, perMinute), {
      ...errors,
      says: 'tasks answer with 5xx',
    });
    // A task that dies after its smoke test answers nothing: the load balancer does.
    make('load-balancer-errors', balancer.metrics.httpCodeElb(elb.HttpCodeElb.ELB_5XX_COUNT, perMinute), {
      ...errors,
      says: 'the load balancer answers with 5xx because tasks do not',
    });
    make('response-time', balancer.metrics.targetResponseTime({ period, statistic: 'p99' }), {
      // One slow request among few is the 99th percentile, too: two minutes must be slow.
      threshold: thresholds.responseSeconds,
      evaluationPeriods: 2,
      says: 'tasks answer too slowly',
    });
  }
}
