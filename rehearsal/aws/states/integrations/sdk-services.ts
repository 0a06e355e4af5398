/** The services that a Task can call, and what Step Functions calls them. */

// biome-ignore lint/suspicious/noExplicitAny: commands and schemas are looked up by name
export type SdkModule = Readonly<Record<string, any>>;

export interface SdkService {
  /** What errors begin with: `Ecs.ClusterNotFoundException`. Step Functions takes Java's spelling. */
  readonly name: string;
  readonly client: string;
  readonly load: () => Promise<SdkModule>;
  /** Optimized integrations grew on the older Java SDK, which words causes and unmodelled errors differently. */
  readonly optimized?: { readonly name: string; readonly service: string; readonly base: string };
}

const optimized = (name: string, service: string, base = `${service}Exception`) => ({ optimized: { name, service, base } });

/** By the name in a Resource ARN. */
export const SDK_SERVICES: Readonly<Record<string, SdkService>> = {
  cloudformation: { name: 'CloudFormation', client: 'CloudFormationClient', load: () => import('@aws-sdk/client-cloudformation') },
  cloudwatchlogs: { name: 'CloudWatchLogs', client: 'CloudWatchLogsClient', load: () => import('@aws-sdk/client-cloudwatch-logs') },
  codebuild: {
    name: 'CodeBuild',
    client: 'CodeBuildClient',
    load: () => import('@aws-sdk/client-codebuild'),
    ...optimized('CodeBuild', 'AWSCodeBuild'),
  },
  codecommit: { name: 'CodeCommit', client: 'CodeCommitClient', load: () => import('@aws-sdk/client-codecommit') },
  dynamodb: {
    name: 'DynamoDb',
    client: 'DynamoDBClient',
    load: () => import('@aws-sdk/client-dynamodb'),
    ...optimized('DynamoDB', 'AmazonDynamoDBv2', 'AmazonDynamoDBException'),
  },
  ecr: { name: 'Ecr', client: 'ECRClient', load: () => import('@aws-sdk/client-ecr') },
  ecs: { name: 'Ecs', client: 'ECSClient', load: () => import('@aws-sdk/client-ecs') },
  elasticloadbalancingv2: {
    name: 'ElasticLoadBalancingV2',
    client: 'ElasticLoadBalancingV2Client',
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  },
  eventbridge: { name: 'EventBridge', client: 'EventBridgeClient', load: () => import('@aws-sdk/client-eventbridge') },
  events: {
    name: 'EventBridge',
    client: 'EventBridgeClient',
    load: () => import('@aws-sdk/client-eventbridge'),
    ...optimized('EventBridge', 'AmazonEventBridge'),
  },
  kms: { name: 'Kms', client: 'KMSClient', load: () => import('@aws-sdk/client-kms') },
  lambda: { name: 'Lambda', client: 'LambdaClient', load: () => import('@aws-sdk/client-lambda'), ...optimized('Lambda', 'AWSLambda') },
  s3: { name: 'S3', client: 'S3Client', load: () => import('@aws-sdk/client-s3') },
  secretsmanager: { name: 'SecretsManager', client: 'SecretsManagerClient', load: () => import('@aws-sdk/client-secrets-manager') },
  sfn: { name: 'Sfn', client: 'SFNClient', load: () => import('@aws-sdk/client-sfn') },
  sns: { name: 'Sns', client: 'SNSClient', load: () => import('@aws-sdk/client-sns'), ...optimized('SNS', 'AmazonSNS') },
  sqs: { name: 'Sqs', client: 'SQSClient', load: () => import('@aws-sdk/client-sqs') },
  sts: { name: 'Sts', client: 'STSClient', load: () => import('@aws-sdk/client-sts') },
};
