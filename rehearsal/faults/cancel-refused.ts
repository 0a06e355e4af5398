import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';
import { refuse } from './refuse-rollback.ts';

/** Whatever is asked for comes too late, again and again, until the backstop ends the deployment: the breaker of ECS. */
export const cancelRefused: Fault = {
  name: 'cancel-refused',
  summary: 'the new version crashes, and both ECS and CloudFormation refuse to turn back',
  cause: 'ContainerCrashed',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject: (context) => ({ container: crashNewImages(context), ...refuse('StopServiceDeployment', 'CancelUpdateStack') }),
};
