import type { ContainerInstead, ContainerStart } from '../aws/kernel.ts';
import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** Nothing stops, nothing starts, nobody says why. CloudFormation alone would wait for three hours. */
export const hang: Fault = {
  name: 'hang',
  summary: 'new tasks stay PENDING',
  cause: 'DeploymentStalled',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    const { clock } = context.cloud.world;
    const { scale } = clock;
    return {
      container: (start) => (isNew(start) ? never(start) : undefined),
      hear({ state, event }) {
        if (state !== 'WatchDeployment') return;
        // Ten minutes without any change are sixty polls: they may come faster, because no process is at work that had to keep up.
        clock.scale = event === 'waiting' ? scale / 4 : scale;
      },
    };
  },
};

/** Waits until the task is told to stop, and then does not start it, either. */
const never = ({ signal }: ContainerStart): Promise<ContainerInstead> =>
  new Promise((resolve) => {
    const stopped = { stopCode: 'TaskFailedToStart', stoppedReason: 'The task was stopped before its container started' };
    const refuse = () => resolve(stopped);
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
