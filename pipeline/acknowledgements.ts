import { nistFindings } from './nist-acknowledgements.ts';
import { serverlessFindings } from './serverless-acknowledgements.ts';

/** A finding that stands, with a reason that a reviewer would accept. */
export interface Finding {
  readonly rule: string;
  /** Path of the constructs, without `/Resource` at its end. */
  readonly at: RegExp;
  readonly reason: string;
  /** Whether the table of stages decides that it is found at all. @default false */
  readonly optional?: boolean;
}
export interface Wildcard {
  /** `Resource::…` or `Action::…`, as cdk-nag writes it. */
  readonly finding: RegExp;
  readonly at: RegExp;
  readonly reason: string;
}

/** What stands of AwsSolutions. A page for each pack, so that it can be reviewed as one. */
const findings: readonly Finding[] = [
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
  {
    rule: 'AwsSolutions-SQS3',
    at: /(Trigger|Rescue|Recorder|Checks)\/Undelivered$/,
    reason: 'It is itself the dead-letter queue, of an EventBridge rule.',
  },
];

/** Wildcards in policies, by what cdk-nag calls them, and why each cannot be narrower. */
const wildcards: readonly Wildcard[] = [
  {
    finding: /^Resource::\*$/,
    at: /DeployRole/,
    reason: 'Describe calls of load balancing and scaling take no resource, nor does deregistering or describing a task definition.',
  },
  {
    finding: /:(task-definition\/\w+Service\*:|scalable-target\/)\*$/,
    at: /DeployRole/,
    reason:
      "CDK names task definitions after the Service stack and their number counts up; Application Auto Scaling makes up its targets' names.",
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
    finding: /:(service|service-deployment)\/<\w+>\/\*$/,
    at: /DeployRole/,
    reason: "The service's name is made by CloudFormation; the cluster is the stage's own.",
  },
  {
    finding: /^Resource::\*$/,
    at: /TaskBoundary|Service\/ExecutionRole|ImageBuild\/Role/,
    reason: 'ecr:GetAuthorizationToken takes no resource.',
  },
  { finding: /:repository\/\*$/, at: /TaskBoundary/, reason: 'A boundary, not a grant: the execution role names the one repository.' },
  {
    finding: /:s3:::[^/]+\/(\*|athena-results|\.quilt(\/named_packages|\/packages)?)\/\*$/,
    at: /TaskBoundary|Service\/TaskRole/,
    reason:
      "The first half of a package's name is a parameter of the secret, read when the service runs; manifests and results are named by Quilt and Athena. Writing into the registry is denied.",
  },
  {
    finding: /:(database\/\*|table\/\*\/[^/]+_\*)$/,
    at: /TaskBoundary|Service\/TaskRole/,
    reason:
      "The database's name is an output of the Quilt stack, read when the service runs; tables are limited to those of the stage's bucket.",
  },
  {
    finding: /^Resource::\*$/,
    at: /Release\/Role/,
    reason: 'Delivery of execution logs is set up by account-wide actions that take no resource.',
  },
  {
    finding: /^(Action|Resource)::\*$/,
    at: /Release\w+\/Boundary$/,
    reason: 'A boundary, not a grant: what it lets through must be granted to a role by name.',
  },
  {
    finding: /Function\w*\.Arn>:\*$/,
    at: /Release\/Role/,
    reason: 'Versions of the named functions: a release that waited for its approval goes on with those that it began with.',
  },
  {
    finding: /:stack\/\w+(Service|Foundation)\/\*$/,
    at: /Role\/DefaultPolicy/,
    reason: "The stack's name is given; the id behind it is made when the stack is created.",
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
    finding: /:role\/\w+Service-\*$/,
    at: /(HealStack|RollBack)\/Role/,
    reason: "CloudFormation names the Service stack's roles after the stack; they are read, to compare them with their template.",
  },
  {
    finding: /^Resource::\*$/,
    at: /(HealStack|RollBack|WatchRollback)\/Role/,
    reason: 'Describe calls of a drift check take no resource: its own status, task definitions, load balancing and scaling.',
  },
  {
    finding: /^Resource::\*$/,
    at: /(RecordEvent|InspectStage|WatchDeployment|CollectDiagnostics|ProveRollback)\/Role/,
    reason:
      'ecs:ListTasks, ecs:DescribeTaskDefinition, states:SendTaskSuccess, cloudtrail:LookupEvents and the Describe calls of load balancing and EC2 take no resource.',
  },
  {
    finding: /^Resource::\*$/,
    at: /(RequestApproval|LockStage|DecideApproval)\/Role/,
    reason: 'states:SendTaskSuccess takes no resource: the token, which only the release table holds, says which state is woken.',
  },
  {
    finding: /:execution:.*:\*$/,
    at: /ReleaseMachine\/StageHolders$/,
    reason: 'Executions are named after the tags that they release; the machine is given, and they are only described.',
  },
  {
    finding: /:key\/\*$/,
    at: /(SmokeTest|ProveRollback)\/Role/,
    reason: "Limited by condition to keys that carry the stage's release-sample alias.",
  },
  {
    finding: /\/(artefacts|diagnostics|last-good|recorder)\/\*$/,
    at: /Role\/DefaultPolicy/,
    reason: 'Objects are named as they are written; bucket and prefix are given.',
  },
  {
    finding: /:execution:.*:\*$/,
    at: /(RescueRelease|CheckReleases)\/Role|OwnHistory$/,
    reason: 'Executions are named after the tags that they release; the machine is given.',
  },
  {
    finding: /:log-stream:\*$/,
    at: /Role\/DefaultPolicy/,
    reason: 'Log streams are named by ECS and CodeBuild as they start; the group is given.',
  },
];

/** What a check of the templates may leave aside. */
export interface Acknowledgement {
  /** What it excuses, for people. */
  readonly title: string;
  readonly reason: string;
  readonly optional?: boolean;
  /** @param id as the pack words it, e.g. `AwsSolutions-IAM5[Resource::*]` @param path of the construct that it is about */
  covers(id: string, path: string): boolean;
}

/** Lists as `checkTemplates` takes them. */
export const acknowledging = (findings: readonly Finding[], wildcards: readonly Wildcard[]): readonly Acknowledgement[] => [
  ...findings.map(({ rule, at, ...more }) => ({
    ...more,
    title: `${rule} at ${at}`,
    covers: (id: string, path: string) => id === rule && at.test(path),
  })),
  ...wildcards.map(({ finding, at, reason }) => ({
    title: `${finding} at ${at}`,
    reason,
    covers: (id: string, path: string) => finding.test(/^AwsSolutions-IAM5\[(.*)\]$/.exec(id)?.[1] ?? '') && at.test(path),
  })),
];

export const acknowledgements = acknowledging([...findings, ...nistFindings, ...serverlessFindings], wildcards);
