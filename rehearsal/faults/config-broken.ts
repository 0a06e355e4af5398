import { answer } from './answer.ts';
import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** Everything is stable and complete, and the service does not know its configuration: only a smoke test sees it. */
export const configBroken: Fault = {
  name: 'config-broken',
  summary: 'the new version is healthy, but /config answers 500',
  cause: 'SmokeConfigMismatch',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    return {
      response: (request) =>
        isNew(request) && request.path === '/config'
          ? answer(500, { error: 'InternalError', message: 'configuration is not available' })
          : undefined,
    };
  },
};
