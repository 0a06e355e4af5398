import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface CertificateAlarmProps {
  readonly stageName: string;
  readonly certificateArn: string;
  readonly topic: sns.ITopic;
}

/** Days: AWS renews what it made long before, so that something is in its way; who brings a certificate has time to get another. */
const daysLeft = 20;

/** Calls a person while callers still trust the address. No release is watched by it: none could mend it. */
export class CertificateAlarm extends Construct {
  constructor(scope: Construct, id: string, { stageName, certificateArn, topic }: CertificateAlarmProps) {
    super(scope, id);
    new cloudwatch.Alarm(this, 'Ends', {
      alarmName: `release-${stageName}-certificate-ends`,
      alarmDescription: `${stageName}: the certificate of the address ends within ${daysLeft} days. Next: runbooks/alarms/certificate-ends.md`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/CertificateManager',
        metricName: 'DaysToExpiry',
        dimensionsMap: { CertificateArn: certificateArn },
        statistic: cloudwatch.Stats.MINIMUM,
        period: Duration.days(1),
      }),
      threshold: daysLeft,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      // ACM measures twice a day, and nothing of a certificate that has ended: it must not fall silent then.
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    }).addAlarmAction(new SnsAction(topic));
  }
}
