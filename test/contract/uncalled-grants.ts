import { type Permissions, permissionsOf } from './permissions.ts';

export interface UncalledGrant {
  /** As `roleName` has it. */
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  /** Who needs it on AWS, and why no scenario asks for it. */
  readonly reason: string;
  /** Test of the move that needs it, when a step of ours makes it. @default - a service of AWS asks, nothing of ours does */
  readonly coveredBy?: string;
}

const step = (...names: string[]) => names.map((name) => `ReleaseMachine/${name}Role`);
const deployRole = ['Foundation/DeployRole'];

/** Every grant that no scenario asks for, and why it stands all the same. What is granted and neither recorded nor here fails a test. */
export const uncalledGrants: readonly UncalledGrant[] = [
  {
    roles: step('LockStage'),
    actions: ['dynamodb:Query', 'dynamodb:UpdateItem', 'states:DescribeExecution', 'states:SendTaskSuccess'],
    reason: 'Asks whether the holder of a stage still runs, and takes its lock over: the holders of all scenarios run.',
    coveredBy: 'test/steps/lock-stage.test.ts',
  },
  {
    roles: ['Service/TaskRole'],
    actions: ['sqs:SendMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
    reason: 'Real events are queued and worked on; those of the scenarios are samples, which run dry.',
    coveredBy: 'test/container/server/work.test.ts',
  },
  {
    roles: ['Service/TaskRole'],
    actions: [
      'athena:GetQueryExecution',
      'athena:GetQueryResults',
      'athena:StartQueryExecution',
      'glue:GetDatabase',
      'glue:GetTable',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:PutObject',
    ],
    reason: 'Packaging an entry and drawing a canvas; the events of the scenarios are samples, which run dry.',
    coveredBy: 'test/container/packaging/grants.test.ts',
  },
  {
    roles: ['Service/TaskRole'],
    actions: ['s3:AbortMultipartUpload'],
    reason: 'Takes away the parts of a large member whose upload broke off; the events of the scenarios are samples, which run dry.',
    coveredBy: 'test/container/packaging/export-memory.test.ts',
  },
  {
    roles: ['Foundation/VpcFlowLogIAMRole'],
    actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    reason: 'The flow-log service of the VPC writes with this role; a rehearsal has one network, the loopback, and records no flows.',
  },
  {
    roles: ['ReleaseMachine/ReleaseRole'],
    actions: ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'],
    reason: 'Step Functions keeps the rule by which startBuild.sync hears of the end of a build; without them the machine cannot be made.',
  },
  {
    roles: ['ReleaseMachine/ReleaseRole'],
    actions: ['codebuild:StopBuild'],
    reason: 'Step Functions stops the build of an execution that is aborted or timed out; no scenario aborts one.',
  },
  {
    roles: ['ReleaseMachine/ReleaseRole'],
    actions: [
      'logs:CreateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:DescribeLogGroups',
      'logs:DescribeResourcePolicies',
      'logs:GetLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:UpdateLogDelivery',
    ],
    reason: 'Step Functions sets up the delivery of execution logs with the role of the machine, when the machine is made or changed.',
  },
  {
    roles: ['ReleaseMachine/ImageBuildRole'],
    actions: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:CompleteLayerUpload',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ],
    reason:
      'docker push works with a token: the registry asks for these for whoever got it, and the registry of a rehearsal for the token.',
  },
  {
    roles: ['ReleaseMachine/ImageBuildRole'],
    actions: ['ecr:GetDownloadUrlForLayer'],
    reason: 'A second attempt reads which commit an image that is already pushed was built from; every scenario is a first attempt.',
    coveredBy: 'test/build/image-registry.test.ts',
  },
  {
    roles: deployRole,
    actions: [
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServices',
      'ecs:DescribeTaskDefinition',
      'ecs:ListServiceDeployments',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
      'iam:GetRole',
      'iam:GetRolePolicy',
    ],
    reason: "CloudFormation's handlers read a resource before and after they change it; the stand-in knows its own resources.",
  },
  {
    roles: deployRole,
    actions: ['elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags', 'iam:UntagRole'],
    reason: 'CloudFormation tags what it makes as the stack is tagged, and takes a tag away that a later release no longer sets.',
  },
  {
    roles: deployRole,
    actions: [
      'elasticloadbalancing:ModifyRule',
      'elasticloadbalancing:ModifyTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
    ],
    reason: 'A release whose template changes the target group, the rule or a role; scenarios release one commit twice.',
  },
  {
    roles: deployRole,
    actions: ['application-autoscaling:DeleteScalingPolicy', 'application-autoscaling:DeregisterScalableTarget'],
    reason:
      'Deletes what scaling knows of a stack that came into being; the stack of a failed first deploy fails before scaling is reached.',
  },
  {
    roles: step('ValidateSecret', 'InspectStage', 'LockStage', 'CollectDiagnostics', 'RecordEvent'),
    actions: ['secretsmanager:DescribeSecret'],
    reason: 'Tells a secret without a value from one that does not exist; the secrets of all scenarios have a value.',
    coveredBy: 'test/steps/clients/secret-reader.test.ts',
  },
  {
    roles: step('HealStack', 'RollBack'),
    actions: ['cloudformation:DetectStackDrift', 'cloudformation:DetectStackResourceDrift'],
    reason: 'Asked once something was left out of a rollback: no rollback of a scenario fails.',
    coveredBy: 'test/rehearsal/cloudformation/drift.test.ts',
  },
  {
    roles: step('HealStack', 'WatchRollback'),
    actions: ['cloudformation:DescribeStackDriftDetectionStatus', 'cloudformation:DescribeStackResourceDrifts'],
    reason: 'Asked once something was left out of a rollback: no rollback of a scenario fails.',
    coveredBy: 'test/rehearsal/cloudformation/drift.test.ts',
  },
  {
    roles: step('HealStack', 'RollBack'),
    actions: [
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
      'ecs:DescribeServices',
      'ecs:DescribeTaskDefinition',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListRolePolicies',
    ],
    reason: 'CloudFormation reads every resource in the name of whoever asks for a drift check; the stand-in knows its own resources.',
  },
  {
    roles: step('RollBack'),
    actions: ['cloudformation:ContinueUpdateRollback', 's3:PutObject'],
    reason:
      'A rollback that fails is continued, and what it leaves out is repaired by a template of its own: no rollback of a scenario fails.',
    coveredBy: 'test/steps/roll-back.test.ts',
  },
  {
    roles: step('CheckSecrets', 'CheckReleases'),
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
    reason: 'Asked by the clock, once an hour: a rehearsed release is over before.',
  },
  {
    roles: step('CheckSecrets'),
    actions: ['cloudformation:DescribeStacks', 'secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
    reason: 'Asked by the clock, once an hour: a rehearsed release is over before.',
    coveredBy: 'test/scenarios/secret-drift.test.ts',
  },
  {
    roles: step('CheckReleases'),
    actions: ['states:GetExecutionHistory', 'states:ListExecutions'],
    reason: 'Asked by the clock, once an hour: a rehearsed release is over before.',
    coveredBy: 'test/steps/check-releases.test.ts',
  },
  {
    roles: step('Deploy'),
    actions: ['cloudformation:DescribeStackEvents'],
    reason: 'Asked when the step is repeated: was it this very release that executed the change set?',
    coveredBy: 'test/steps/deploy.test.ts',
  },
  {
    roles: step('RollBack'),
    actions: [
      'cloudformation:CancelUpdateStack',
      'cloudformation:DeleteChangeSet',
      'cloudformation:ListStackResources',
      'cloudformation:RollbackStack',
    ],
    reason: 'Moves of rows of the rollback table that no scenario stands in; CancelUpdateStack, when ECS refuses to go back by itself.',
    coveredBy: 'test/steps/roll-back.test.ts',
  },
  {
    roles: step('RollBack'),
    actions: ['ecs:ListServiceDeployments', 'ecs:StopServiceDeployment'],
    reason: 'Asked by a crash at boot, unless the machine is so busy that the breaker of ECS comes first: a recording may lack them.',
    coveredBy: 'test/steps/roll-back.test.ts',
  },
  {
    roles: step('WatchRollback'),
    actions: ['ecs:ListServiceDeployments'],
    reason: 'Follows the deployment that RollBack stopped: asked, or not, as that is.',
    coveredBy: 'test/steps/watch-rollback.test.ts',
  },
  {
    roles: step('WatchRollback'),
    actions: ['cloudformation:ListStackResources'],
    reason: 'Finds the service of a stack of which InspectStage knew none; the updates of all scenarios have one.',
    coveredBy: 'test/steps/watch-rollback.test.ts',
  },
  {
    roles: step('StartRelease', 'RescueRelease', 'RecordEvent'),
    actions: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
    reason: 'Lambda keeps an event that the function failed to handle, as the function; no scenario breaks one of these.',
  },
  {
    roles: step('RescueRelease'),
    actions: ['dynamodb:UpdateItem', 'sns:Publish'],
    reason: 'Asked when a rescue dies, too: then a person must act. No scenario kills a rescue.',
    coveredBy: 'test/steps/rescue-release.test.ts',
  },
  {
    roles: step('CollectDiagnostics'),
    actions: ['s3:AbortMultipartUpload'],
    reason: 'Takes away the parts of a log whose upload was not finished; the store of all scenarios takes them all.',
    coveredBy: 'test/steps/clients/object-streams.test.ts',
  },
  {
    roles: step('RecordEvent'),
    actions: ['sqs:ChangeMessageVisibility'],
    reason: 'Lambda hands a message back whose second look failed, with the rights of the function; those of all scenarios succeed.',
    coveredBy: 'test/rehearsal/lambda/event-sources.test.ts',
  },
];

export const uncalledPermissions = (): Permissions =>
  permissionsOf(uncalledGrants.flatMap(({ roles, actions }) => roles.flatMap((role) => actions.map((action) => ({ role, action })))));
