import * as z from 'zod';

/**
 * Stable identifiers of why a release failed. Each is the name of the error that a step throws, or what Diagnose concludes from the
 * diagnostics. `next` is the one command that the report ends with, after whatever is broken was mended. TAG, STAGE, SECRET, STACK and
 * FOUNDATION (the stage's stacks) are filled in, and vX.Y.Z+1 is the next patch version.
 */
export const causes = {
  TagMalformed: { means: 'the tag is not v followed by a semantic version', next: 'git tag vX.Y.Z && git push origin vX.Y.Z' },
  TagMoved: {
    means: 'the tag points to another commit than the one that was pushed or released',
    next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1',
  },
  TagBehind: { means: 'a newer version already runs', next: 'npx release status' },
  SecretNotFound: { means: 'the secret does not exist in this region', next: 'aws secretsmanager create-secret --name SECRET' },
  SecretAccessDenied: {
    means: 'the pipeline may not read or decrypt the secret',
    next: 'aws secretsmanager get-resource-policy --secret-id SECRET',
  },
  SecretEmpty: {
    means: 'the secret was created but never filled',
    next: 'aws secretsmanager put-secret-value --secret-id SECRET --secret-string file://secret.json',
  },
  SecretMalformed: {
    means: 'the secret is not one JSON object',
    next: 'aws secretsmanager put-secret-value --secret-id SECRET --secret-string file://secret.json',
  },
  SecretKeyMissing: {
    means: 'the secret lacks a required key',
    next: 'aws secretsmanager put-secret-value --secret-id SECRET --secret-string file://secret.json',
  },
  SecretValueInvalid: {
    means: 'a value of the secret breaks its rule',
    next: 'aws secretsmanager put-secret-value --secret-id SECRET --secret-string file://secret.json',
  },
  CredentialsRejected: {
    means: 'Benchling refused the client id and secret',
    next: 'aws secretsmanager put-secret-value --secret-id SECRET --secret-string file://secret.json',
  },
  QuiltOutputMissing: {
    means: 'the Quilt stack lacks an output that the service reads',
    next: "aws cloudformation describe-stacks --query 'Stacks[].[StackName,Outputs]'",
  },
  AddressUnusable: {
    means: 'callers cannot reach the stage: its name leads nowhere, or the certificate there does not count for it',
    next: 'npx release retry TAG',
  },
  BuildFailed: { means: 'the build of the tag failed', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  ImageBootFailed: { means: 'the built image does not start', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  ImageMissing: {
    means: 'the registry does not hold the image that the build named',
    next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1',
  },
  ImageArchitecture: { means: 'the image is not linux/amd64', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  ImageVulnerable: { means: 'the scan found what may not be released', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  ImageNotScanned: { means: 'the registry has no finished scan of the image', next: 'npx release retry TAG' },
  StackBusy: { means: 'somebody else changes the stack', next: 'npx release retry TAG' },
  StackLocked: {
    means: 'the stack is in a state that only a person can free',
    next: 'npx release incident TAG',
  },
  StageLocked: { means: 'another release holds the stage', next: 'npx release doctor STAGE' },
  ChangeRefused: { means: 'the change set does what a release must not do', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  ChangeSetFailed: {
    means: 'CloudFormation could not compute the change set',
    next: 'npx release incident TAG',
  },
  PlanStale: { means: 'what was planned or approved is no longer what would be deployed', next: 'npx release retry TAG' },
  ApprovalRejected: { means: 'a person rejected the release', next: 'npx release status TAG' },
  Superseded: { means: 'a newer tag asks for the same stage, or runs there already', next: 'npx release status' },
  ApprovalExpired: { means: 'nobody decided in time', next: 'npx release retry TAG' },
  ContainerCrashed: { means: 'the container exits by itself', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  ImagePullFailed: { means: 'ECS cannot pull the image', next: 'npx cdk diff FOUNDATION' },
  OutOfMemory: { means: 'the container was killed for its memory', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  PermissionDenied: { means: 'a role lacks a right', next: 'npx cdk diff FOUNDATION' },
  NetworkUnreachable: { means: 'tasks cannot reach what they need to start', next: 'npx cdk diff FOUNDATION' },
  HealthCheckFailed: { means: 'tasks run but never pass their health check', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  DeploymentStalled: { means: 'nothing moved for as long as the stage has patience', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  DeploymentReverted: {
    means: 'ECS or CloudFormation went back to the old version by itself',
    next: 'npx release incident TAG',
  },
  SmokeVersionMismatch: { means: '/health does not report the released version', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  SmokeConfigMismatch: { means: '/config does not show the validated configuration', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  SmokeVerificationOff: { means: 'a webhook that must be refused was not', next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1' },
  SmokeWebhookFailed: {
    means: 'the correctly signed sample webhook was not accepted in time',
    next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1',
  },
  AlarmDuringWatch: {
    means: 'an alarm of the stage went off after the new version had taken the traffic',
    next: 'git tag vX.Y.Z+1 && git push origin vX.Y.Z+1',
  },
  RollbackFailed: { means: 'the rollback itself failed', next: 'npx release incident TAG' },
  RollbackUnproven: {
    means: 'what runs after the rollback could not be proven to be the old version in order',
    next: 'npx release incident TAG',
  },
  MachineDied: {
    means: 'the execution of the release ended before its work: aborted by somebody, timed out, or broken by a defect',
    next: 'npx release retry TAG',
  },
  RollbackRequested: { means: 'an operator asked for what ran before', next: 'npx release status' },
  Unclassified: { means: 'no rule recognises the failure', next: 'npx release incident TAG' },
} as const satisfies Record<string, { means: string; next: string }>;

export const Cause = z.enum(Object.keys(causes) as [keyof typeof causes, ...(keyof typeof causes)[]]);
export type Cause = z.infer<typeof Cause>;
