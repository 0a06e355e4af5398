import { createHash } from 'node:crypto';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * Physical names of a stage's two queues, from the first 32 hex digits of sha256 of the secret's name: the service finds them by the one name
 * that it knows, as it finds the sample key.
 */
export function workQueueNames(secretName: string): { work: string; parked: string } {
  const name = `release-work-${createHash('sha256').update(secretName).digest('hex').slice(0, 32)}`;
  return { work: `${name}.fifo`, parked: `${name}-parked.fifo` };
}

/** Hand-outs of one event, the first included. The service parks by itself, with the reason, at the last; SQS does it for a task that died. */
const maxReceiveCount = 10;

/** Events that a stage has accepted and not worked off. It belongs to the foundation, so that no release can take accepted events with it. */
export class WorkQueue extends Construct {
  readonly work: sqs.Queue;
  /** Events that were given up, until a person has looked at them. */
  readonly parked: sqs.Queue;

  constructor(scope: Construct, id: string, props: { readonly secretName: string }) {
    super(scope, id);
    const names = workQueueNames(props.secretName);
    const common = {
      fifo: true,
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN,
    };
    this.parked = new sqs.Queue(this, 'Parked', { ...common, queueName: names.parked });
    this.work = new sqs.Queue(this, 'Queue', {
      ...common,
      queueName: names.work,
      // One group an entry: each is deduplicated and throttled for itself, which is what lets a FIFO queue take thousands a second.
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      // Not by content: two events may ask for the same, and webhook-id says which is which.
      contentBasedDeduplication: false,
      // The worker extends it three times as often; a killed task's event is out again within this time.
      visibilityTimeout: Duration.minutes(1),
      deadLetterQueue: { queue: this.parked, maxReceiveCount },
    });
  }
}
