import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface BoundaryProps {
  /** Names of stacks that no release may change: the pipeline's own and the foundations. */
  readonly stacks: readonly string[];
  /** Whether other roles may be taken on, as CDK's deployments do. @default false */
  readonly assumes?: boolean;
}

const of = (service: string, ...names: string[]) => names.map((name) => `${service}:${name}`);

/** Who may do what, and what a secret says: people decide. A test holds these verbs against every action that IAM knows of these services. */
const administration = [
  ...of(
    'iam',
    'Accept*',
    'Add*',
    'Associate*',
    'Attach*',
    'Change*',
    'Create*',
    'Deactivate*',
    'Delegate*',
    'Delete*',
    'Detach*',
    'Disable*',
  ),
  ...of('iam', 'Enable*', 'Put*', 'Reject*', 'Remove*', 'Reset*', 'Resync*', 'Send*', 'Set*', 'Tag*', 'Untag*', 'Update*', 'Upload*'),
  ...of(
    'secretsmanager',
    'Cancel*',
    'Create*',
    'Delete*',
    'Put*',
    'Remove*',
    'Replicate*',
    'Restore*',
    'Rotate*',
    'Stop*',
    'Tag*',
    'Untag*',
  ),
  ...of('secretsmanager', 'Update*', 'Validate*'),
  ...of('kms', 'CreateGrant', 'DeleteAlias', 'DisableKey', 'PutKeyPolicy', 'ScheduleKeyDeletion', 'UpdateAlias'),
  ...of('account', '*'),
  ...of('organizations', '*'),
];

/** What takes evidence, records or images away, or opens them to others. */
const evidence = [
  ...of('s3', 'BypassGovernanceRetention', 'DeleteBucket*', 'DeleteObject*', 'PutBucket*', 'PutEncryptionConfiguration'),
  ...of('s3', 'PutLifecycleConfiguration', 'PutObjectAcl', 'PutObjectVersionAcl', 'PutReplicationConfiguration'),
  ...of('logs', 'DeleteLogGroup', 'DeleteLogStream', 'DeleteRetentionPolicy', 'PutRetentionPolicy'),
  ...of('dynamodb', 'DeleteBackup', 'DeleteTable', 'UpdateContinuousBackups', 'UpdateTable'),
  ...of('ecr', 'BatchDeleteImage', 'DeleteRepository*', 'PutImageTagMutability', 'PutLifecyclePolicy', 'SetRepositoryPolicy'),
  ...of('sqs', 'DeleteQueue', 'PurgeQueue'),
  ...of('sns', 'DeleteTopic'),
  ...of('cloudtrail', 'DeleteTrail', 'StopLogging', 'UpdateTrail'),
];

/** What would change the pipeline beside CloudFormation. */
const pipeline = [
  ...of(
    'lambda',
    'AddPermission',
    'CreateFunction',
    'DeleteFunction',
    'PublishVersion',
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
  ),
  ...of('states', 'CreateStateMachine', 'DeleteStateMachine', 'UpdateStateMachine'),
  ...of('codebuild', 'CreateProject', 'DeleteProject', 'UpdateProject'),
];

const changesOfStacks = [
  ...of(
    'cloudformation',
    'CancelUpdateStack',
    'ContinueUpdateRollback',
    'CreateChangeSet',
    'CreateStack',
    'DeleteStack',
    'ExecuteChangeSet',
  ),
  ...of('cloudformation', 'RollbackStack', 'SetStackPolicy', 'UpdateStack', 'UpdateTerminationProtection'),
];

/** The outermost of what a role of the pipeline can do, whatever its own policy says: a mistake in a grant ends here. */
export class Boundary extends iam.ManagedPolicy {
  constructor(scope: Construct, id: string, { stacks, assumes = false }: BoundaryProps) {
    const { partition, region, account } = Stack.of(scope);
    const deny = (sid: string, actions: string[], resources = ['*']) =>
      new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, resources });
    super(scope, id, {
      description: 'What no role of the release pipeline can exceed',
      statements: [
        new iam.PolicyStatement({ sid: 'WhatIsGranted', actions: ['*'], resources: ['*'] }),
        deny('NoAdministration', assumes ? administration : [...administration, 'sts:AssumeRole']),
        deny('KeepEvidence', evidence),
        deny('KeepPipeline', pipeline),
        deny(
          'KeepStacks',
          changesOfStacks,
          stacks.map((name) => `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/*`),
        ),
      ],
    });
  }
}
