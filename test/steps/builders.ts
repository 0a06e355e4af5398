/** What the forward path adds to `incidents.ts`: the same release, before anything failed. */
import type { Inspection } from '../../steps/contract/deployment.ts';
import type { DeploymentView, ServiceView, TaskDefinitionView, TaskView } from '../../steps/contract/ports.ts';
import type { Build, Image } from '../../steps/contract/release.ts';
import { crashed, deploymentView, inspection, minute, oldDigest, ourDefinition, serviceView } from './incidents.ts';

export const otherCommit = 'b'.repeat(40);
export const digest = `sha256:${'c'.repeat(64)}`;

export const build: Build = { id: 'example-build:1', digest, logGroup: '/aws/codebuild/example', logStream: '1' };
export const image: Image = {
  status: 'verified',
  digest,
  uri: `127.0.0.1:5000/example@${digest}`,
  findings: {},
  artefacts: { bucket: 'example-artefacts', prefix: 'artefacts/v1.4.0/1' },
};

/** Of a stage where nothing was ever deployed. */
export const nothingThere: Inspection = { ...inspection, stackId: null, stackStatus: null, service: null, lastGood: null };

/** The deployment that the release began, completed. */
export const ourDeployment = (changes: Partial<DeploymentView> = {}): DeploymentView =>
  deploymentView({ id: 'ecs-svc/2', taskDefinitionArn: ourDefinition, rolloutReason: '', createdAt: minute(6), ...changes });
/** What ran before and is being replaced. */
export const oldDeployment = (changes: Partial<DeploymentView> = {}): DeploymentView => deploymentView({ status: 'ACTIVE', ...changes });

/** The service once the release is out. */
export const ourService = (changes: Partial<ServiceView> = {}): ServiceView =>
  serviceView({ taskDefinitionArn: ourDefinition, deployments: [ourDeployment()], ...changes });

/** A healthy task of the release. */
export const healthy = (changes: Partial<TaskView> = {}): TaskView =>
  crashed({
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    healthStatus: 'HEALTHY',
    stopCode: '',
    stoppedReason: '',
    stoppedAt: null,
    containers: [{ name: 'webhook', exitCode: null, reason: '', image: 'example', digest, lastStatus: 'RUNNING' }],
    ...changes,
  });
/** A task of the release whose container ended with this code. */
export const exited = (exitCode: number | null, changes: Partial<TaskView> = {}): TaskView =>
  crashed({ containers: [{ name: 'webhook', exitCode, reason: '', image: 'example', digest, lastStatus: 'STOPPED' }], ...changes });

/** The release's own. */
export const ourTaskDefinition = (changes: Partial<TaskDefinitionView> = {}): TaskDefinitionView => ({
  arn: ourDefinition,
  digest,
  normalised: '{"cpu":"256"}',
  labels: { 'release.tag': 'v1.4.0', 'release.attempt': '1' },
  logs: [{ container: 'webhook', group: '/release/staging/service', prefix: 'webhook' }],
  ...changes,
});
/** Of the release before. */
export const oldTaskDefinition = (changes: Partial<TaskDefinitionView> = {}): TaskDefinitionView =>
  ourTaskDefinition({
    arn: crashed().taskDefinitionArn.replace(/\d+$/, '1'),
    digest: oldDigest,
    labels: { 'release.tag': 'v1.3.0', 'release.attempt': '1' },
    ...changes,
  });
