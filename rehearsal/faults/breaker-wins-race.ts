import { isBy } from './calls.ts';
import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';
import { ended, tripBreaker } from './trip-breaker.ts';

/** Between the decision to roll back and the call that does it, ECS has decided the same and is done: what was to be stopped is over. */
export const breakerWinsRace: Fault = {
  name: 'breaker-wins-race',
  summary: 'the new version crashes, and the breaker of ECS goes back before the machine can',
  cause: 'ContainerCrashed',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const { cloud } = context;
    return {
      container: crashNewImages(context),
      async call(call, input) {
        if (call.operation !== 'StopServiceDeployment' || !isBy('RollBack', call)) return;
        const { serviceDeploymentArn = '' } = input as { serviceDeploymentArn?: string };
        tripBreaker(cloud, serviceDeploymentArn);
        await ended(cloud, serviceDeploymentArn);
      },
    };
  },
};
