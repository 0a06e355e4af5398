/** The smallest values that fit the contract; each takes what a test wants otherwise. */
import type { Deployment, Foundation, Inspection, LastGood, LiveService, Plan } from '../../steps/contract/deployment.ts';
import type { Diagnosis, Diagnostics, Failure, Recovery } from '../../steps/contract/failure.ts';
import type { DeploymentView, ServiceView, StackEvent, StackView, TaskDefinitionView, TaskView } from '../../steps/contract/ports.ts';
import type { Build, Image, Release, ReleaseRequest, StageConfig } from '../../steps/contract/release.ts';
import type { Stage } from '../../steps/contract/stage.ts';
import type { Incident } from '../../steps/contract/steps.ts';
import { exampleStackArn } from '../container/builders.ts';

export const commit = 'a1'.repeat(20);
export const otherCommit = 'b2'.repeat(20);
export const digest = `sha256:${'c3'.repeat(32)}`;
export const oldDigest = `sha256:${'d4'.repeat(32)}`;
export const stackId = 'arn:aws:cloudformation:us-east-1:111122223333:stack/StagingService/00000000-0000-4000-8000-000000000002';
export const changeSetArn = 'arn:aws:cloudformation:us-east-1:111122223333:changeSet/release-v1-4-0-a1a1a1a-1/00000000';
const ecs = 'arn:aws:ecs:us-east-1:111122223333';
export const clusterArn = `${ecs}:cluster/example`;
export const serviceArn = `${ecs}:service/example/example-service`;
/** What the release brings, and what ran before it. */
export const taskDefinitionArn = `${ecs}:task-definition/example:8`;
export const oldTaskDefinitionArn = `${ecs}:task-definition/example:7`;

/** Noon of the example day, `seconds` later. */
export const at = (seconds = 0) => new Date(Date.UTC(2026, 10, 21, 12) + seconds * 1000).toISOString();

type Changes<T> = Partial<T>;

export const aRequest = (changes: Changes<ReleaseRequest> = {}): ReleaseRequest => ({
  tag: 'v1.4.0',
  commit,
  repository: 'example-webhook',
  pushedBy: 'arn:aws:iam::111122223333:user/example',
  attempt: 1,
  ...changes,
});

export const aRelease = (changes: Changes<Release> = {}): Release => ({
  tag: 'v1.4.0',
  version: '1.4.0',
  commit,
  attempt: 1,
  name: 'v1.4.0-a1a1a1a-1',
  pushedBy: 'arn:aws:iam::111122223333:user/example',
  startedAt: at(),
  stages: ['staging', 'prod'],
  ...changes,
});

export const aStage = (changes: Changes<Stage> = {}): Stage => ({
  name: 'staging',
  approval: false,
  foundationStack: 'StagingFoundation',
  serviceStack: 'StagingService',
  secretName: 'example/staging',
  quiltStackArn: exampleStackArn,
  minTasks: 2,
  maxTasks: 4,
  ...changes,
});

export const aBuild = (changes: Changes<Build> = {}): Build => ({
  id: 'example-build:1',
  digest,
  logGroup: '/aws/codebuild/example',
  logStream: '1',
  ...changes,
});

export const anImage = (changes: Changes<Image> = {}): Image => ({
  status: 'verified',
  digest,
  uri: `127.0.0.1:5000/example@${digest}`,
  findings: {},
  artefacts: { bucket: 'example-artefacts', prefix: 'artefacts/v1.4.0/1' },
  ...changes,
});

export const aConfig = (changes: Changes<StageConfig> = {}): StageConfig => ({
  stage: 'staging',
  secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:example/staging-AbCdEf',
  secretVersionId: 'version-1',
  tenant: 'example-tenant',
  bucket: 'example-bucket',
  database: 'example_database',
  catalog: 'catalog.example.com',
  queue: 'https://sqs.eu-west-1.amazonaws.com/111122223333/example-packager',
  ...changes,
});

export const aFoundation = (changes: Changes<Foundation> = {}): Foundation => ({
  ServiceUrl: 'http://staging.example.com',
  ClusterArn: clusterArn,
  LogGroupName: '/example/staging',
  DeployRoleArn: 'arn:aws:iam::111122223333:role/example-deploy',
  SampleKeyAlias: 'alias/release-sample/example',
  ...changes,
});

/** What ran before the release. */
export const aLiveService = (changes: Changes<LiveService> = {}): LiveService => ({
  serviceArn,
  deploymentId: 'ecs-svc/1000000000000000007',
  taskDefinitionArn: oldTaskDefinitionArn,
  digest: oldDigest,
  desiredCount: 2,
  runningCount: 2,
  ...changes,
});

export const aLastGood = (changes: Changes<LastGood> = {}): LastGood => ({
  stackId,
  digest: oldDigest,
  version: '1.3.0',
  templateKey: 'last-good/staging/v1.4.0-a1a1a1a-1/service.template.json',
  parameters: { ImageDigest: oldDigest },
  taskDefinitionHash: 'e5'.repeat(32),
  desiredCount: 2,
  artefacts: { bucket: 'example-artefacts', prefix: 'artefacts/v1.3.0/1' },
  ...changes,
});

/** Of a stage that runs an older release. For a first deploy see `firstDeploy`. */
export const anInspection = (changes: Changes<Inspection> = {}): Inspection => ({
  status: 'ready',
  stackId,
  stackStatus: 'UPDATE_COMPLETE',
  foundation: aFoundation(),
  service: aLiveService(),
  lastGood: aLastGood(),
  heal: null,
  secretVersionId: 'version-1',
  ...changes,
});
export const firstDeploy = () => anInspection({ stackId: null, stackStatus: null, service: null, lastGood: null });

export const aPlan = (changes: Changes<Plan> = {}): Plan => ({
  status: 'ready',
  changeSetName: 'release-v1-4-0-a1a1a1a-1',
  changeSetArn,
  stackId,
  kind: 'UPDATE',
  templateHash: 'f6'.repeat(32),
  changes: [],
  ...changes,
});

export const aDeployment = (changes: Changes<Deployment> = {}): Deployment => ({
  stackId,
  changeSetArn,
  token: 'release-v1-4-0-a1a1a1a-1-deploy',
  startedAt: at(),
  ...changes,
});

export const aFailure = (changes: Changes<Failure> = {}): Failure => ({
  state: 'WatchDeployment',
  error: 'ContainerCrashed',
  cause: JSON.stringify({ errorType: 'ContainerCrashed', errorMessage: '2 tasks of StagingService stopped by themselves' }),
  ...changes,
});

/** Of a release that failed while it deployed. */
export const anIncident = (changes: Changes<Incident> = {}): Incident => ({
  request: aRequest(),
  execution: { arn: 'arn:aws:states:us-east-1:111122223333:execution:example:v1.4.0-a1a1a1a-1', startedAt: at() },
  release: aRelease(),
  stage: aStage(),
  failure: aFailure(),
  build: aBuild(),
  image: anImage(),
  inspection: anInspection(),
  plan: aPlan(),
  deployment: aDeployment(),
  smoke: null,
  ...changes,
});

export const aDiagnostics = (changes: Changes<Diagnostics> = {}): Diagnostics => ({
  bucket: 'example-diagnostics',
  prefix: 'diagnostics/v1.4.0-a1a1a1a-1/staging/WatchDeployment.ContainerCrashed',
  manifestKey: 'diagnostics/v1.4.0-a1a1a1a-1/staging/WatchDeployment.ContainerCrashed/manifest.json',
  objects: 3,
  missing: [],
  sealedAt: at(60),
  ...changes,
});

export const aDiagnosis = (changes: Changes<Diagnosis> = {}): Diagnosis => ({
  cause: 'ContainerCrashed',
  confidence: 'certain',
  sentence: 'The container exits by itself.',
  evidence: [],
  ...changes,
});

export const aRecovery = (changes: Changes<Recovery> = {}): Recovery => ({
  status: 'started',
  action: 'stop-service-deployment',
  stackId,
  changeSetArn: null,
  reason: '',
  polls: 0,
  at: at(90),
  ...changes,
});

export const aStackView = (changes: Changes<StackView> = {}): StackView => ({
  stackId,
  name: 'StagingService',
  status: 'UPDATE_COMPLETE',
  reason: '',
  outputs: {},
  parameters: { ImageDigest: oldDigest },
  lastUpdated: at(-3600),
  ...changes,
});

/** An event of the stack itself, by this release's deploy. */
export const aStackEvent = (changes: Changes<StackEvent> = {}): StackEvent => ({
  at: at(10),
  logicalId: 'StagingService',
  physicalId: stackId,
  type: 'AWS::CloudFormation::Stack',
  status: 'UPDATE_IN_PROGRESS',
  reason: '',
  token: aDeployment().token,
  ...changes,
});

/** The release's own, completed. For what ran before see `anOldDeployment`. */
export const aDeploymentView = (changes: Changes<DeploymentView> = {}): DeploymentView => ({
  id: 'ecs-svc/1000000000000000008',
  status: 'PRIMARY',
  taskDefinitionArn,
  rolloutState: 'COMPLETED',
  rolloutReason: '',
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  failedTasks: 0,
  createdAt: at(10),
  ...changes,
});
export const anOldDeployment = (changes: Changes<DeploymentView> = {}): DeploymentView =>
  aDeploymentView({
    id: 'ecs-svc/1000000000000000007',
    status: 'ACTIVE',
    taskDefinitionArn: oldTaskDefinitionArn,
    createdAt: at(-3600),
    ...changes,
  });

export const aServiceView = (changes: Changes<ServiceView> = {}): ServiceView => ({
  serviceArn,
  status: 'ACTIVE',
  taskDefinitionArn,
  desiredCount: 2,
  runningCount: 2,
  deployments: [aDeploymentView()],
  events: [],
  ...changes,
});

/** A healthy task of the release. For one that stopped see `aStoppedTask`. */
export const aTask = (changes: Changes<TaskView> = {}): TaskView => ({
  taskArn: `${ecs}:task/example/00000000000000000000000000000001`,
  taskDefinitionArn,
  startedBy: 'ecs-svc/1000000000000000008',
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  healthStatus: 'HEALTHY',
  stopCode: '',
  stoppedReason: '',
  createdAt: at(11),
  startedAt: at(15),
  stoppedAt: null,
  containers: [{ name: 'service', exitCode: null, reason: '', image: 'example', digest, lastStatus: 'RUNNING' }],
  ...changes,
});
export const aStoppedTask = (exitCode: number | null, changes: Changes<TaskView> = {}): TaskView =>
  aTask({
    lastStatus: 'STOPPED',
    desiredStatus: 'STOPPED',
    healthStatus: 'UNKNOWN',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    stoppedAt: at(20),
    containers: [{ name: 'service', exitCode, reason: '', image: 'example', digest, lastStatus: 'STOPPED' }],
    ...changes,
  });

/** The release's own. */
export const aTaskDefinition = (changes: Changes<TaskDefinitionView> = {}): TaskDefinitionView => ({
  arn: taskDefinitionArn,
  digest,
  normalised: '{}',
  labels: { 'release.tag': 'v1.4.0', 'release.attempt': '1' },
  logs: [{ container: 'service', group: '/example/staging', prefix: 'service' }],
  ...changes,
});
