import type { Config } from '../../pipeline/config.ts';
import { functionMebibytes } from '../../steps/contract/environment.ts';
import { metrics } from '../../steps/contract/metrics.ts';
import { type MonthlyName, monthly, type PriceName, prices } from '../../steps/contract/prices.ts';
import { ofType, type Template } from '../assembly.ts';

/** One row of docs/cost.md. */
export interface CostLine {
  readonly what: string;
  readonly amount: number;
  readonly unit: string;
  readonly usd: number;
}

/** What is not counted by template: taken so large that nobody has more of it while releases come daily. */
const stored = { logStorage: 1, objectStorage: 2, imageStorage: 3, tableStorage: 0.1, tableRecovery: 0.1 } as const;
const hours = 730;
/** A cold start and three answers of AWS or Benchling, one after the other. */
const checkSeconds = 5;
/** GetSecretValue and DescribeSecret. */
const readsOfSecret = 2;

/** Resources that cost something by standing there. */
const standing: Readonly<Record<string, MonthlyName>> = {
  'AWS::KMS::Key': 'key',
  'AWS::CloudWatch::Alarm': 'alarm',
  'AWS::CloudWatch::Dashboard': 'dashboard',
  'AWS::SecretsManager::Secret': 'secret',
};

/** Resources that cost nothing by themselves: what they keep and what they do is counted, or they are the service's own. */
export const free: Readonly<Record<string, RegExp>> = {
  'rights, rules and names':
    /^AWS::(IAM|Events|Route53)::|::(Policy|BucketPolicy|TopicPolicy|QueuePolicy|Alias|Permission|Subscription|EventInvokeConfig)$/,
  'paid for by what they keep': /^AWS::(S3::Bucket|DynamoDB::Table|ECR::Repository|Logs::LogGroup)$/,
  'paid for by what they do':
    /^AWS::(Lambda::(Function|Version|Url|EventSourceMapping)|StepFunctions::StateMachine|CodeBuild::Project|CodePipeline::Pipeline|SNS::Topic|SQS::Queue)$/,
  "the service's own": /^AWS::(EC2|ECS|ElasticLoadBalancingV2|ApplicationAutoScaling|CertificateManager|WAFv2)::/,
  'records of a stack': /^AWS::(CDK::Metadata|CloudFormation::WaitConditionHandle)$/,
};

/** Types of which nobody has said what they cost. */
export const unpriced = (all: readonly Template[]): string[] =>
  [...new Set(all.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)))]
    .filter((type) => !(type in standing) && !Object.values(free).some((pattern) => pattern.test(type)))
    .toSorted();

/** What a month costs in which nothing is released, without the service itself. */
export function idleCost(all: readonly Template[], { stages, checks }: Config): CostLine[] {
  const count = (type: string) => all.reduce((sum, template) => sum + ofType(template, type).length, 0);
  const month = (what: string, name: MonthlyName, amount: number): CostLine => line(what, amount, monthly[name]);
  const rounds = { secrets: (hours * 60) / checks.secretsEveryMinutes, releases: (hours * 60) / checks.releasesEveryMinutes };
  const calls = rounds.secrets + rounds.releases;
  const use = (what: string, name: PriceName, amount: number): CostLine => line(what, amount, prices[name]);
  return [
    month('keys that sign samples', 'key', count('AWS::KMS::Key')),
    month('alarms', 'alarm', count('AWS::CloudWatch::Alarm')),
    month('dashboards beyond the three that an account has free', 'dashboard', Math.max(0, count('AWS::CloudWatch::Dashboard') - 3)),
    month('secrets of the stages', 'secret', stages.length),
    month('metrics that come every hour', 'metric', hourly(stages.length)),
    use('checks by the clock', 'invocation', calls),
    use('their time', 'gigabyteSecond', (calls * checkSeconds * functionMebibytes) / 1024),
    use('their reading of secrets', 'secretCall', rounds.secrets * stages.length * readsOfSecret),
    use('their logs, 2 KB a round', 'logGigabyte', (calls * 2000) / 1e9),
    ...(Object.entries(stored) as [keyof typeof stored, number][]).map(([name, amount]) => month('kept, at most', name, amount)),
  ];
}

/** SecretProblems of each stage, and OverdueReleases. */
const hourly = (stages: number) =>
  [metrics.SecretProblems, metrics.OverdueReleases].reduce((sum, { by }) => sum + (by.length > 0 ? stages : 1), 0);

const line = (what: string, amount: number, { usd, unit }: { usd: number; unit: string }): CostLine => ({
  what,
  amount,
  unit,
  usd: amount * usd,
});

export const total = (lines: readonly { usd: number }[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

/** As rows of Markdown: what, how many of what at which price, and what that makes. */
export const rows = (lines: readonly CostLine[], digits: number): string[] =>
  lines.map(({ what, amount, unit, usd }) => `| ${what} | ${plain(amount)} × ${unit} | ${usd.toFixed(digits)} |`);

/** At most four digits that count, and no exponent. */
export const plain = (amount: number): string => Number(amount.toPrecision(4)).toLocaleString('en-US', { maximumSignificantDigits: 4 });
