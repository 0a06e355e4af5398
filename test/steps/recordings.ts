/** Events as EventBridge delivers them, and a store that takes each key once. */
import type { Recordings } from '../../steps/contract/ports.ts';
import type { CloudEvent } from '../../steps/contract/recording.ts';
import { clusterArn, minute, ourDefinition, serviceArn, stackId, stage } from './incidents.ts';

/** In the cluster of the stage's foundation. */
const cluster = clusterArn.replace('cluster/example', `cluster/${stage.foundationStack}-Cluster`);
const service = serviceArn.replace('service/example', `service/${stage.foundationStack}-Cluster`);
export const taskArn = 'arn:aws:ecs:us-east-1:111122223333:task/StagingFoundation-Cluster/0123456789abcdef0123456789abcdef';

const event = (type: string, detail: Record<string, unknown>, resources: string[]): CloudEvent => ({
  id: '00000000-0000-4000-8000-000000000009',
  time: minute(7),
  source: type.startsWith('ECS') ? 'aws.ecs' : 'aws.cloudformation',
  'detail-type': type,
  resources,
  detail,
});

export const taskStopped = (changes: Record<string, unknown> = {}): CloudEvent =>
  event(
    'ECS Task State Change',
    {
      taskArn,
      clusterArn: cluster,
      taskDefinitionArn: ourDefinition,
      startedBy: 'ecs-svc/2',
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      createdAt: minute(6),
      startedAt: minute(6),
      stoppedAt: minute(7),
      updatedAt: minute(7),
      version: 5,
      containers: [{ name: 'webhook', exitCode: 1, lastStatus: 'STOPPED', image: 'example' }],
      ...changes,
    },
    [taskArn],
  );
export const deploymentEnded = (eventName: string, reason = ''): CloudEvent =>
  event('ECS Deployment State Change', { eventType: 'ERROR', eventName, deploymentId: 'ecs-svc/2', updatedAt: minute(8), reason }, [
    service,
  ]);
export const serviceAction = (eventType: string, eventName: string, reason?: string): CloudEvent =>
  event('ECS Service Action', { eventType, eventName, clusterArn: cluster, createdAt: minute(8), reason }, [service]);
export const stackMoved = (status: string, reason = ''): CloudEvent =>
  event('CloudFormation Stack Status Change', { 'stack-id': stackId, 'status-details': { status, 'status-reason': reason } }, [stackId]);
export const resourceMoved = (status: string, reason = ''): CloudEvent =>
  event(
    'CloudFormation Resource Status Change',
    {
      'stack-id': stackId,
      'logical-resource-id': 'Service',
      'resource-type': 'AWS::ECS::Service',
      'status-details': { status, 'status-reason': reason },
    },
    [stackId],
  );

export class MemoryRecordings implements Recordings {
  readonly stored = new Map<string, string>();

  async insert(_bucket: string, key: string, body: string) {
    if (this.stored.has(key)) return false;
    this.stored.set(key, body);
    return true;
  }

  async list(_bucket: string, prefix: string, from: string, limit: number) {
    const found = [...this.stored.keys()].filter((key) => key.startsWith(prefix) && key > from);
    return found.sort().slice(0, limit);
  }
}
