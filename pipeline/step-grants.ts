import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { FunctionName } from '../steps/contract/environment.ts';
import type { Config } from './config.ts';
import { StepResources } from './step-resources.ts';
import type { StoresStack } from './stores-stack.ts';

export interface StepGrantsProps {
  readonly stores: StoresStack;
  readonly config: Config;
  /** Aliases of the stages' sample keys. */
  readonly sampleKeyAliases: readonly string[];
  /** Alarms of the stages' foundations. */
  readonly alarmNames: readonly string[];
}

/** What each step may do, by resource. A test compares it with the calls of the rehearsed scenarios, both ways. */
export function stepGrants(scope: Construct, props: StepGrantsProps): Record<FunctionName, PolicyStatement[]> {
  const on = new StepResources(scope, props);
  const { table, repository, topic } = props.stores;
  const useTable = (...actions: string[]) =>
    allow(
      actions.map((action) => `dynamodb:${action}`),
      [table.tableArn],
    );
  const notify = allow(['sns:Publish'], [topic.topicArn]);
  // The token is the key: the action takes no resource.
  const wake = allow(['states:SendTaskSuccess'], ['*']);
  const announce = allow(['events:PutEvents'], [on.arn('events', 'event-bus/default')]);
  const readSecrets = allow(['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], on.secrets);
  const judgeSecrets = [
    readSecrets,
    allow(
      ['cloudformation:DescribeStacks'],
      props.config.stages.map((stage) => stage.quiltStackArn),
    ),
  ];
  const readArtefacts = allow(['s3:GetObject'], [on.artefacts]);
  const stack = (...actions: string[]) =>
    allow(
      actions.map((action) => `cloudformation:${action}`),
      on.serviceStacks,
    );
  const describeService = allow(['ecs:DescribeServices'], on.services);
  const describeTasks = [
    allow(['ecs:DescribeTasks'], on.tasks),
    // ListTasks takes a container instance or nothing as its resource: the cluster is a condition.
    allow(['ecs:ListTasks'], ['*'], { ArnLike: { 'ecs:cluster': on.clusters } }),
  ];
  const describeTaskDefinition = allow(['ecs:DescribeTaskDefinition'], ['*']);
  const passDeployRole = allow(['iam:PassRole'], on.deployRoles, {
    StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' },
  });
  const sign = allow(['kms:Sign'], [on.arn('kms', 'key/*')], { StringEquals: { 'kms:RequestAlias': [...props.sampleKeyAliases] } });
  const listServiceDeployments = allow(['ecs:ListServiceDeployments'], on.services);
  /** CloudFormation reads what a stack really is with the rights of whoever asks for the comparison. */
  const detectDrift = [
    stack('DetectStackDrift', 'DetectStackResourceDrift'),
    describeService,
    allow(['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'], on.serviceRoles),
    allow(
      [
        'application-autoscaling:DescribeScalableTargets',
        'application-autoscaling:DescribeScalingPolicies',
        'ecs:DescribeTaskDefinition',
        'elasticloadbalancing:DescribeRules',
        'elasticloadbalancing:DescribeTags',
        'elasticloadbalancing:DescribeTargetGroupAttributes',
        'elasticloadbalancing:DescribeTargetGroups',
      ],
      ['*'],
    ),
  ];
  const readDrift = [stack('DescribeStackResourceDrifts'), allow(['cloudformation:DescribeStackDriftDetectionStatus'], ['*'])];

  return {
    // May start the release machine, too: granted where the machine is made.
    StartRelease: [useTable('Query')],
    // May read dead executions and start their rescue, too: granted where the machine's death is watched.
    RescueRelease: [useTable('UpdateItem'), notify],
    // May also wake the machine: granted where both are made.
    DecideApproval: [useTable('GetItem', 'Query', 'UpdateItem', 'DeleteItem')],
    // May also wake the machine: granted where both are made.
    RecordEvent: [
      allow(['s3:PutObject'], [on.recorder]),
      describeTaskDefinition,
      allow(['logs:GetLogEvents'], on.serviceLogs),
      readSecrets,
      useTable('GetItem', 'DeleteItem'),
    ],
    AcceptTag: [...resolveTags(props.config.source, on), useTable('PutItem', 'GetItem', 'Query', 'UpdateItem')],
    ValidateSecret: judgeSecrets,
    CheckSecrets: judgeSecrets,
    // May read the executions of the machine: granted where it is made.
    CheckReleases: [],
    VerifyImage: [
      allow(
        ['ecr:DescribeImages', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:DescribeImageScanFindings'],
        [repository.repositoryArn],
      ),
    ],
    InspectStage: [
      allow(['cloudformation:DescribeStacks'], on.foundationStacks),
      stack('DescribeStacks', 'ListStackResources', 'GetTemplate'),
      describeService,
      describeTaskDefinition,
      readSecrets,
      readArtefacts,
      allow(['s3:PutObject'], [on.lastGood]),
      useTable('GetItem', 'UpdateItem'),
    ],
    PlanChange: [readArtefacts, stack('CreateChangeSet', 'DescribeChangeSet'), passDeployRole],
    RequestApproval: [useTable('PutItem', 'GetItem', 'UpdateItem'), wake, notify],
    // May look at executions, too: granted where the machine is made.
    LockStage: [useTable('PutItem', 'GetItem', 'Query', 'UpdateItem'), stack('DescribeChangeSet'), readSecrets, readArtefacts, wake],
    HealStack: [
      stack(
        'DescribeStacks',
        'DescribeStackEvents',
        'GetTemplate',
        'DeleteStack',
        'ContinueUpdateRollback',
        'CreateChangeSet',
        'DescribeChangeSet',
        'ExecuteChangeSet',
      ),
      passDeployRole,
      ...detectDrift,
      ...readDrift,
      // The template of a repair: CloudFormation reads it in the step's name.
      allow(['s3:GetObject', 's3:PutObject'], [on.lastGood]),
      useTable('GetItem', 'UpdateItem'),
    ],
    Deploy: [stack('DescribeChangeSet', 'ExecuteChangeSet', 'DescribeStackEvents')],
    WatchDeployment: [
      stack('DescribeStacks', 'ListStackResources', 'DescribeStackEvents'),
      describeService,
      ...describeTasks,
      describeTaskDefinition,
      allow(['logs:GetLogEvents'], on.serviceLogs),
    ],
    SmokeTest: [sign, readArtefacts],
    WatchAlarms: [
      allow(
        ['cloudwatch:DescribeAlarms'],
        props.alarmNames.map((name) => on.arn('cloudwatch', `alarm:${name}`)),
      ),
    ],
    UnlockStage: [useTable('GetItem', 'UpdateItem', 'DeleteItem')],
    CloseRelease: [useTable('GetItem', 'UpdateItem'), notify, announce],
    CollectDiagnostics: [
      stack('DescribeStacks', 'DescribeStackEvents', 'ListStackResources'),
      describeService,
      listServiceDeployments,
      ...describeTasks,
      describeTaskDefinition,
      allow(
        [
          'cloudtrail:LookupEvents',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeRouteTables',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
        ],
        ['*'],
      ),
      allow(['ecr:DescribeImages', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], [repository.repositoryArn]),
      allow(['logs:GetLogEvents'], [...on.serviceLogs, on.buildLogs]),
      allow(['s3:ListBucket'], [on.diagnosticsBucket], { StringLike: { 's3:prefix': 'recorder/*' } }),
      // Feeds the redactor: what it knows, it takes out of everything that is kept.
      readSecrets,
      allow(['secretsmanager:ListSecretVersionIds'], on.secrets),
      // Long logs are uploaded in parts; what was begun and not finished is taken away.
      allow(['s3:PutObject', 's3:AbortMultipartUpload'], [on.diagnostics]),
    ],
    Diagnose: [allow(['s3:GetObject'], [on.diagnostics])],
    RollBack: [
      stack(
        'DescribeStacks',
        'DescribeStackEvents',
        'ListStackResources',
        'DescribeChangeSet',
        'CreateChangeSet',
        'ExecuteChangeSet',
        'DeleteChangeSet',
        'DeleteStack',
        'CancelUpdateStack',
        'RollbackStack',
        'ContinueUpdateRollback',
      ),
      passDeployRole,
      ...detectDrift,
      listServiceDeployments,
      allow(['ecs:StopServiceDeployment'], [...on.services, ...on.serviceDeployments]),
      allow(['s3:GetObject', 's3:PutObject'], [on.lastGood]),
    ],
    WatchRollback: [
      stack('DescribeStacks', 'DescribeStackEvents', 'ListStackResources', 'DescribeChangeSet'),
      ...readDrift,
      describeService,
      listServiceDeployments,
    ],
    ProveRollback: [
      stack('DescribeStacks', 'ListStackResources'),
      describeService,
      describeTaskDefinition,
      allow(['s3:GetObject'], [on.diagnostics]),
      readArtefacts,
      sign,
    ],
    Report: [allow(['s3:GetObject', 's3:PutObject'], [on.diagnostics]), useTable('UpdateItem', 'DeleteItem'), notify, announce],
  };
}

const allow = (actions: string[], resources: string[], conditions?: Record<string, Record<string, string | string[]>>) =>
  new PolicyStatement({ actions, resources, ...(conditions && { conditions }) });

/** What it takes to ask the host for a tag's commit. */
function resolveTags(source: Config['source'], on: StepResources): PolicyStatement[] {
  if (source.host === 'codecommit') return [allow(['codecommit:GetFile'], [on.arn('codecommit', source.repository)])];
  const { tokenSecretName: name } = source;
  // Without a token GitHub is asked as anybody may.
  const actions = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
  return name ? [allow(actions, [on.arn('secretsmanager', `secret:${name}-??????`)])] : [];
}
