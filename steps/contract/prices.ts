/**
 * What AWS asks for what the pipeline uses: list prices of us-east-1 in USD, without free tiers, as they were read on the day below. The one
 * place: the cost of a release, docs/cost.md and its test all reckon with these.
 */
export const pricesRead = '2026-11-21';

export interface Price {
  /** USD for one of `unit`. */
  readonly usd: number;
  readonly unit: string;
  /** Page of AWS that says so. */
  readonly source: string;
}

const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;
const million = 1_000_000;

export const prices = {
  /** 0.025 for 1,000; a retry is one more. */
  transition: { usd: 0.025 / 1000, unit: 'state transition', source: page('step-functions') },
  invocation: { usd: 0.2 / million, unit: 'Lambda request', source: page('lambda') },
  /** On arm64. A cold start counts, too. */
  gigabyteSecond: { usd: 0.0000133334, unit: 'GB-second of Lambda', source: page('lambda') },
  /** One write of at most 1 KB is one unit; an item of the release table may take two or three. */
  tableWrite: { usd: 0.625 / million, unit: 'write request unit of DynamoDB', source: page('dynamodb/on-demand') },
  tableRead: { usd: 0.125 / million, unit: 'read request unit of DynamoDB', source: page('dynamodb/on-demand') },
  objectWrite: { usd: 0.005 / 1000, unit: 'PUT or LIST request of S3', source: page('s3') },
  objectRead: { usd: 0.0004 / 1000, unit: 'GET request of S3', source: page('s3') },
  secretCall: { usd: 0.05 / 10_000, unit: 'call of Secrets Manager', source: page('secrets-manager') },
  /** 0.15 for 10,000: an asymmetric key that is no RSA_2048. */
  signature: { usd: 0.15 / 10_000, unit: 'signature by KMS', source: page('kms') },
  /** 2.00 for 100,000 mails; the request itself is a fortieth of it. */
  message: { usd: 2 / 100_000, unit: 'mail by SNS', source: page('sns') },
  event: { usd: 1 / million, unit: 'event of our own', source: page('eventbridge') },
  alarmLook: { usd: 0.01 / 1000, unit: 'request of CloudWatch', source: page('cloudwatch') },
  logGigabyte: { usd: 0.5, unit: 'GB of logs taken in', source: page('cloudwatch') },
  /** Billed by the hour in which a value came: 730 hours a month. */
  metricHour: { usd: 0.3 / 730, unit: 'hour of a metric', source: page('cloudwatch') },
  /** general1.medium, Linux: what pipeline/image-build.ts asks for. */
  buildMinute: { usd: 0.01, unit: 'build minute', source: page('codebuild') },
  /** Type V2, by which the pipeline keeps itself current: it costs while it runs. Its builds cost build minutes on top. */
  pipelineMinute: { usd: 0.002, unit: 'minute of an action of CodePipeline', source: page('codepipeline') },
} as const satisfies Readonly<Record<string, Price>>;
export type PriceName = keyof typeof prices;

/** What stands there, whether or not anything is released: USD a month. */
export const monthly = {
  key: { usd: 1, unit: 'KMS key', source: page('kms') },
  alarm: { usd: 0.1, unit: 'alarm', source: page('cloudwatch') },
  /** The first three of an account are free; counted all the same. */
  dashboard: { usd: 3, unit: 'dashboard', source: page('cloudwatch') },
  secret: { usd: 0.4, unit: 'secret', source: page('secrets-manager') },
  metric: { usd: 0.3, unit: 'metric', source: page('cloudwatch') },
  logStorage: { usd: 0.03, unit: 'GB of logs kept', source: page('cloudwatch') },
  objectStorage: { usd: 0.023, unit: 'GB of objects', source: page('s3') },
  imageStorage: { usd: 0.1, unit: 'GB of images', source: page('ecr') },
  tableStorage: { usd: 0.25, unit: 'GB of the table', source: page('dynamodb/on-demand') },
  /** Point-in-time recovery. */
  tableRecovery: { usd: 0.2, unit: 'GB of the table that can be restored', source: page('dynamodb/on-demand') },
} as const satisfies Readonly<Record<string, Price>>;
export type MonthlyName = keyof typeof monthly;
