import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** Image and host do not fit, and only the kernel says so, in the log: ECS shows an exit code. */
export const execFormat: Fault = {
  name: 'exec-format',
  summary: 'the image meets a host of another architecture',
  cause: 'ImageArchitecture',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    return { container: (start) => (isNew(start) ? { architecture: 'arm64' } : undefined) };
  },
};
