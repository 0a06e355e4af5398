import { answer } from './answer.ts';
import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** Everything is healthy and complete, and it is another version that answers: `latest` once moved between the push and the deploy. */
export const wrongVersionRunning: Fault = {
  name: 'wrong-version-running',
  summary: '/health reports another version than the one that was released',
  cause: 'SmokeVersionMismatch',
  failedStep: 'SmokeTest',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    const body = {
      status: 'healthy',
      service: 'benchling-webhook',
      version: '0.0.1',
      config_source: 'secrets-only-mode',
      checks: { config: 'ok', aws: 'ok', benchling: 'ok' },
    };
    return { response: (request) => (isNew(request) && request.path === '/health' ? answer(200, body) : undefined) };
  },
};
