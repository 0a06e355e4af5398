import { createPublicKey, type KeyObject } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { StackArn } from '../config/index.ts';
import { ConfigurationError } from '../configuration-error.ts';
import { explain } from './aws-errors.ts';

/** Every call of the service to AWS. The Quilt stack's region is passed to each client, so an unset AWS_REGION cannot matter. */
export class Aws {
  private readonly stack: StackArn;
  private readonly secretId: string;
  private readonly common: { region: string; maxAttempts: number; requestHandler: { connectionTimeout: number; requestTimeout: number } };
  private readonly secrets: SecretsManagerClient;
  private readonly stacks: CloudFormationClient;

  constructor(stack: StackArn, secretId: string) {
    this.stack = stack;
    this.secretId = secretId;
    // Short: a probe must answer within a load balancer's patience, and a start has its own retries.
    this.common = { region: stack.region, maxAttempts: 2, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } };
    this.secrets = new SecretsManagerClient(this.common);
    this.stacks = new CloudFormationClient(this.common);
  }

  /** secretsmanager:GetSecretValue. Throws ConfigurationError SecretNotFound, SecretEmpty, PermissionDenied. */
  async readSecret(): Promise<{ name: string; versionId: string; text: string }> {
    const answer = await this.secrets.send(new GetSecretValueCommand({ SecretId: this.secretId })).catch(explain);
    if (answer.SecretString === undefined) {
      throw new ConfigurationError('SecretMalformed', [], 'The secret holds binary data instead of one JSON object.');
    }
    return { name: answer.Name ?? '', versionId: answer.VersionId ?? '', text: answer.SecretString };
  }

  /** cloudformation:DescribeStacks on the Quilt stack. Throws ConfigurationError QuiltStackNotFound, PermissionDenied. */
  async readOutputs(): Promise<Record<string, string>> {
    const answer = await this.stacks.send(new DescribeStacksCommand({ StackName: this.stack.arn })).catch(explain);
    return Object.fromEntries((answer.Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  }

  // The three below serve samples only: their clients are loaded on first use, which keeps them out of the start.

  /** kms:GetPublicKey. */
  async publicKey(alias: string): Promise<KeyObject> {
    const { GetPublicKeyCommand, KMSClient } = await import('@aws-sdk/client-kms');
    const { PublicKey } = await new KMSClient(this.common).send(new GetPublicKeyCommand({ KeyId: alias }));
    return createPublicKey({ key: Buffer.from(PublicKey ?? new Uint8Array()), format: 'der', type: 'spki' });
  }

  /** s3:ListBucket, which is what HeadBucket needs. */
  async reachBucket(bucket: string): Promise<void> {
    const { HeadBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
    await new S3Client(this.common).send(new HeadBucketCommand({ Bucket: bucket }));
  }

  /** sqs:GetQueueAttributes. */
  async reachQueue(url: string): Promise<void> {
    const { GetQueueAttributesCommand, SQSClient } = await import('@aws-sdk/client-sqs');
    // The regional endpoint rather than the URL's host: a stack may export a legacy host name, and endpoint overrides are honoured.
    const sqs = new SQSClient({ ...this.common, useQueueUrlAsEndpoint: false });
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  }
}
