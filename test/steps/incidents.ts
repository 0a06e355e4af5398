import { sha256 } from '../../steps/checks/hash.ts';
import type { Deployment, Inspection, LastGood, Plan } from '../../steps/contract/deployment.ts';
import type { Diagnosis, Diagnostics, Failure, Proof, Recovery, RollbackWatch } from '../../steps/contract/failure.ts';
import type { DeploymentView, ServiceView, StackEvent, StackView, TaskView } from '../../steps/contract/ports.ts';
import { operationToken, type Release, type ReleaseRequest, type StageConfig } from '../../steps/contract/release.ts';
import type { Stage } from '../../steps/contract/stage.ts';
import type { Incident } from '../../steps/contract/steps.ts';

/** The smallest incident that the failure path takes: an update of staging whose tasks crash. Tests change what they are about. */

/** A time of the incident, in minutes after the release began. */
export const minute = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 12, minutes)).toISOString();

const account = '111122223333';
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;

export const request: ReleaseRequest = {
  tag: 'v1.4.0',
  commit: '0123456789abcdef0123456789abcdef01234567',
  repository: 'example-service',
  pushedBy: arn('iam', 'user/example'),
  attempt: 1,
};
export const release: Release = {
  tag: 'v1.4.0',
  version: '1.4.0',
  commit: request.commit,
  attempt: 1,
  name: 'v1.4.0-0123456-1',
  pushedBy: request.pushedBy,
  startedAt: minute(0),
  stages: ['staging'],
};
export const stage: Stage = {
  name: 'staging',
  approval: false,
  foundationStack: 'StagingFoundation',
  serviceStack: 'StagingService',
  secretName: 'example/staging/benchling',
  quiltStackArn: arn('cloudformation', 'stack/example-quilt/00000000-0000-4000-8000-000000000001'),
  minTasks: 2,
  maxTasks: 4,
};
export const config: StageConfig = {
  stage: 'staging',
  secretArn: arn('secretsmanager', 'secret:example/staging/benchling-AbCdEf'),
  secretVersionId: 'example-version',
  tenant: 'example',
  bucket: 'example-bucket',
  database: 'example_database',
  catalog: 'catalog.example.com',
  queue: 'https://sqs.us-east-1.amazonaws.com/111122223333/example-packager',
};

export const stackId = arn('cloudformation', 'stack/StagingService/00000000-0000-4000-8000-000000000002');
export const changeSetArn = arn('cloudformation', 'changeSet/release-v1-4-0-0123456-1/00000000-0000-4000-8000-000000000003');
export const repairArn = arn('cloudformation', 'changeSet/repair-v1-4-0-0123456-1/00000000-0000-4000-8000-000000000004');
export const clusterArn = arn('ecs', 'cluster/example');
export const serviceArn = arn('ecs', 'service/example/StagingService-Service');
export const targetGroupArn = arn('elasticloadbalancing', 'targetgroup/example/0123456789abcdef');
export const serviceDeploymentArn = arn('ecs', 'service-deployment/example/StagingService-Service/example1');
export const oldDefinition = arn('ecs', 'task-definition/example:1');
export const ourDefinition = arn('ecs', 'task-definition/example:2');
export const oldDigest = `sha256:${'a'.repeat(64)}`;

export const lastGood: LastGood = {
  stackId,
  digest: oldDigest,
  version: '1.3.0',
  templateKey: 'last-good/staging/v1.4.0-0123456-1/service.template.json',
  parameters: { ImageDigest: oldDigest },
  taskDefinitionHash: '',
  desiredCount: 2,
  artefacts: { bucket: 'example-artefacts', prefix: 'artefacts/v1.3.0/1' },
};
/** The tag's own secret contract, as its build exported it. */
export const contract = '{}';
export const inspection: Inspection = {
  status: 'ready',
  stackId,
  stackStatus: 'UPDATE_COMPLETE',
  foundation: {
    ServiceUrl: 'https://service.example.com',
    ClusterArn: clusterArn,
    LogGroupName: '/release/staging/service',
    DeployRoleArn: arn('iam', 'role/example-deploy'),
    SampleKeyAlias: 'alias/release-sample/example/staging/benchling',
    AlarmNames: 'release-staging-target-errors,release-staging-response-time',
  },
  service: { serviceArn, deploymentId: 'ecs-svc/1', taskDefinitionArn: oldDefinition, digest: oldDigest, desiredCount: 2, runningCount: 2 },
  lastGood,
  heal: null,
  secretVersionId: 'example-version',
  contractHash: sha256(contract),
};
export const plan: Plan = {
  status: 'ready',
  changeSetName: 'release-v1-4-0-0123456-1',
  changeSetArn,
  stackId,
  kind: 'UPDATE',
  templateHash: 'f'.repeat(64),
  changes: [],
};
export const deployment: Deployment = { stackId, changeSetArn, token: operationToken(release, 'deploy'), startedAt: minute(5) };

/** As a Lambda's error reaches the machine. */
export const thrown = (errorType: string, errorMessage: string) => JSON.stringify({ errorType, errorMessage, trace: [] });
export const failure: Failure = {
  state: 'WatchDeployment',
  error: 'ContainerCrashed',
  cause: thrown('ContainerCrashed', '2 tasks of StagingService stopped by themselves: Essential container in task exited'),
};

export const incident = (changes: Partial<Incident> = {}): Incident => ({
  request,
  execution: { arn: arn('states', 'execution:release:v1.4.0-0123456-1'), startedAt: minute(0) },
  release,
  stage,
  failure,
  build: null,
  image: null,
  inspection,
  plan,
  deployment,
  smoke: null,
  ...changes,
});

/** The first deploy of a stage: nothing ran before, and the stack is this release's own. */
export const firstDeploy = (changes: Partial<Incident> = {}): Incident =>
  incident({
    inspection: { ...inspection, stackId: null, stackStatus: null, service: null, lastGood: null },
    plan: { ...plan, kind: 'CREATE' },
    ...changes,
  });

/** Nothing of the release was executed at the stage. */
export const untouched: Partial<Incident> = { deployment: null, failure: { state: 'LockStage', error: 'StageLocked', cause: '' } };

export const diagnostics = (changes: Partial<Diagnostics> = {}): Diagnostics => ({
  bucket: 'example-diagnostics',
  prefix: 'diagnostics/v1.4.0-0123456-1/staging/WatchDeployment.ContainerCrashed',
  manifestKey: 'diagnostics/v1.4.0-0123456-1/staging/WatchDeployment.ContainerCrashed/manifest.json',
  objects: 2,
  missing: [],
  sealedAt: minute(8),
  ...changes,
});
export const diagnosis = (changes: Partial<Diagnosis> = {}): Diagnosis => ({
  cause: 'ContainerCrashed',
  confidence: 'likely',
  sentence: 'The container ended by itself with exit code 1.',
  evidence: [],
  ...changes,
});
export const recovery = (changes: Partial<Recovery> = {}): Recovery => ({
  status: 'started',
  action: 'stop-service-deployment',
  stackId,
  changeSetArn: null,
  reason: 'the stack is UPDATE_IN_PROGRESS (during)',
  polls: 0,
  at: minute(9),
  ...changes,
});
export const settled: RollbackWatch = { status: 'settled', waitingFor: '', stackStatus: 'UPDATE_ROLLBACK_COMPLETE', reason: '' };
export const proof = (changes: Partial<Proof> = {}): Proof => ({
  outcome: 'proven',
  reason: 'version 1.3.0 serves again',
  at: minute(12),
  ...changes,
});

export const stackView = (status: string, changes: Partial<StackView> = {}): StackView => ({
  stackId,
  name: 'StagingService',
  status,
  reason: '',
  outputs: {},
  parameters: {},
  lastUpdated: minute(5),
  ...changes,
});
export const stackEvent = (changes: Partial<StackEvent> = {}): StackEvent => ({
  at: minute(6),
  logicalId: 'StagingService',
  physicalId: stackId,
  type: 'AWS::CloudFormation::Stack',
  status: 'UPDATE_IN_PROGRESS',
  reason: '',
  token: operationToken(release, 'deploy'),
  ...changes,
});

export const taskArn = (id: string) => arn('ecs', `task/example/${id}`);
/** A task of this deployment that crashed at once. */
export const crashed = (changes: Partial<TaskView> = {}): TaskView => ({
  taskArn: taskArn('0123456789abcdef0123456789abcdef'),
  taskDefinitionArn: ourDefinition,
  startedBy: 'ecs-svc/2',
  lastStatus: 'STOPPED',
  desiredStatus: 'STOPPED',
  healthStatus: 'UNKNOWN',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  createdAt: minute(6),
  startedAt: minute(6),
  stoppedAt: minute(7),
  containers: [{ name: 'webhook', exitCode: 1, reason: '', image: 'example', digest: '', lastStatus: 'STOPPED' }],
  ...changes,
});
/** A task of the version before, which still serves. */
export const serving = (changes: Partial<TaskView> = {}): TaskView =>
  crashed({
    taskArn: taskArn('fedcba9876543210fedcba9876543210'),
    taskDefinitionArn: oldDefinition,
    startedBy: 'ecs-svc/1',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    healthStatus: 'HEALTHY',
    stopCode: '',
    stoppedReason: '',
    createdAt: minute(-60),
    startedAt: minute(-60),
    stoppedAt: null,
    containers: [{ name: 'webhook', exitCode: null, reason: '', image: 'example', digest: oldDigest, lastStatus: 'RUNNING' }],
    ...changes,
  });
export const deploymentView = (changes: Partial<DeploymentView> = {}): DeploymentView => ({
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  taskDefinitionArn: oldDefinition,
  rolloutState: 'COMPLETED',
  rolloutReason: 'ECS deployment ecs-svc/1 completed.',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  failedTasks: 0,
  createdAt: minute(-60),
  ...changes,
});
/** The service as it was before the release, and is after a rollback. */
export const serviceView = (changes: Partial<ServiceView> = {}): ServiceView => ({
  serviceArn,
  status: 'ACTIVE',
  taskDefinitionArn: oldDefinition,
  desiredCount: 2,
  runningCount: 2,
  deployments: [deploymentView()],
  events: [],
  ...changes,
});
