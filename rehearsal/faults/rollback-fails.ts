import { crashNewImages } from './crash.ts';
import type { Fault } from './fault.ts';
import { refuse } from './refuse-rollback.ts';

/** Every way back is blocked: ECS refuses, CloudFormation's rollback fails, so does each try to continue it, and at last the repair. */
export const rollbackFails: Fault = {
  name: 'rollback-fails',
  summary: 'the new version crashes, the rollback fails, and nothing helps',
  cause: 'RollbackFailed',
  failedStep: 'WatchDeployment',
  outcome: 'not-recovered',
  on: 'update',
  // The breaker of ECS may or may not have gone back by the end: a person must look.
  serves: 'unsure',
  clientMayFail: true,
  inject(context) {
    const { stage } = context;
    let goingBack = false;
    return {
      container: crashNewImages(context),
      ...refuse('StopServiceDeployment'),
      resource({ stackName }, verb, type) {
        if (stackName !== stage.serviceStack || type !== 'AWS::ECS::Service') return undefined;
        goingBack ||= verb === 'rollback';
        return goingBack ? 'Service did not stabilize' : undefined;
      },
    };
  },
};
