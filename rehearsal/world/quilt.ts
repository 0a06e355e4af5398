/** A stage, as far as the world around the service must fit it: names and ARNs of the pipeline's own table. */
export interface PlayedStage {
  /** Kebab case. */
  readonly name: string;
  readonly secretName: string;
  readonly quiltStackArn: string;
  /** Bucket that packages go into: the secret's `user_bucket`. */
  readonly dataBucketName: string;
  readonly packagerQueueArn: string;
  /** Entry that the tenant holds. @default etr_sample */
  readonly sampleEntryId?: string;
}

/** The template of a Quilt stack that was there before: real bucket and queue, and the outputs under the names that real stacks use. */
export function quiltTemplate({ name, dataBucketName, packagerQueueArn }: PlayedStage): string {
  return JSON.stringify({
    Description: `Stands in for the Quilt stack of ${name}`,
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: dataBucketName } },
      PackagerQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: packagerQueueArn.split(':').at(-1) } },
    },
    Outputs: {
      UserAthenaDatabaseName: { Value: databaseOf(name) },
      // Real stacks export the queue's URL, not its ARN.
      PackagerQueueUrl: { Value: { Ref: 'PackagerQueue' } },
      QuiltWebHost: { Value: `${name}.quilt.example.com` },
    },
  });
}

/** Athena database of the stage's package views. */
export const databaseOf = (stage: string) => `example_${stage.replaceAll('-', '_')}_userathena`;

/** Where a resource lies. A stand-in plays the account and the region of the table that it is given, whatever they are. */
export function placeOf(arn: string): { account: string; region: string } {
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region };
}

/** Throws when the stand-in cannot hold a resource under its ARN: the service would then ask for what is not there. */
export function requireHere(arn: string, { account, region }: { account: string; region: string }): void {
  const place = placeOf(arn);
  if (place.region === region && place.account === account) return;
  throw new Error(`${arn} is not of the rehearsal's account and region: expected ${account} in ${region}`);
}
