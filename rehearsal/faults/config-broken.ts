import { digestOf } from './crash.ts';
import type { Fault } from './fault.ts';

/** Everything is stable and complete, and the service does not know its configuration: only a smoke test sees it. */
export const configBroken: Fault = {
  name: 'config-broken',
  summary: 'the new version is healthy, but /config answers 500',
  cause: 'SmokeConfigMismatch',
  on: 'update',
  inject: ({ stage, knownDigests }) => ({
    response: ({ path, image, serviceName }) =>
      path === '/config' && serviceName.startsWith(`${stage.serviceStack}-`) && !knownDigests.has(digestOf(image))
        ? {
            status: 500,
            headers: { 'content-type': 'application/json' },
            body: '{"error":"InternalError","message":"configuration is not available"}',
          }
        : undefined,
  }),
};
