/**
 * Environment variables of the steps, declared once: the factory of the pipeline sets exactly these on each function, the reader reports every
 * missing one at once. Names of stores only; values of secrets never travel this way.
 */
import type { StepName } from './steps.ts';

export const variables = {
  /** DynamoDB table of releases, stages and approvals. */
  RELEASE_TABLE: 'name of the release table',
  /** Bucket of diagnostics, reports and last-good templates. */
  DIAGNOSTICS_BUCKET: 'name of the diagnostics bucket',
  /** Bucket of the builds' artefacts. */
  ARTEFACTS_BUCKET: 'name of the artefacts bucket',
  /** ECR repository of the service's images. */
  REPOSITORY_NAME: 'name of the image repository',
  REPOSITORY_URI: 'URI of the image repository',
  /** SNS topic that people subscribe to. */
  TOPIC_ARN: 'ARN of the notification topic',
  /** Release state machine, for the starter. */
  STATE_MACHINE_ARN: 'ARN of the release machine',
  /** JSON: host, repository, and the name of the secret that holds a token for it. */
  SOURCE: 'the repository whose tags are released',
  /** JSON: whether whoever pushed may approve, and by which principals the pushers are known. */
  APPROVALS: 'rules of approval',
  /** JSON, names only: whose an event is. */
  STAGES: 'names of the stages, of their stacks and secrets',
} as const;
export type Variable = keyof typeof variables;

/** Memory of every function, in MiB: what it costs a second, and how much of a processor it has. */
export const functionMebibytes = 512;

/** Functions that are no state of the machine. */
export type FunctionName =
  | StepName
  | 'StartRelease'
  | 'RescueRelease'
  | 'RecordEvent'
  | 'DecideApproval'
  | 'CheckSecrets'
  | 'CheckReleases';

export const environment = {
  StartRelease: ['STATE_MACHINE_ARN', 'RELEASE_TABLE', 'SOURCE'],
  RescueRelease: ['STATE_MACHINE_ARN', 'RELEASE_TABLE', 'TOPIC_ARN'],
  RecordEvent: ['DIAGNOSTICS_BUCKET', 'RELEASE_TABLE', 'STAGES'],
  DecideApproval: ['RELEASE_TABLE', 'APPROVALS'],
  CheckSecrets: [],
  CheckReleases: ['STATE_MACHINE_ARN'],
  AcceptTag: ['RELEASE_TABLE', 'SOURCE'],
  ValidateSecret: [],
  VerifyImage: ['REPOSITORY_NAME', 'REPOSITORY_URI', 'ARTEFACTS_BUCKET'],
  InspectStage: ['RELEASE_TABLE', 'DIAGNOSTICS_BUCKET'],
  PlanChange: [],
  RequestApproval: ['RELEASE_TABLE', 'TOPIC_ARN'],
  LockStage: ['RELEASE_TABLE'],
  HealStack: ['RELEASE_TABLE', 'DIAGNOSTICS_BUCKET'],
  Deploy: [],
  WatchDeployment: [],
  SmokeTest: [],
  WatchAlarms: [],
  UnlockStage: ['RELEASE_TABLE'],
  CloseRelease: ['RELEASE_TABLE', 'TOPIC_ARN'],
  CollectDiagnostics: ['DIAGNOSTICS_BUCKET', 'REPOSITORY_NAME'],
  Diagnose: [],
  RollBack: ['DIAGNOSTICS_BUCKET'],
  WatchRollback: [],
  ProveRollback: [],
  Report: ['RELEASE_TABLE', 'DIAGNOSTICS_BUCKET', 'TOPIC_ARN'],
} as const satisfies Record<FunctionName, readonly Variable[]>;

/** Reads the variables of one function. Throws one error that names every missing variable. */
export function readEnvironment<Name extends FunctionName>(
  name: Name,
  from: Readonly<Record<string, string | undefined>>,
): Record<(typeof environment)[Name][number], string> {
  const names: readonly Variable[] = environment[name];
  const missing = names.filter((variable) => !from[variable]);
  if (missing.length > 0) {
    throw new Error(
      `${name} lacks ${missing.map((variable) => `${variable} (${variables[variable]})`).join(', ')}. Next: deploy the machine stack again.`,
    );
  }
  return Object.fromEntries(names.map((variable) => [variable, from[variable]])) as Record<Variable, string>;
}
