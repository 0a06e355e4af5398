import type { Incident } from '../steps/contract/steps.ts';
import type { BenchWorld } from './world.ts';

const at = '2026-01-01T12:00:00.000Z';
const digest = `sha256:${'a'.repeat(64)}`;

/** An update whose tasks crash. */
export function incidentOf({ clusterArn, serviceArn, secretName, group }: Omit<BenchWorld, 'stop'>): Incident {
  const request = {
    tag: 'v1.4.0',
    commit: '0'.repeat(40),
    repository: 'example',
    pushedBy: 'arn:aws:iam::111122223333:user/example',
    attempt: 1,
  };
  return {
    request,
    execution: { arn: 'arn:aws:states:us-east-1:111122223333:execution:release:v1.4.0-0000000-1', startedAt: at },
    release: { ...request, version: '1.4.0', name: 'v1.4.0-0000000-1', startedAt: at, stages: ['example'] },
    stage: {
      name: 'example',
      approval: false,
      foundationStack: 'ExampleFoundation',
      serviceStack: 'ExampleService',
      secretName,
      quiltStackArn: 'arn:aws:cloudformation:us-east-1:111122223333:stack/example-quilt/00000000-0000-4000-8000-000000000001',
      minTasks: 1,
      maxTasks: 2,
    },
    failure: { state: 'WatchDeployment', error: 'ContainerCrashed', cause: '' },
    build: null,
    image: null,
    inspection: {
      status: 'ready',
      stackId: 'ExampleService',
      stackStatus: 'UPDATE_IN_PROGRESS',
      foundation: {
        ServiceUrl: 'https://127.0.0.1:1',
        ClusterArn: clusterArn,
        LogGroupName: group,
        DeployRoleArn: '',
        SampleKeyAlias: '',
        AlarmNames: '',
      },
      service: { serviceArn, deploymentId: 'ecs-svc/1', taskDefinitionArn: '', digest, desiredCount: 0, runningCount: 0 },
      lastGood: null,
      heal: null,
      secretVersionId: 'example',
      contractHash: '',
    },
    plan: null,
    deployment: null,
    smoke: null,
  };
}
