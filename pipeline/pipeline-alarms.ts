import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { metricOf } from './metrics.ts';

export interface PipelineAlarmsProps {
  /** Names of the stages. */
  readonly stages: readonly string[];
  readonly secretsEvery: Duration;
  readonly releasesEvery: Duration;
  readonly topic: sns.ITopic;
}

interface Told {
  /** Name without `release-`; that of a stage's alarm has the stage's name before it. */
  readonly name: string;
  readonly stage?: string;
  /** What has happened, in one sentence. */
  readonly says: string;
  readonly metric: cloudwatch.Metric;
  readonly threshold?: number;
  /** Whether no value is news, too: a check that does not run finds nothing. @default false: nothing happened */
  readonly mustMeasure?: boolean;
}

/** What calls a person: each alarm says what happened and names its page, and the topic is told. Names are given: people look for them. */
export class PipelineAlarms extends Construct {
  private readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, { stages, secretsEvery, releasesEvery, topic }: PipelineAlarmsProps) {
    super(scope, id);
    this.topic = topic;
    const minute = { statistic: cloudwatch.Stats.SUM, period: Duration.minutes(1) };
    this.tell({ name: 'failed', says: 'A release ended without being one', metric: metricOf('NotReleased', {}, minute) });
    this.tell({
      name: 'not-recovered',
      says: 'A release failed and its rollback is not proven: a person must act',
      metric: metricOf('NotRecovered', {}, minute),
    });
    this.tell({
      name: 'overdue',
      says: 'A release works for longer than one should take, and waits for nobody',
      metric: metricOf('OverdueReleases', {}, levelOver(releasesEvery)),
      mustMeasure: true,
    });
    for (const stage of stages) {
      this.tell({
        name: 'secret-drift',
        stage,
        says: 'The secret or the Quilt stack would fail a release, and the next task that starts',
        metric: metricOf('SecretProblems', { Stage: stage }, levelOver(secretsEvery)),
        mustMeasure: true,
      });
      this.tell({
        name: 'tasks-lost',
        stage,
        says: 'Tasks stop that nobody wanted to stop, while nothing is released',
        // One is a host that AWS retires, and is replaced.
        metric: metricOf('TaskLost', { Stage: stage }, { statistic: cloudwatch.Stats.SUM, period: Duration.minutes(15) }),
        threshold: 2,
      });
    }
  }

  private tell({ name, stage, says, metric, threshold = 1, mustMeasure = false }: Told): void {
    const alarm = new cloudwatch.Alarm(this, stage === undefined ? name : `${stage}-${name}`, {
      alarmName: ['release', stage, name].filter(Boolean).join('-'),
      alarmDescription: `${stage === undefined ? '' : `${stage}: `}${says}. Next: runbooks/alarms/${stage === undefined ? 'release-' : ''}${name}.md`,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: mustMeasure ? cloudwatch.TreatMissingData.MISSING : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    if (mustMeasure) alarm.addInsufficientDataAction(new SnsAction(this.topic));
  }
}

/** The worst value of two rounds of a check: one that comes late leaves no hole. */
const levelOver = (every: Duration) => ({ statistic: cloudwatch.Stats.MAXIMUM, period: Duration.seconds(2 * every.toSeconds()) });
