import { changeSecret } from './change-secret.ts';
import type { Fault } from './fault.ts';

/** The credentials look right, and Benchling does not know them: they were revoked, or belong to another app. */
export const credentialsRejected: Fault = {
  name: 'credentials-rejected',
  summary: "Benchling refuses the client secret in the stage's secret",
  cause: 'CredentialsRejected',
  failedStep: 'ValidateSecret',
  on: 'first-deploy',
  inject(context) {
    changeSecret(context, (secret) => ({ ...secret, client_secret: 'example-revoked-client-secret' }));
    return {};
  },
};
