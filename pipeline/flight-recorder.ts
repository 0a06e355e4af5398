import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RecordedStage } from '../steps/contract/recording.ts';
import { alarmOn, deliverTo, keepFailures, undelivered } from './undelivered.ts';

export interface FlightRecorderProps {
  readonly stages: readonly RecordedStage[];
  /** RecordEvent. */
  readonly recorder: lambda.IFunction;
  readonly topic: sns.ITopic;
}

/** How long logs may lag behind a task that stopped. */
const lag = Duration.seconds(60);

/**
 * Brings what happens to the stages to the recorder, whether or not a release is running. Rules are narrow, to the stages' own clusters and
 * stacks; which of it is kept, and which only wakes a watch, the function decides.
 */
export class FlightRecorder extends Construct {
  constructor(scope: Construct, id: string, { stages, recorder, topic }: FlightRecorderProps) {
    super(scope, id);
    // The token is the key: the action takes no resource.
    recorder.addToRolePolicy(new iam.PolicyStatement({ actions: ['states:SendTaskSuccess'], resources: ['*'] }));
    const queue = undelivered(this);
    alarmOn(queue, { alarmName: 'release-recorder-undelivered', says: 'A failure that should have been recorded', topic });
    keepFailures(recorder, queue);
    const recording = deliverTo(recorder, queue);
    const again = new targets.SqsQueue(this.later(recorder, queue), {
      deadLetterQueue: queue,
      retryAttempts: 10,
      maxEventAge: Duration.hours(2),
    });
    const clusters = this.arns(stages, 'ecs', ({ foundationStack }) => `cluster/${foundationStack}-`);
    const services = this.arns(stages, 'ecs', ({ foundationStack }) => `service/${foundationStack}-`);
    const stacks = this.arns(stages, 'cloudformation', ({ serviceStack }) => `stack/${serviceStack}/`);

    this.rule('TaskStopped', 'A task of a stage stopped: its log is read at once, and again when it has arrived', [recording, again], {
      source: ['aws.ecs'],
      detailType: ['ECS Task State Change'],
      detail: { clusterArn: clusters, lastStatus: ['STOPPED'], desiredStatus: ['STOPPED'] },
    });
    this.rule('DeploymentEnded', 'ECS completed or gave up the deployment of a stage', [recording], {
      source: ['aws.ecs'],
      detailType: ['ECS Deployment State Change'],
      resources: services,
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED', 'SERVICE_DEPLOYMENT_COMPLETED'] },
    });
    this.rule('ServiceImpaired', 'ECS cannot place, start or configure tasks of a stage', [recording], {
      source: ['aws.ecs'],
      detailType: ['ECS Service Action'],
      detail: { clusterArn: clusters, eventType: ['WARN', 'ERROR'] },
    });
    this.rule('StackMoved', 'The Service stack of a stage failed, turned back, or completed', [recording], {
      source: ['aws.cloudformation'],
      detailType: ['CloudFormation Stack Status Change'],
      resources: stacks,
      detail: { 'status-details': { status: [{ suffix: 'FAILED' }, { suffix: 'ROLLBACK_IN_PROGRESS' }, { suffix: 'COMPLETE' }] } },
    });
    this.rule('ResourceFailed', 'A resource of the Service stack of a stage failed', [recording], {
      source: ['aws.cloudformation'],
      detailType: ['CloudFormation Resource Status Change'],
      resources: stacks,
      detail: { 'status-details': { status: [{ suffix: 'FAILED' }] } },
    });
  }

  /** The same events, a minute later: a queue waits for less than any other thing that could. */
  private later(recorder: lambda.IFunction, failed: sqs.IQueue): sqs.Queue {
    const later = new sqs.Queue(this, 'Later', {
      deliveryDelay: lag,
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      // Six times the function's own timeout, as Lambda asks for.
      visibilityTimeout: Duration.minutes(6),
      deadLetterQueue: { queue: failed, maxReceiveCount: 3 },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    recorder.addEventSource(new SqsEventSource(later, { batchSize: 10 }));
    return later;
  }

  private rule(id: string, description: string, to: events.IRuleTarget[], eventPattern: events.EventPattern): void {
    new events.Rule(this, id, { description, eventPattern, targets: to });
  }

  /** Names that CloudFormation makes begin with the stack's. */
  private arns(stages: readonly RecordedStage[], service: string, resource: (stage: RecordedStage) => string): string[] {
    const { partition, region, account } = Stack.of(this);
    return stages.flatMap((stage) => events.Match.prefix(`arn:${partition}:${service}:${region}:${account}:${resource(stage)}`));
  }
}
