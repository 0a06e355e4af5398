import type { TaskView } from '../contract/ports.ts';
import type { CloudEvent } from '../contract/recording.ts';

type EventContainer = Partial<Record<'name' | 'reason' | 'image' | 'imageDigest' | 'lastStatus', string>> & { exitCode?: number };

/** A task as ECS's event tells of it. Its times are ISO here, and its health is left out. */
export function recordedTask({ detail }: Pick<CloudEvent, 'detail'>): TaskView {
  const text = (name: string) => (typeof detail[name] === 'string' ? detail[name] : '');
  const time = (name: string) => text(name) || null;
  return {
    taskArn: text('taskArn'),
    taskDefinitionArn: text('taskDefinitionArn'),
    startedBy: text('startedBy'),
    lastStatus: text('lastStatus'),
    desiredStatus: text('desiredStatus'),
    healthStatus: 'UNKNOWN',
    stopCode: text('stopCode'),
    stoppedReason: text('stoppedReason'),
    createdAt: time('createdAt'),
    startedAt: time('startedAt'),
    stoppedAt: time('stoppedAt'),
    containers: ((detail['containers'] ?? []) as EventContainer[]).map((container) => ({
      name: container.name ?? '',
      exitCode: container.exitCode ?? null,
      reason: container.reason ?? '',
      image: container.image ?? '',
      digest: container.imageDigest ?? '',
      lastStatus: container.lastStatus ?? '',
    })),
  };
}
