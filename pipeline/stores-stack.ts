import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** What must outlive every release, every pipeline and every mistake. Everything here is retained. */
export class StoresStack extends Stack {
  /** Diagnostics, reports and last-good templates. */
  readonly diagnostics: s3.Bucket;
  /** What the builds export. */
  readonly artefacts: s3.Bucket;
  /** Releases, stages and approvals. */
  readonly table: dynamodb.Table;
  readonly repository: ecr.Repository;
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const accessLogs = this.bucket('AccessLogs', {
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(365), noncurrentVersionExpiration: Duration.days(30) }],
    });
    this.diagnostics = this.bucket('Diagnostics', {
      versioned: true,
      // A function that is stopped in the midst of an upload leaves parts that nobody lists.
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'diagnostics/',
    });
    this.artefacts = this.bucket('Artefacts', {
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'artefacts/',
    });
    this.table = new dynamodb.Table(this, 'Table', {
      // A name of its own: people and the CLI look things up here when nothing else works.
      tableName: 'release',
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      // Retained by the stack, but a person with the right to delete it is one command away from losing every last-good.
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.repository = new ecr.Repository(this, 'Images', {
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.topic = new sns.Topic(this, 'Notifications', { enforceSSL: true });
    this.topic.applyRemovalPolicy(RemovalPolicy.RETAIN);
    // A topic with a policy of its own has lost the one by which its account's alarms may publish.
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
  }

  /** Registry address without tag. The attribute, not an address put together from parts: the registry itself says where it is. */
  get repositoryUri(): string {
    return (this.repository.node.defaultChild as ecr.CfnRepository).attrRepositoryUri;
  }

  private bucket(id: string, props: s3.BucketProps): s3.Bucket {
    return new s3.Bucket(this, id, {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
  }
}
