import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';
import { serviceOf } from './stage-service.ts';
import { tripBreaker } from './trip-breaker.ts';

/**
 * ECS went back to the old version by itself, and CloudFormation took the steady service for success: the stack says UPDATE_COMPLETE, and the
 * old version runs. Tools reported a release.
 */
export const breakerRolledBack: Fault = {
  name: 'breaker-rolled-back',
  summary: 'ECS goes back to the old version, and CloudFormation calls that complete',
  cause: 'DeploymentReverted',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const { cloud, stage } = context;
    const isNew = isNewVersion(context);
    cloud.ecs.reverted = 'looks-stable';
    let begun = false;
    let watched = false;
    // Once both have begun, whichever is later: a deployment that is over before the machine looks is another story.
    const trip = () => {
      const service = serviceOf(cloud.ecs.services.values(), stage);
      if (begun && watched && service?.primary.rolloutState === 'IN_PROGRESS') tripBreaker(cloud, service.primary.arns.deployment);
    };
    return {
      // Neither up nor down: no stopped task tells before ECS does.
      container(start) {
        if (!isNew(start)) return undefined;
        begun = true;
        trip();
        return new Promise((resolve) => start.signal.addEventListener('abort', () => resolve(undefined), { once: true }));
      },
      hear({ state, stage: at, event }) {
        if (state !== 'WatchDeployment' || at !== stage.name || event !== 'waiting') return;
        watched = true;
        trip();
      },
      mend() {
        cloud.ecs.reverted = 'fails';
      },
    };
  },
};
