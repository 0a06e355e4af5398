import { type App, Validations } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { NagRuleCompliance, rules } from 'cdk-nag';

/** Findings that stand, each with a reason that a reviewer would accept. One page, so that it can be reviewed as one. */
const findings: readonly { readonly rule: string; readonly at: RegExp; readonly reason: string }[] = [
  {
    rule: 'AwsSolutions-EC23',
    at: /Foundation\/LoadBalancer\/SecurityGroup$/,
    reason:
      'Benchling calls from the internet, from addresses that it does not publish; each call carries a signature that the service verifies.',
  },
  { rule: 'AwsSolutions-S1', at: /\/AccessLogs$/, reason: 'The bucket of access logs itself: logging it into itself would never end.' },
  {
    rule: 'AwsSolutions-ECS2',
    at: /Service\/Task$/,
    reason: 'The two variables are names (of a stack and a secret); values stay in the secret.',
  },
  {
    rule: 'AwsSolutions-CB4',
    at: /ImageBuild\/Project$/,
    reason: 'Build output is encrypted by the artefacts bucket; the project holds nothing secret.',
  },
  {
    rule: 'AwsSolutions-SF2',
    at: /Release\/Machine$/,
    reason: 'The execution history holds every state, input and output; a trace would repeat it without the reasons.',
  },
  { rule: 'AwsSolutions-SQS3', at: /Trigger\/Undelivered$/, reason: 'It is itself the dead-letter queue, of an EventBridge rule.' },
];

/** Wildcards in policies, by what cdk-nag calls them, and why each cannot be narrower. */
const wildcards: readonly { readonly finding: RegExp; readonly at: RegExp; readonly reason: string }[] = [
  {
    finding: /^Resource::\*$/,
    at: /DeployRole/,
    reason: 'Describe calls of Elastic Load Balancing, task definition registration and Application Auto Scaling take no resource.',
  },
  {
    finding: /role\/\w+Service-\*$/,
    at: /DeployRole/,
    reason: "CloudFormation names the Service stack's roles after the stack; they can be created with the task boundary only.",
  },
  {
    finding: /(targetgroup|listener|listener-rule)\/(app\/)?\*$/,
    at: /DeployRole/,
    reason: 'Names of target groups and rules are made by CloudFormation when they are created.',
  },
  {
    finding: /:ecs:.*(service|service-deployment)\/.*\/\*$/,
    at: /DeployRole|Role\/DefaultPolicy/,
    reason: "The service's name is made by CloudFormation; the cluster is the stage's own.",
  },
  {
    finding: /^Resource::\*$/,
    at: /TaskBoundary|Service\/ExecutionRole|ImageBuild\/Role/,
    reason: 'ecr:GetAuthorizationToken takes no resource.',
  },
  { finding: /:repository\/\*$/, at: /TaskBoundary/, reason: 'A boundary, not a grant: the execution role names the one repository.' },
  {
    finding: /^Resource::\*$/,
    at: /Release\/Role/,
    reason: 'Delivery of execution logs is set up by account-wide actions that take no resource.',
  },
  {
    finding: /:stack\/\w+(Service|Foundation)\/\*$/,
    at: /Role\/DefaultPolicy/,
    reason: "The stack's name is given; the id behind it is made when the stack is created.",
  },
  {
    finding: /:changeSet\/release-\*$/,
    at: /Role\/DefaultPolicy/,
    reason: "Change sets are named after the release; the id behind the name is CloudFormation's.",
  },
  {
    finding: /:(task|service|service-deployment)\/\w+Foundation-\*\/\*$/,
    at: /Role\/DefaultPolicy/,
    reason: "Cluster and service names are made by CloudFormation from the stage's stack names.",
  },
  {
    finding: /:role\/\w+Foundation-DeployRole\*$/,
    at: /Role\/DefaultPolicy/,
    reason: "CloudFormation makes the role's name from the stage's foundation stack; it can be passed to CloudFormation only.",
  },
  {
    finding: /^Resource::\*$/,
    at: /(InspectStage|PlanChange|WatchDeployment|CollectDiagnostics|RollBack|WatchRollback|ProveRollback|Deploy)\/Role/,
    reason: 'ecs:ListTasks, ecs:DescribeTaskDefinition and elasticloadbalancing:DescribeTargetHealth take no resource.',
  },
  {
    finding: /:key\/\*$/,
    at: /(SmokeTest|ProveRollback)\/Role/,
    reason: "Limited by condition to keys that carry the stage's release-sample alias.",
  },
  {
    finding: /\/\*$/,
    at: /(Role\/DefaultPolicy)/,
    reason: 'Objects, log streams and versions are named as they are written; the bucket, prefix or log group is given.',
  },
  {
    finding: /:log-stream:\*$|:log-group:.*:\*$/,
    at: /Role\/DefaultPolicy/,
    reason: 'Log streams are named by ECS and CodeBuild as they start; the group is given.',
  },
  {
    finding: /function:.*:\*$|\.Arn>:\*$/,
    at: /Release\/Role/,
    reason: 'Versions of the one function: a release in flight keeps the version that it started with.',
  },
];

/** Records every acknowledgement on its construct, when the tree is complete: references between stacks are known only then. */
export function acknowledgeFindings(app: App): void {
  app.node.addValidation({
    validate: () => {
      acknowledge(app);
      return [];
    },
  });
}

function acknowledge(app: App): void {
  for (const node of app.node.findAll()) {
    for (const { rule, at, reason } of findings) {
      if (at.test(node.node.path)) Validations.of(node).acknowledge({ id: rule, reason });
    }
    if (!(node instanceof CfnPolicy || node instanceof CfnManagedPolicy)) continue;
    const result = rules.iam.IAMNoWildcardPermissions(node);
    if (!Array.isArray(result) || result.includes(NagRuleCompliance.COMPLIANT)) continue;
    for (const finding of result) {
      const known = wildcards.find((entry) => entry.finding.test(finding) && entry.at.test(node.node.path));
      if (known) Validations.of(node).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason: known.reason });
    }
  }
}
