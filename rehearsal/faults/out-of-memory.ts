import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

export const outOfMemory: Fault = {
  name: 'out-of-memory',
  summary: 'the new version needs more memory than its tasks have',
  cause: 'OutOfMemory',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    // Less than Node itself needs: what is rehearsed is the kill, and it needs no gigabyte of this machine.
    return { container: (start) => (isNew(start) ? { memory: 16 } : undefined) };
  },
};
