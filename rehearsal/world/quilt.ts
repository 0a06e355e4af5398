/** What a stage's Quilt stack holds that the service and the pipeline read. */
export interface QuiltStack {
  /** Bucket that packages go into: the secret's `user_bucket`. */
  readonly bucketName: string;
  /** Name of the packager's queue. */
  readonly queueName: string;
  /** Athena database. */
  readonly database: string;
  /** Host of the catalog. */
  readonly catalog: string;
}

/** The template of an already deployed Quilt stack: real bucket and queue, and the outputs under the names that real stacks use. */
export function quiltTemplate({ bucketName, queueName, database, catalog }: QuiltStack): object {
  return {
    Description: 'Stands in for the Quilt stack of a stage',
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Delete', Properties: { BucketName: bucketName } },
      PackagerQueue: { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Delete', Properties: { QueueName: queueName } },
    },
    Outputs: {
      UserAthenaDatabaseName: { Value: database },
      // Real stacks export the queue's URL, not its ARN.
      PackagerQueueUrl: { Value: { Ref: 'PackagerQueue' } },
      QuiltWebHost: { Value: catalog },
    },
  };
}

export interface ExampleSecret {
  readonly tenant: string;
  readonly client_id: string;
  readonly client_secret: string;
  readonly app_definition_id: string;
  readonly user_bucket: string;
  readonly pkg_prefix: string;
}

/**
 * A stage's secret as a person would have filled it. Every value holds the word example.
 * @param stage its name sets the stages' tenants and credentials apart
 */
export function exampleSecret(stage: string, bucketName: string): ExampleSecret {
  return {
    tenant: `example-${stage}`,
    client_id: `example-${stage}-client`,
    client_secret: `example-${stage}-client-secret`,
    app_definition_id: `appdef_example${stage.replace(/[^a-z0-9]/g, '')}`,
    user_bucket: bucketName,
    pkg_prefix: 'example-notebooks',
  };
}
