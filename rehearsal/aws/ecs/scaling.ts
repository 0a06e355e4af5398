import type { Properties, Provisioned, Provisioner } from '../kernel.ts';
import { on, scalableTargets } from '../physical-names.ts';
import type { Ecs } from './ecs.ts';

/**
 * Application Auto Scaling, as far as it matters to a release: it keeps a service's count between its bounds. Nothing scales
 * by load here; `UpdateService` with a count stands for a scaling activity.
 */
export function scalableTarget(ecs: Ecs): Provisioner {
  const keepWithin = (properties: Properties): Provisioned => {
    const { ResourceId: id, ScalableDimension: dimension, MinCapacity, MaxCapacity } = properties;
    if (dimension !== 'ecs:service:DesiredCount') {
      throw new Error(`AWS::ApplicationAutoScaling::ScalableTarget: the rehearsal scales ecs:service:DesiredCount, not ${dimension}`);
    }
    const service = ecs.services.get(ecs.arn(id));
    if (!service) throw new Error(`ECS service doesn't exist: ${id}`);
    service.desiredCount = Math.min(Number(MaxCapacity), Math.max(Number(MinCapacity), service.desiredCount));
    return { physicalId: `${id}|${dimension}|ecs`, attributes: { Id: `${id}|${dimension}|ecs` } };
  };
  return {
    replaceOn: ['ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    create: keepWithin,
    update: (_, properties) => keepWithin(properties),
    // The count stays as it is.
    remove: () => {},
    permissions: (verb) =>
      on(scalableTargets(ecs.world), `application-autoscaling:${verb === 'delete' ? 'Deregister' : 'Register'}ScalableTarget`),
  };
}
