import type { Service, Task } from '@aws-sdk/client-ecs';
import type { ServiceView, TaskView } from '../contract/ports.ts';

const iso = (date: Date | undefined) => date?.toISOString() ?? null;

export function serviceView(service: Service): ServiceView {
  return {
    serviceArn: service.serviceArn ?? '',
    status: service.status ?? '',
    taskDefinitionArn: service.taskDefinition ?? '',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    deployments: (service.deployments ?? []).map((deployment) => ({
      id: deployment.id ?? '',
      status: deployment.status ?? '',
      taskDefinitionArn: deployment.taskDefinition ?? '',
      rolloutState: deployment.rolloutState ?? '',
      rolloutReason: deployment.rolloutStateReason ?? '',
      desiredCount: deployment.desiredCount ?? 0,
      runningCount: deployment.runningCount ?? 0,
      pendingCount: deployment.pendingCount ?? 0,
      failedTasks: deployment.failedTasks ?? 0,
      createdAt: iso(deployment.createdAt) ?? '',
    })),
    events: (service.events ?? []).map(({ createdAt, message = '' }) => ({ at: iso(createdAt) ?? '', message })),
  };
}

/** Of a Fargate task, which has one interface. */
function networkOf({ attachments = [] }: Task): Pick<TaskView, 'network'> {
  const { details = [] } = attachments.find(({ type }) => type === 'ElasticNetworkInterface') ?? {};
  const detail = (name: string) => details.find((each) => each.name === name)?.value ?? '';
  const interfaceId = detail('networkInterfaceId');
  return interfaceId ? { network: { interfaceId, subnetId: detail('subnetId'), address: detail('privateIPv4Address') } } : {};
}

export function taskView(task: Task): TaskView {
  return {
    taskArn: task.taskArn ?? '',
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    startedBy: task.startedBy ?? '',
    lastStatus: task.lastStatus ?? '',
    desiredStatus: task.desiredStatus ?? '',
    healthStatus: task.healthStatus ?? 'UNKNOWN',
    stopCode: task.stopCode ?? '',
    stoppedReason: task.stoppedReason ?? '',
    createdAt: iso(task.createdAt),
    startedAt: iso(task.startedAt),
    stoppedAt: iso(task.stoppedAt),
    ...networkOf(task),
    containers: (task.containers ?? []).map((container) => ({
      name: container.name ?? '',
      exitCode: container.exitCode ?? null,
      reason: container.reason ?? '',
      image: container.image ?? '',
      digest: container.imageDigest ?? '',
      lastStatus: container.lastStatus ?? '',
    })),
  };
}
