import { answer } from './answer.ts';
import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

export const healthNeverPasses: Fault = {
  name: 'health-never-passes',
  summary: 'the new version runs and is never ready',
  cause: 'HealthCheckFailed',
  failedStep: 'WatchDeployment',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    return {
      response: (request) =>
        isNew(request) && request.path === '/health/ready'
          ? answer(503, { status: 'not-ready', error: 'NotReady', message: 'the configuration is not resolved yet' })
          : undefined,
    };
  },
};
