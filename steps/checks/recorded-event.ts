import { type CloudEvent, type Kind, type RecordedStage, recordingKey } from '../contract/recording.ts';
import { sha256 } from './hash.ts';

type Text = Record<string, string | undefined>;

/** Whose event it is, by the names that CloudFormation makes of a stage's stacks; null when it is no stage's. */
export function stageOf({ detail, resources }: CloudEvent, stages: readonly RecordedStage[]): RecordedStage | null {
  const { clusterArn, 'stack-id': stackId } = detail as Text;
  const named = [clusterArn, stackId, ...resources].filter((arn) => arn !== undefined);
  return stages.find((stage) => named.some((arn) => isOf(stage, arn))) ?? null;
}

const isOf = ({ foundationStack, serviceStack }: RecordedStage, arn: string) => {
  const [, , service, , , resource = ''] = arn.split(':');
  if (service === 'cloudformation') return resource.startsWith(`stack/${serviceStack}/`);
  return service === 'ecs' && new RegExp(`^(cluster|service|task)/${foundationStack}-`).test(resource);
};

/** What an event is kept as; null when it tells of no failure. */
export function kindOf({ 'detail-type': type, detail }: CloudEvent): Kind | null {
  const { lastStatus, desiredStatus, eventName, eventType } = detail as Text;
  const { status = '' } = (detail['status-details'] ?? {}) as Text;
  // A stack that turns back says why in that very event.
  const failed = /FAILED$|ROLLBACK_IN_PROGRESS$/.test(status);
  switch (type) {
    case 'ECS Task State Change':
      return lastStatus === 'STOPPED' && desiredStatus === 'STOPPED' ? 'task-stopped' : null;
    case 'ECS Deployment State Change':
      return eventName === 'SERVICE_DEPLOYMENT_FAILED' ? 'deployment-failed' : null;
    case 'ECS Service Action':
      return eventType === 'WARN' || eventType === 'ERROR' ? 'service-action' : null;
    case 'CloudFormation Stack Status Change':
      return failed ? 'stack-failed' : null;
    case 'CloudFormation Resource Status Change':
      return failed ? 'resource-failed' : null;
    default:
      return null;
  }
}

/** Of the event's content alone, whenever and however often it is delivered. */
export function keyOf(event: CloudEvent, stage: RecordedStage, kind: Kind): string {
  const { source, 'detail-type': type, resources } = event;
  // ECS writes the moment of sending into the event: a task is one and the same by its ARN and its version.
  const { updatedAt, ...detail } = event.detail;
  const task = kind === 'task-stopped' ? { taskArn: detail['taskArn'], version: detail['version'] } : detail;
  const { stoppedAt, createdAt } = event.detail as Text;
  const at =
    (kind === 'task-stopped' ? stoppedAt : kind === 'service-action' ? createdAt : (updatedAt as string | undefined)) ?? event.time;
  return recordingKey(stage.name, at, kind, sha256(JSON.stringify([source, type, resources, task])));
}
