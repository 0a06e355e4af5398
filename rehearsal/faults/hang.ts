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
      container: (start) =>
        isNew(start)
          ? new Promise((resolve) => start.signal.addEventListener('abort', () => resolve(undefined), { once: true }))
          : undefined,
      hear({ state, event }) {
        if (state !== 'WatchDeployment') return;
        // Ten minutes without any change are sixty polls: they may come faster, because no process is at work that had to keep up.
        clock.scale = event === 'waiting' ? scale / 4 : scale;
      },
    };
  },
};
