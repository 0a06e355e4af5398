import type { EcsService } from '../aws/ecs/service.ts';
import type { FaultContext } from './fault.ts';

/** The service of the stage. ECS still describes those that were deleted before it; undefined while there is none. */
export const serviceOf = (services: Iterable<EcsService>, { serviceStack }: Pick<FaultContext['stage'], 'serviceStack'>) =>
  [...services].find(({ name, status }) => status !== 'INACTIVE' && name.startsWith(`${serviceStack}-`));
