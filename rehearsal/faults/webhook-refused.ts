import { answer } from './answer.ts';
import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

export const webhookRefused: Fault = {
  name: 'webhook-refused',
  summary: 'the new version refuses every webhook, the correctly signed sample too',
  cause: 'SmokeWebhookFailed',
  failedStep: 'SmokeTest',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    const body = { error: 'Webhook verification failed', reason: 'no key of the set made this signature' };
    return { response: (request) => (isNew(request) && request.method === 'POST' ? answer(401, body) : undefined) };
  },
};
