import type { Service } from '../../kernel.ts';
import type { Ecs } from '../ecs.ts';
import { serviceDeployments } from './service-deployments.ts';
import { services } from './services.ts';
import { taskDefinitions } from './task-definitions.ts';
import { tasks } from './tasks.ts';

export type Api = Pick<Service, 'handlers' | 'permissions'>;

/** ECS's operations, by what they are about. */
export function api(ecs: Ecs): Api {
  const parts = [services(ecs), serviceDeployments(ecs), tasks(ecs), taskDefinitions(ecs)];
  return {
    handlers: Object.assign({}, ...parts.map(({ handlers }) => handlers)),
    permissions: Object.assign({}, ...parts.map(({ permissions }) => permissions)),
  };
}
