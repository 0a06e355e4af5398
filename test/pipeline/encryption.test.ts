import { ofType, type Template, templates } from '../assembly.ts';

const stacks = ['ReleaseStores', 'ReleaseMachine', 'StagingFoundation', 'ProdFoundation'];

/** Types that keep data, and what of their properties encrypts them at rest; null where AWS always does. */
const stores: Readonly<Record<string, ((properties: Record<string, unknown>) => boolean) | null>> = {
  'AWS::S3::Bucket': ({ BucketEncryption }) => BucketEncryption !== undefined,
  'AWS::DynamoDB::Table': ({ SSESpecification }) => (SSESpecification as { SSEEnabled?: boolean })?.SSEEnabled === true,
  'AWS::SQS::Queue': ({ SqsManagedSseEnabled, KmsMasterKeyId }) => SqsManagedSseEnabled === true || KmsMasterKeyId !== undefined,
  // Always, with keys of AWS's own; so are Lambda's variables and CodeBuild's output.
  'AWS::ECR::Repository': null,
  'AWS::Logs::LogGroup': null,
};

describe('what the pipeline keeps', () => {
  let template: (stack: string) => Template;
  beforeAll(async () => {
    template = await templates();
  }, 120_000);

  it.each(stacks)('is encrypted at rest in %s', (stack) => {
    const open = Object.entries(stores).flatMap(([type, isEncrypted]) =>
      ofType(template(stack), type)
        .filter(([, { Properties }]) => isEncrypted && !isEncrypted(Properties))
        .map(([id]) => id),
    );
    expect(open).toEqual([]);
  });

  it('is in types that this test knows', () => {
    const known = Object.keys(stores);
    const others = stacks.flatMap((stack) =>
      Object.values(template(stack).Resources)
        .map(({ Type }) => Type)
        .filter((type) => /^AWS::(S3|DynamoDB|SQS|ECR|RDS|EFS|EC2::Volume|Kinesis|ElastiCache|OpenSearchService)::/.test(type)),
    );
    expect([...new Set(others)].filter((type) => !known.includes(type) && !/Policy$/.test(type))).toEqual([]);
  });

  it.each(stacks)('is open to nobody outside the account in %s', (stack) => {
    for (const [, { Properties }] of ofType(template(stack), 'AWS::S3::Bucket'))
      expect(Properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    const policies = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) =>
      ofType(template(stack), type),
    );
    const toAnybody = policies.flatMap(([id, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as { Effect: string; Principal: unknown; Condition?: unknown }[])
        .filter(({ Effect, Principal, Condition }) => Effect === 'Allow' && !Condition && /"\*"/.test(JSON.stringify(Principal)))
        .map(() => id),
    );
    expect(toAnybody).toEqual([]);
  });

  it.each(stacks)('is spoken to by TLS alone in %s', (stack) => {
    const policyOf = {
      'AWS::S3::Bucket': 'AWS::S3::BucketPolicy',
      'AWS::SQS::Queue': 'AWS::SQS::QueuePolicy',
      'AWS::SNS::Topic': 'AWS::SNS::TopicPolicy',
    };
    for (const [type, policyType] of Object.entries(policyOf)) {
      const refusing = ofType(template(stack), policyType)
        .filter(([, { Properties }]) => refusesPlaintext(Properties['PolicyDocument'].Statement))
        .map(([, { Properties }]) => JSON.stringify(Properties['Bucket'] ?? Properties['Queues'] ?? Properties['Topics']));
      const without = ofType(template(stack), type).filter(([id]) => !refusing.some((of) => of.includes(`{"Ref":"${id}"}`)));
      expect(without.map(([id]) => id)).toEqual([]);
    }
    for (const [, { Properties }] of ofType(template(stack), 'AWS::ElasticLoadBalancingV2::Listener'))
      expect(Properties).toMatchObject({ Protocol: 'HTTPS', SslPolicy: expect.stringContaining('TLS13') });
  });
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Principal: unknown;
  readonly Condition?: { readonly Bool?: Readonly<Record<string, string>> };
}

const refusesPlaintext = (statements: readonly Statement[]) =>
  statements.some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Deny' && /"\*"/.test(JSON.stringify(Principal)) && Condition?.Bool?.['aws:SecureTransport'] === 'false',
  );
