import { initialization } from '../aws/ecs/words.ts';
import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

export const noNetwork: Fault = {
  name: 'no-network',
  summary: 'new tasks are placed in a subnet without a route out',
  cause: 'NetworkUnreachable',
  failedStep: 'WatchDeployment',
  on: 'update',
  asWords: 'tasks are processes on this machine and have no subnet',
  inject(context) {
    const isNew = isNewVersion(context);
    return {
      container: (start) => (isNew(start) ? { stopCode: 'TaskFailedToStart', stoppedReason: initialization.unreachable() } : undefined),
    };
  },
};
