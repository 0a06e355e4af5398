import type { Foundation, LiveService } from '../contract/deployment.ts';
import type { DeploymentView, Services, Stacks, TaskDefinitionView } from '../contract/ports.ts';

export interface LiveView {
  service: LiveService;
  /** Whether ECS still replaces tasks. */
  rolling: boolean;
  definition: TaskDefinitionView;
}
export interface LivePorts {
  stacks: Pick<Stacks, 'resource'>;
  services: Pick<Services, 'describe' | 'taskDefinition'>;
}

/** The service of a stack as ECS runs it; null when the stack has none, or ECS says that it is gone. */
export async function readLive(stackId: string, { ClusterArn }: Foundation, { stacks, services }: LivePorts): Promise<LiveView | null> {
  const resource = await stacks.resource(stackId, 'AWS::ECS::Service');
  const view = resource && (await services.describe(ClusterArn, resource.physicalId));
  const primary = view?.deployments.find(({ status }) => status === 'PRIMARY');
  if (!view || !primary) return null;
  const definition = await services.taskDefinition(primary.taskDefinitionArn);
  return { service: liveService(view, primary, definition), rolling: primary.rolloutState === 'IN_PROGRESS', definition };
}

function liveService(
  view: { serviceArn: string; desiredCount: number; runningCount: number },
  primary: DeploymentView,
  definition: TaskDefinitionView,
): LiveService {
  return {
    serviceArn: view.serviceArn,
    deploymentId: primary.id,
    taskDefinitionArn: primary.taskDefinitionArn,
    digest: definition.digest,
    desiredCount: view.desiredCount,
    runningCount: view.runningCount,
  };
}
