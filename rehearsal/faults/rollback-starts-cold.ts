import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';
import { refuse } from './refuse-rollback.ts';

/** ECS does not go back by itself: CloudFormation's own way is left, which starts the old version a second time, beside the one that runs. */
export const rollbackStartsCold: Fault = {
  name: 'rollback-starts-cold',
  summary: 'the new version crashes, and ECS refuses to promote the old tasks: CloudFormation starts the old version anew',
  cause: 'ContainerCrashed',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject: (context) => ({ container: crashNewImages(context), ...refuse('StopServiceDeployment') }),
};
