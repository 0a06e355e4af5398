import type { Services, Stacks, TaskView } from '../contract/ports.ts';
import type { Incident } from '../contract/steps.ts';
import { once } from './once.ts';

/** What several sources of an incident need; each is asked for once. They reject when AWS does not say. */
export interface Facts {
  /** When the release began, ISO 8601. */
  begun: string;
  stack: string;
  cluster: string;
  /** ARN. */
  service(): Promise<string>;
  /** ARN. */
  targetGroup(): Promise<string>;
  /** Newest first. */
  tasks(): Promise<TaskView[]>;
}

export function factsOf(incident: Incident, { stacks, services }: { stacks: Stacks; services: Services }): Facts {
  // A stack is known by its id, and by its name only while no step has seen it.
  const { deployment, plan, inspection, stage } = incident;
  const stack = deployment?.stackId ?? plan?.stackId ?? inspection?.stackId ?? stage?.serviceStack ?? '';
  const cluster = inspection?.foundation.ClusterArn ?? '';
  const service = once(async () => {
    const found = await stacks.resource(stack, 'AWS::ECS::Service');
    const arn = found?.physicalId ?? inspection?.service?.serviceArn;
    if (!arn) throw new Error('CloudFormation lists no service in the stack');
    return arn;
  });
  const targetGroup = once(async () => {
    const found = await stacks.resource(stack, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    if (!found) throw new Error('CloudFormation lists no target group in the stack');
    return found.physicalId;
  });
  return {
    begun: incident.execution.startedAt,
    stack,
    cluster,
    service,
    targetGroup,
    tasks: once(async () => services.tasks(cluster, await service())),
  };
}
