import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface PackagingStatementsProps {
  readonly dataBucketName: string;
  readonly packagerQueueArn: string;
}

/**
 * What packaging an entry takes: objects of the package, a message to the packager, and one query by Athena, which reads and writes with the
 * rights of whoever asks.
 */
export function packagingStatements(
  scope: Construct,
  { dataBucketName, packagerQueueArn }: PackagingStatementsProps,
): iam.PolicyStatement[] {
  const { partition, region, account } = Stack.of(scope);
  const bucket = `arn:${partition}:s3:::${dataBucketName}`;
  const glue = (resource: string) => `arn:${partition}:glue:${region}:${account}:${resource}`;
  const allow = (actions: string[], resources: string[]) => new iam.PolicyStatement({ actions, resources });
  // The first half of a package's name stands in the secret, which belongs to people and is not read at synth. Two parts at least: nothing at
  // the top of the bucket, and by the last statement nothing of the registry.
  return [
    allow(['s3:PutObject', 's3:AbortMultipartUpload'], [`${bucket}/*/*`]),
    allow(['sqs:SendMessage'], [packagerQueueArn]),
    allow(
      ['athena:StartQueryExecution', 'athena:GetQueryExecution', 'athena:GetQueryResults'],
      [`arn:${partition}:athena:${region}:${account}:workgroup/primary`],
    ),
    // The database's name is an output of the Quilt stack, known when the service runs; tables and views carry the bucket's name.
    allow(['glue:GetDatabase', 'glue:GetTable'], [glue('catalog'), glue('database/*'), glue(`table/*/${dataBucketName}_*`)]),
    allow(['s3:GetBucketLocation'], [bucket]),
    // The manifests below the view, and the result.
    allow(['s3:GetObject'], [`${bucket}/.quilt/named_packages/*`, `${bucket}/.quilt/packages/*`, `${bucket}/athena-results/*`]),
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [`${bucket}/.quilt/*`],
    }),
  ];
}
