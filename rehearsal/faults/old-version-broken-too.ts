import { answer } from './answer.ts';
import type { Fault } from './fault.ts';

/** What both versions need is broken: going back brings the old one, and the old one does not pass either. That is no recovery. */
export const oldVersionBrokenToo: Fault = {
  name: 'old-version-broken-too',
  summary: '/config answers 500, in the new version and in the old one',
  cause: 'RollbackUnproven',
  failedStep: 'SmokeTest',
  outcome: 'not-recovered',
  on: 'update',
  inject: ({ stage }) => ({
    response: ({ path, serviceName }) =>
      path === '/config' && serviceName.startsWith(`${stage.serviceStack}-`)
        ? answer(500, { error: 'InternalError', message: 'configuration is not available' })
        : undefined,
  }),
};
