import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { packagingStatements } from './packaging-statements.ts';
import type { WorkQueue } from './work-queue.ts';

export interface TaskBoundaryProps {
  readonly secretName: string;
  readonly quiltStackArn: string;
  readonly dataBucketName: string;
  readonly packagerQueueArn: string;
  readonly sampleKey: kms.Key;
  readonly workQueue: WorkQueue;
  readonly logGroup: logs.LogGroup;
}

/** Statements of the service itself, shared by its role (what it has) and the boundary (what any tag could ever give it). */
export function serviceStatements(scope: Construct, props: Omit<TaskBoundaryProps, 'logGroup'>): iam.PolicyStatement[] {
  const { partition, region, account } = Stack.of(scope);
  const allow = (actions: string[], resources: string[]) => new iam.PolicyStatement({ actions, resources });
  return [
    // Secrets Manager puts a random suffix of six characters behind the name.
    allow(['secretsmanager:GetSecretValue'], [`arn:${partition}:secretsmanager:${region}:${account}:secret:${props.secretName}-??????`]),
    allow(['cloudformation:DescribeStacks'], [props.quiltStackArn]),
    allow(['kms:GetPublicKey'], [props.sampleKey.keyArn]),
    allow(['s3:ListBucket'], [`arn:${partition}:s3:::${props.dataBucketName}`]),
    allow(['sqs:GetQueueAttributes'], [props.packagerQueueArn, props.workQueue.work.queueArn]),
    allow(['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], [props.workQueue.work.queueArn]),
    // What no retry cures is put there by the service itself, with the reason.
    allow(['sqs:SendMessage'], [props.workQueue.parked.queueArn]),
    ...packagingStatements(scope, props),
  ];
}

/**
 * The most that roles of a Service stack can ever do, whatever a tag's template says: the deploy role can create roles
 * only with this boundary.
 */
export class TaskBoundary extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, props: TaskBoundaryProps) {
    super(scope, id, {
      description: 'The most that a release can give to the tasks of this stage',
      statements: [
        ...serviceStatements(scope, props),
        new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [props.logGroup.logGroupArn] }),
        new iam.PolicyStatement({
          actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          resources: [`arn:${Stack.of(scope).partition}:ecr:${Stack.of(scope).region}:${Stack.of(scope).account}:repository/*`],
        }),
        // A token for the registry as a whole: the action takes no resource.
        new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
      ],
    });
  }
}
