import { answer } from './answer.ts';
import type { Fault } from './fault.ts';
import { isNewVersion } from './new-version.ts';

/** The switch that turned signature checks off is gone; this is what it did: whatever is sent is taken. */
export const webhookUnsignedAccepted: Fault = {
  name: 'webhook-unsigned-accepted',
  summary: 'the new version accepts every webhook, whoever signed it',
  cause: 'SmokeVerificationOff',
  failedStep: 'SmokeTest',
  on: 'update',
  inject(context) {
    const isNew = isNewVersion(context);
    const checks = { route: 'ok', entry: 'ok', queue: 'ok', bucket: 'ok', key_set: 'ok' };
    const body = { status: 'acknowledged', dry_run: true, checks };
    return { response: (request) => (isNew(request) && request.method === 'POST' ? answer(202, body) : undefined) };
  },
};
