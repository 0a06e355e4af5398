import { createHash } from 'node:crypto';
import type { Task as Described } from '@aws-sdk/client-ecs';
import type { CloudEvent } from '../kernel.ts';
import type { Task } from './task.ts';

/** Ids that look like AWS's and stay the same for the same task. */
const hex = (task: Task, what: string, length: number) => createHash('sha256').update(`${what} ${task.arn}`).digest('hex').slice(0, length);

export const interfaceId = (task: Task) => `eni-${hex(task, 'eni', 17)}`;

/** A task as DescribeTasks shows it. */
export function describeTask(task: Task): Described {
  const { definition, request } = task;
  const { name, image, cpu } = definition.containerDefinitions[0];
  const attachmentId = hex(task, 'attachment', 32);
  const region = task.arn.split(':')[3];
  return {
    taskArn: task.arn,
    clusterArn: request.clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    group: request.group,
    startedBy: request.startedBy,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.healthStatus,
    version: task.version,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    platformFamily: 'Linux',
    availabilityZone: `${region}a`,
    cpu: definition.cpu,
    memory: definition.memory,
    connectivity: task.container ? 'CONNECTED' : undefined,
    createdAt: task.createdAt,
    ...task.times,
    stopCode: task.stopCode as Described['stopCode'],
    stoppedReason: task.stoppedReason,
    tags: request.tags ?? [],
    overrides: { containerOverrides: [{ name, ...task.overrides }] },
    attachments: [
      {
        id: attachmentId,
        type: 'ElasticNetworkInterface',
        status: task.lastStatus === 'STOPPED' ? 'DELETED' : task.lastStatus === 'PROVISIONING' ? 'PRECREATED' : 'ATTACHED',
        details: [
          ...(request.network ? [{ name: 'subnetId', value: request.network.subnetId }] : []),
          { name: 'networkInterfaceId', value: interfaceId(task) },
          { name: 'privateIPv4Address', value: task.address },
        ],
      },
    ],
    containers: [
      {
        containerArn: `${task.arn.replace(':task/', ':container/')}/${hex(task, name, 32)}`,
        taskArn: task.arn,
        name,
        image,
        imageDigest: task.container?.imageDigest,
        runtimeId: task.container?.runtimeId,
        lastStatus: containerStatus(task),
        exitCode: task.exit.exitCode,
        reason: task.exit.reason,
        healthStatus: task.healthStatus,
        cpu: String(cpu ?? 0),
        networkBindings: [],
        networkInterfaces: [{ attachmentId, privateIpv4Address: task.address }],
      },
    ],
  };
}

function containerStatus({ lastStatus }: Task): string {
  if (lastStatus === 'RUNNING' || lastStatus === 'DEACTIVATING' || lastStatus === 'STOPPING') return 'RUNNING';
  return lastStatus === 'STOPPED' || lastStatus === 'DEPROVISIONING' ? 'STOPPED' : 'PENDING';
}

/** `ECS Task State Change`: the same task, with times as text and without its health, as EventBridge delivers it. */
export function taskEvent(task: Task): CloudEvent {
  const { healthStatus: _task, containers = [], tags: _tags, ...rest } = describeTask(task);
  const detail = {
    ...rest,
    containers: containers.map(({ healthStatus: _container, ...container }) => container),
    updatedAt: new Date(),
  };
  return {
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    resources: [task.arn],
    detail: JSON.parse(JSON.stringify(detail)) as unknown,
  };
}
