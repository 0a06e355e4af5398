import { acknowledging, type Finding, type Wildcard } from './acknowledgements.ts';

const findings: readonly Finding[] = [
  {
    rule: 'AwsSolutions-S1',
    at: /^ReleaseSelfUpdate\/Artifacts$/,
    reason: 'What one action of the pipeline hands to the next, deleted after 30 days; CloudTrail names who deployed it.',
  },
  {
    rule: 'AwsSolutions-CB4',
    at: /^ReleaseSelfUpdate\/Pipeline\//,
    reason: "Output is encrypted by the bucket of artifacts; a key of one's own would guard templates that lie open in the repository.",
  },
  ...['S3BucketVersioningEnabled', 'S3BucketReplicationEnabled', 'S3BucketLoggingEnabled', 'S3DefaultEncryptionKMS'].map((rule) => ({
    rule: `NIST.800.53.R5-${rule}`,
    at: /^ReleaseSelfUpdate\/Artifacts$/,
    reason:
      'What one action of the pipeline hands to the next, made anew from main by every run, encrypted by keys of S3 and deleted after 30 days.',
  })),
  {
    rule: 'Serverless-EventBusDLQ',
    at: /EventRule$/,
    reason: 'A commit on main that is not heard of is deployed with the next, or by hand; no release hangs on it.',
    // Where the source is on GitHub there is no rule.
    optional: true,
  },
];

const wildcards: readonly Wildcard[] = [
  {
    finding: /^Action::s3:(Abort|DeleteObject|GetBucket|GetObject|List)\*$|<Artifacts\w+\.Arn>\/\*$/,
    at: /^ReleaseSelfUpdate\/Pipeline\//,
    reason: "CodePipeline names the artifacts of its actions; the bucket is the pipeline's own, and the boundary denies to delete in it.",
  },
  {
    finding: /:(log-group:\/aws\/codebuild\/.*\*|report-group\/.*\*)$/,
    at: /^ReleaseSelfUpdate\/Pipeline\//,
    reason: 'CDK names them after its build projects; they log to the group of this stack and report nothing.',
  },
  {
    finding: /^Resource::arn:\*:iam::.*:role\/\*$/,
    at: /^ReleaseSelfUpdate\/Pipeline\/UpdatePipeline\/SelfMutation\/Role/,
    reason: "Limited by condition to the account's own CDK bootstrap roles, by their tag.",
  },
  {
    finding: /^Resource::\*$/,
    at: /^ReleaseSelfUpdate\/Pipeline\/UpdatePipeline\/SelfMutation\/Role/,
    reason: "cloudformation:DescribeStacks and s3:ListBucket: the CDK asks for the bootstrap stack, whose name is the account's affair.",
  },
  {
    finding: /^Resource::\*$/,
    at: /^ReleaseSelfUpdate\/Pipeline\/Assets\/FileRole/,
    reason: 'codebuild:StartBuild, StopBuild and BatchGetBuilds: CDK grants them before the project that publishes has a name.',
  },
];

/** What stands of the findings about the self-update's own stack, whose roles and projects CDK Pipelines makes. */
export const selfUpdateAcknowledgements = acknowledging(findings, wildcards);
